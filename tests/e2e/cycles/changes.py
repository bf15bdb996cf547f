"""Changes: bodies that change one field of an item, in the way of a play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diorama.capabilities.resources.model import Play, Role
from tests.e2e.conformance.operations import Media
from tests.e2e.cycles.bodies import Bodies
from tests.e2e.cycles.fields import Shown, at, canonical, put, same

CHANGES_MAX = 3


@dataclass(frozen=True)
class Change:
    """A change.

    Attributes:
        written: what is written, by property.
        body: the request's body.
    """

    written: dict[str, Any]
    body: Any

    @property
    def names(self) -> frozenset[str]:
        """Canonical names of what it may change."""
        return frozenset(canonical(name) for name in self.written) | {""}


class Changes:
    """Finds changes for the body of an UPDATE or REPLACE.

    Args:
        bodies: makes values.
        shown: the fields of the item in replies.
        avoided: canonical names that are left as they are.
    """

    def __init__(self, bodies: Bodies, shown: Shown, avoided: frozenset[str]) -> None:
        self._bodies = bodies
        self._shown = shown
        self._avoided = avoided

    def of(self, play: Play, media: Media, item: Any) -> Iterator[Change]:
        """Up to three changes, and the plainest body when no field can be changed.

        Args:
            play: the play.
            media: of its body.
            item: as it is now; None when nothing reads it.

        Raises:
            UnsampledError: when the document allows no plain body.
        """
        if play.role is Role.UPDATE and play.patch == "json":
            yield from self._patches(item)
            return
        pointer = play.body or ()
        plain = self._bodies.plain(media)
        required = at(plain, pointer)
        required = required if isinstance(required, dict) else {}
        validator = self._bodies.validator(media)
        count = 0
        for name, schema in self._bodies.writable(media, pointer).items():
            if count == CHANGES_MAX:
                return
            value = None if canonical(name) in self._avoided else self._other(name, schema, item)
            body = None if value is None else put(plain, pointer, {**required, name: value})
            if body is not None and validator.is_valid(body):
                count += 1
                yield Change({**required, name: value}, body)
        if not count:
            yield Change(required, plain)

    def _other(self, name: str, schema: Any, item: Any) -> Any:
        """A value that a field does not have now and that the item can show; None when there is none."""
        now = item.get(self._shown.name(name)) if isinstance(item, dict) else None
        for number in (7, 8):
            for value in self._bodies.values(name, schema, number):
                expected = self._shown.expected(name, value)
                if expected and not any(same(now, one) for one in expected):
                    return value
        return None

    def _patches(self, item: Any) -> Iterator[Change]:
        texts = [name for name, value in (item or {}).items() if isinstance(value, str)]
        for name in [one for one in texts if canonical(one) not in self._avoided and self._takes(one)][:1]:
            value = f"{item[name]} again"
            yield Change({name: value}, [{"op": "replace", "path": f"/{name}", "value": value}])

    def _takes(self, name: str) -> bool:
        return bool(self._shown.expected(name, "something else again"))
