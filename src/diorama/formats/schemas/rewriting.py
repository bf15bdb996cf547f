"""Rewriting: the schemas of a document as ones that decide about one direction of traffic.

What decides stays, what only describes goes. OpenAPI's own rules become JSON Schema's: number formats become bounds,
what the server alone writes is not required of a client (nor what only clients write of the server), and patterns
become ones that end in bounded time. A keyword that is broken is left out and reported, so that one typing error in a
document of a thousand schemas does not leave the other nine hundred and ninety-nine unchecked.

Source: JSON Schema 2020-12; OpenAPI 3.0.4, 3.1.1 and 3.2.0 (Schema Object); OpenAPI 3.0.3 on ``readOnly``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from diorama.formats.schemas.formats import NUMBER_FORMATS
from diorama.formats.schemas.patterns import pattern_of

Direction = Literal["request", "reply"]

REF_ROOT = "#/$defs/"
TYPES = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
SAID = "x-said"
"""In a rewritten schema: what the document said where the rewritten keywords say it in other words."""

_CHAIN_MAX = 32


class Problem(Struct, frozen=True):
    """A keyword that is left out because it cannot be understood.

    Attributes:
        code: ``schema_uncompilable`` or ``pattern_uncompilable``.
        pointer: JSON pointer of the keyword, beginning as the pointer of its schema was given.
        message: what is wrong with it, in one sentence.
    """

    code: str
    pointer: str
    message: str


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)


def _is_dependencies(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_names(names) for names in value.values())


_PLAIN: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        (_is_number, "a number"),
    ),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
    **dict.fromkeys(
        (
            *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
            *("minContains", "maxContains"),
        ),
        (_is_count, "a whole number from 0"),
    ),
    "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
    "enum": (lambda value: isinstance(value, list | tuple), "a list"),
    "dependentRequired": (_is_dependencies, "an object of lists of names"),
}
_ONE = frozenset(
    (
        *("not", "if", "then", "else", "additionalProperties", "unevaluatedProperties", "propertyNames"),
        *("contains", "items", "unevaluatedItems"),
    )
)
_IN_PLACE_ONE = frozenset(("if", "then", "else"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf"))
_MAPS = frozenset(("patternProperties", "dependentSchemas"))
_TEXTS = frozenset(("format", "pattern"))
_KEPT = frozenset(("const", "discriminator", "readOnly", "writeOnly", "x-secret"))
_LEAF = frozenset(("type", "format", "pattern", "minLength", "maxLength"))
_NOTHING: frozenset[str] = frozenset()


class Rewriting:
    """The schemas of one document for one direction. Each is rewritten when first needed, and once.

    Args:
        schemas: ``Api.schemas``.
        direction: ``request``: ``readOnly`` properties are not required; ``reply``: ``writeOnly`` ones are not.
        refuse_hidden: whether such a property breaks a rule when it is there all the same.
        root: JSON pointer of the definitions in their document.

    Attributes:
        names: the document's names of the definitions, by number.
        uses_of: for each rewritten definition, the numbers of those that it refers to.
        problems: what was left out so far.
        backtracking: whether a pattern so far needs the engine that backtracks.
    """

    def __init__(self, schemas: Mapping[str, Any], direction: Direction, *, refuse_hidden: bool, root: str) -> None:
        self._schemas = schemas
        self._root = root
        self._hidden_word = "readOnly" if direction == "request" else "writeOnly"
        self._refuse_hidden = refuse_hidden
        self._numbers: dict[str, str] = {}
        self._targets: dict[str, tuple[Any, str]] = {}
        self._rewritten: dict[str, Any] = {}
        self._hidden_names: dict[str, frozenset[str]] = {}
        self._uses: set[str] = set()
        self._leaves: dict[tuple[tuple[str, Any], ...], dict[str, Any]] = {}
        self.uses_of: dict[str, frozenset[str]] = {}
        self.names: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.backtracking = False

    def rewritten(self, schema: Any, pointer: str) -> tuple[Any, frozenset[str]]:
        """A schema and the numbers of the definitions that it refers to directly.

        Args:
            schema: with references into ``Api.schemas``.
            pointer: where it stands in its document, for problems.
        """
        before, self._uses = self._uses, set()
        out = self._schema(schema, pointer, _NOTHING)
        used, self._uses = frozenset(self._uses) or _NOTHING, before
        return out, used

    def definition(self, number: str) -> Any:
        """The rewritten definition of a number."""
        done = self._rewritten.get(number)
        if done is None:
            schema, pointer = self._targets[number]
            done, used = self.rewritten(schema, pointer)
            self._rewritten[number] = done
            self.uses_of[number] = used
        return done

    def target(self, reference: str) -> Any:
        """What a reference leads to in the document, or None."""
        if not reference.startswith(REF_ROOT):
            return None
        name = reference[len(REF_ROOT) :]
        if name in self._schemas:
            return self._schemas[name]
        place: Any = self._schemas
        for token in unquote(name).split("/"):
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(place, dict) and key in place:
                place = place[key]
            elif isinstance(place, list | tuple) and key.isdigit() and int(key) < len(place):
                place = place[int(key)]
            else:
                return None
        return place

    # One schema.

    def _schema(self, schema: Any, pointer: str, inherited: frozenset[str]) -> Any:
        if schema is True or schema is False:
            return schema
        if not isinstance(schema, dict):
            self._problem(pointer, "A schema is an object, true or false")
            return True
        out: dict[str, Any] = {}
        added: list[Any] = []
        hidden = self._hidden(schema) | inherited if self._may_hide(schema) else inherited
        for key, value in schema.items():
            writer = _WRITERS.get(key)
            if writer is not None:
                writer(self, value, pointer, out, hidden)
            elif key in _PLAIN:
                self._plain(key, value, pointer, out)
            elif key in _ONE:
                down = hidden if key in _IN_PLACE_ONE else _NOTHING
                out[key] = self._schema(value, f"{pointer}/{key}", down)
            elif key in _LISTS or key == "prefixItems":
                self._list(key, value, pointer, hidden if key in _LISTS else _NOTHING, out)
            elif key in _MAPS:
                self._map(key, value, pointer, out)
            elif key in _TEXTS:
                self._text(key, value, pointer, out, added)
            elif key in _KEPT:
                out[key] = value
        if added:
            out["allOf"] = [*out.get("allOf", ()), *added]
        elif out.keys() <= _LEAF and type(out.get("type")) is str:
            # A large document says the same few things thousands of times.
            return self._leaves.setdefault(tuple(out.items()), out)
        return out

    def _plain(self, key: str, value: Any, pointer: str, out: dict[str, Any]) -> None:
        rule, words = _PLAIN[key]
        if rule(value):
            out[key] = value
        else:
            self._problem(f"{pointer}/{key}", f"The value of {key!r} is not {words}")

    def _text(self, key: str, value: Any, pointer: str, out: dict[str, Any], added: list[Any]) -> None:
        if key == "pattern":
            self._pattern(value, pointer, out, added)
        elif isinstance(value, str):
            out[key] = value
            if value in NUMBER_FORMATS:
                added.append({SAID: {key: value}, **NUMBER_FORMATS[value]})

    def _reference(self, reference: Any, pointer: str, out: dict[str, Any], hidden: frozenset[str]) -> None:
        target = self.target(reference) if isinstance(reference, str) else None
        if target is None:
            self._problem(f"{pointer}/$ref", f"The reference {str(reference)[:80]!r} leads to nothing")
            return
        number = self._numbers.get(reference)
        if number is None:
            number = self._numbers[reference] = str(len(self._numbers))
            self.names[number] = reference[len(REF_ROOT) :]
            self._targets[number] = (target, f"{self._root}/{self.names[number]}")
        self._uses.add(number)
        out["$ref"] = REF_ROOT + number

    def _type(self, value: Any, pointer: str, out: dict[str, Any], hidden: frozenset[str]) -> None:
        if isinstance(value, str) and value in TYPES:
            out["type"] = value
            return
        named = [value] if isinstance(value, str) else value
        if not _is_names(named):
            self._problem(f"{pointer}/type", "A type is a name or a list of names")
            return
        known = list(dict.fromkeys(name for name in named if name in TYPES))
        if len(known) < len(set(named)):
            unknown = next(name for name in named if name not in TYPES)
            self._problem(f"{pointer}/type", f"{unknown[:40]!r} is no type; known are {', '.join(sorted(TYPES))}")
            return
        if known:
            out["type"] = known

    def _required(self, value: Any, pointer: str, out: dict[str, Any], hidden: frozenset[str]) -> None:
        if not _is_names(value):
            self._problem(f"{pointer}/required", "The value of 'required' is not a list of names")
            return
        names = [name for name in dict.fromkeys(value) if name not in hidden]
        if names:
            out["required"] = names

    def _properties(self, value: Any, pointer: str, out: dict[str, Any], hidden: frozenset[str]) -> None:
        pointer += "/properties"
        if not isinstance(value, dict):
            self._problem(pointer, "The value of 'properties' is not an object")
            return
        schema = self._schema
        properties: dict[str, Any] = {}
        for name, item in value.items():
            if self._refuse_hidden and self._is_hidden(item):
                properties[name] = {"not": {}, SAID: {self._hidden_word: True}}
            else:
                properties[name] = schema(item, f"{pointer}/{_escaped(name)}", _NOTHING)
        out["properties"] = properties

    def _list(self, key: str, value: Any, pointer: str, down: frozenset[str], out: dict[str, Any]) -> None:
        if not isinstance(value, list | tuple) or not value:
            self._problem(f"{pointer}/{key}", f"The value of {key!r} is not a list of schemas")
            return
        out[key] = [self._schema(item, f"{pointer}/{key}/{at}", down) for at, item in enumerate(value)]

    def _map(self, key: str, value: Any, pointer: str, out: dict[str, Any]) -> None:
        if not isinstance(value, dict):
            self._problem(f"{pointer}/{key}", f"The value of {key!r} is not an object")
            return
        schemas: dict[str, Any] = {}
        for name, item in value.items():
            here = f"{pointer}/{key}/{_escaped(name)}"
            if key == "patternProperties":
                pattern = pattern_of(name)
                if pattern is None:
                    self._problem(here, f"No engine can run the pattern {name[:80]!r}", "pattern_uncompilable")
                    continue
                self.backtracking |= pattern.backtracking
                name = pattern.translated  # noqa: PLW2901  The engine knows the pattern by its translation.
            schemas[name] = self._schema(item, here, _NOTHING)
        out[key] = schemas

    def _pattern(self, value: Any, pointer: str, out: dict[str, Any], added: list[Any]) -> None:
        pattern = pattern_of(value) if isinstance(value, str) else None
        if pattern is None:
            self._problem(
                f"{pointer}/pattern", f"No engine can run the pattern {str(value)[:80]!r}", "pattern_uncompilable"
            )
            return
        self.backtracking |= pattern.backtracking
        if pattern.fragment == {"pattern": value}:
            out["pattern"] = value
        else:
            added.append({SAID: {"pattern": value}, **pattern.fragment})

    # Properties that one side alone writes.

    def _may_hide(self, schema: Mapping[str, Any]) -> bool:
        """Whether it matters which properties are hidden: only where some are required, here or in a part of it."""
        if "required" in schema:
            return True
        for key in _LISTS:
            members = schema.get(key)
            if isinstance(members, list) and any(isinstance(one, dict) and self._may_hide(one) for one in members):
                return True
        return False

    def _hidden(self, schema: Mapping[str, Any], depth: int = 0) -> frozenset[str]:
        """The names of an object's properties that the other side alone writes, wherever they are declared."""
        names: set[str] = set()
        properties = schema.get("properties")
        if isinstance(properties, dict):
            names.update(name for name, item in properties.items() if self._is_hidden(item))
        if depth < _CHAIN_MAX:
            reference = schema.get("$ref")
            if isinstance(reference, str):
                names |= self._hidden_of(reference, depth)
            for member in schema.get("allOf") or ():
                if isinstance(member, dict):
                    names |= self._hidden(member, depth + 1)
        return frozenset(names)

    def _hidden_of(self, reference: str, depth: int) -> frozenset[str]:
        known = self._hidden_names.get(reference)
        if known is None:
            # A definition that refers to itself finds itself empty here, which ends the circle.
            self._hidden_names[reference] = _NOTHING
            target = self.target(reference)
            known = self._hidden(target, depth + 1) if isinstance(target, dict) else _NOTHING
            self._hidden_names[reference] = known
        return known

    def _is_hidden(self, schema: Any, depth: int = 0) -> bool:
        if not isinstance(schema, dict):
            return False
        if schema.get(self._hidden_word) is True:
            return True
        if depth >= _CHAIN_MAX:
            return False
        reference = schema.get("$ref")
        if isinstance(reference, str) and self._is_hidden(self.target(reference), depth + 1):
            return True
        members = schema.get("allOf")
        return isinstance(members, list | tuple) and any(self._is_hidden(member, depth + 1) for member in members)

    def _problem(self, pointer: str, message: str, code: str = "schema_uncompilable") -> None:
        self.problems.append(Problem(code, pointer, message + "; the rule is not checked."))


_WRITERS: dict[str, Callable[[Rewriting, Any, str, dict[str, Any], frozenset[str]], None]] = {
    "properties": Rewriting._properties,  # noqa: SLF001  The table belongs to the class above.
    "type": Rewriting._type,  # noqa: SLF001  As above.
    "$ref": Rewriting._reference,  # noqa: SLF001  As above.
    "required": Rewriting._required,  # noqa: SLF001  As above.
}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name
