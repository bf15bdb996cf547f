"""Generator: a value for a schema, plain, by dice or believable, right by the schema wherever one can be.

Scalars, arrays and objects are made so that they meet their keywords. What cannot be met by construction (``oneOf``,
``not``, ``if``, …) is tested and made again, at the smallest part that fails; the tests of one value are counted, so
that no schema takes unbounded time. A schema that nothing can meet gets the nearest thing.

Schemas are flattened when they are first met, and remembered: publishing costs nothing, and an endpoint that nobody
calls is never looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diorama.formats.generation.conformance import Direction
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.making import Making
from diorama.formats.generation.options import Options
from diorama.formats.generation.place import Place
from diorama.formats.generation.setting import Setting
from diorama.model.definition import Schema
from diorama.ports.dice import Dice

if TYPE_CHECKING:
    from diorama.formats.generation.believable.believing import Believing
    from diorama.formats.generation.believable.identities import Identities
    from diorama.formats.generation.believable.reading import Reader

_PLAIN_KEY = bytes(32)
_UNSET = Setting()


class Generator:
    """Generates values for the schemas of one document.

    Args:
        schemas: the document's ``$defs``; must not be changed afterwards.
        options: what the user and the document say about generated values.
    """

    def __init__(self, schemas: dict[str, Any] | None = None, options: Options | None = None) -> None:
        self.flattener = Flattener(schemas or {})
        self.options = options or Options()
        self._kept: dict[int, Schema] = {}
        self._reader: Reader | None = None
        self._believer: type[Believing] | None = None
        self._identities: Identities | None = None

    def plain(self, schema: Schema, direction: Direction = "reply") -> Any:
        """The plain sample: what the document offers, else ``"string"``, ``0``, ``true``; always the same.

        Args:
            schema: JSON Schema 2020-12.
            direction: ``reply`` leaves ``writeOnly`` properties out, ``request`` those that are ``readOnly``.
        """
        return self._value(schema, Place(Dice(_PLAIN_KEY), self.options.values_max, plain=True), direction)

    def drawn(self, schema: Schema, dice: Dice, direction: Direction = "reply") -> Any:
        """A value by dice. The keys of its objects are sorted.

        Args:
            schema: JSON Schema 2020-12.
            dice: the stream that it is made from; each part draws from a stream derived by its name.
            direction: as for :meth:`plain`.
        """
        return self._value(schema, Place(dice, self.options.values_max), direction)

    def believable(
        self, schema: Schema, dice: Dice, direction: Direction = "reply", setting: Setting | None = None
    ) -> Any:
        """A value by dice that reads like a real one: it follows the names around it, and its parts agree.

        Args:
            schema: JSON Schema 2020-12.
            dice: the stream that it is made from; each part draws from a stream derived by its name.
            direction: as for :meth:`plain`.
            setting: where the value stands; None when nothing is known about that.
        """
        self._kept.setdefault(id(schema), schema)
        return self._believing(direction).whole(schema, dice, setting or _UNSET)

    def identifier(self, schema: Schema, dice: Dice, setting: Setting | None = None) -> str | int:
        """An id by the schema, in the document's own style.

        Args:
            schema: of the id.
            dice: where chance comes from.
            setting: what the id is of (``thing``) and how it is called (``names``).
        """
        setting = setting or _UNSET
        self._kept.setdefault(id(schema), schema)
        if self._identities is None:
            self.prepare()
        if self._identities is not None and not (setting.around or setting.given or dice.draws):
            value = self._identities.made(schema, dice, setting)
            if isinstance(value, str | int):
                return value
            dice = Dice(dice.key)
        return self._believing("reply").identifier(schema, dice, setting)

    def prepare(self) -> None:
        """Load what believable values need, so that who asks first does not wait for it."""
        self._believing("reply")

    def _believing(self, direction: Direction) -> Believing:
        reader, believer = self._reader, self._believer
        if reader is None or believer is None:
            # Loading the tables takes some 20 ms, and plain samples never need them.
            from diorama.formats.generation.believable.believing import Believing
            from diorama.formats.generation.believable.identities import Identities
            from diorama.formats.generation.believable.reading import Reader

            reader = self._reader = Reader(self.flattener)
            believer = self._believer = Believing
            self._identities = Identities(self.flattener, self.options, reader)
        return believer(self.flattener, self.options, direction, reader)

    def conforms(self, schema: Schema, value: Any, direction: Direction = "reply") -> bool:
        """Whether a value is right, with the properties excused that do not travel in this direction."""
        return self.flattener.conformance.conforms(schema, value, direction)

    def _value(self, schema: Schema, place: Place, direction: Direction) -> Any:
        self._kept.setdefault(id(schema), schema)
        return Making(self.flattener, self.options, direction).value((schema,), place)
