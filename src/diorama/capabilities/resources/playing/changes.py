"""Changes: what an update does to an item.

Source: RFC 7396 (merge patch), RFC 6902 (JSON Patch).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.playing.bounds import DEPTH_MAX, WEIGHT_MAX, TooDeepError, TooMuchError, weight
from diorama.capabilities.resources.playing.completion import Maker
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation.conformance import equal
from diorama.formats.names import canonical
from diorama.model.errors import DioramaError, Violation
from diorama.model.pointers import tokens_of

_END = "-"
"""The place behind an array's last item (RFC 6901, section 4)."""


class Misfit(Struct, frozen=True):
    """A value that an item cannot have.

    Attributes:
        names: the properties on the way to it, from the outermost.
        value: as it was written.
        shape: of the item's property.
    """

    names: tuple[str, ...]
    value: Any
    shape: Shape


class Change:
    """One change of one item.

    Args:
        maker: fits what is written to the schema.
        deep: whether objects inside are merged rather than replaced.
        blanks: whether an empty text takes a value away, as in forms.

    Attributes:
        misfits: what was written and did not fit, so that the item has nothing of it.
    """

    def __init__(self, maker: Maker, *, deep: bool, blanks: bool) -> None:
        self._maker = maker
        self._deep = deep
        self._blanks = blanks
        self.misfits: list[Misfit] = []

    def merged(
        self, item: Mapping[str, Any], written: Mapping[str, Any], shape: Shape, names: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The item with what is written set, and the rest as it was."""
        shape = shape.settled(item or ABSENT)
        out = dict(item)
        for given, value in written.items():
            name = given if given in shape.members else self._maker.known(shape, canonical(given))
            member = shape.members.get(name) if name else shape.further(given)
            if member is None or (name != given and name in written):
                continue
            is_free = not name
            name = name or given
            if value is None or (value == "" and self._blanks and (is_free or _can_go(member, out.get(name)))):
                if not _take_away(out, name, member, required=name in shape.required) and value is None:
                    self.misfits.append(Misfit((*names, name), value, member))
                continue
            held = out.get(name)
            if self._deep and isinstance(value, dict) and isinstance(held, dict):
                out[name] = self.merged(held, value, member, (*names, name))
                continue
            fitted = self._maker.fitted(member, value, (*names, name))
            if fitted is not ABSENT:
                out[name] = fitted
            else:
                self.misfits.append(Misfit((*names, name), value, member))
        return out


def _can_go(member: Shape, held: Any) -> bool:
    """Whether an empty text means that there shall be no value."""
    return member.nullable or not member.allows("string") or isinstance(held, dict)


def _take_away(out: dict[str, Any], name: str, member: Shape, *, required: bool) -> bool:
    """Leave a property without a value: null where that may stand, else nothing, else an empty one; False for none."""
    if member.nullable and name in out:
        out[name] = None
    elif not required:
        out.pop(name, None)
    elif isinstance(out.get(name), dict):
        out[name] = {}
    elif isinstance(out.get(name), list):
        out[name] = []
    else:
        return name not in out
    return True


class _Load:
    """How much the operations of one patch may still copy."""

    def __init__(self) -> None:
        self._left = WEIGHT_MAX

    def bear(self, value: Any, path: str) -> None:
        """Refuse what would stand too deep below a path."""
        weight(value, DEPTH_MAX - path.count("/"))

    def copy(self, value: Any, path: str) -> Any:
        """A copy of a value, for a path."""
        self._left -= weight(value, DEPTH_MAX - path.count("/"), self._left)
        return deepcopy(value)


def patched(item: Any, operations: Any) -> Any:
    """An item after the operations of a JSON Patch: all of them or none.

    Raises:
        DioramaError: ``patch_failed``, also when it copies more than :data:`~bounds.WEIGHT_MAX` or nests deeper than
            :data:`~bounds.DEPTH_MAX`.
    """
    if not isinstance(operations, list):
        raise failed("it is no array of operations")
    document, load = deepcopy(item), _Load()
    for number, operation in enumerate(operations):
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise failed(f"operation {number} has no path")
        try:
            document = _applied(document, operation, load)
        except TooDeepError:
            raise failed(f"operation {number} nests more than {DEPTH_MAX} arrays and objects") from None
        except TooMuchError:
            raise failed(f"operation {number} copies more than a patch may ({WEIGHT_MAX:,} values)") from None
        except (KeyError, IndexError, ValueError, TypeError) as cause:
            raise failed(f"operation {number} finds nothing at {operation['path'][:100]!r}") from cause
    return document


def _applied(document: Any, operation: dict[str, Any], load: _Load) -> Any:
    name, path = operation.get("op"), operation["path"]
    if name in {"add", "replace", "test"} and "value" not in operation:
        raise failed(f"{name} has no value")
    if name in {"add", "replace"}:
        load.bear(operation["value"], path)
    if name == "add":
        return _put(document, tokens_of(path), operation["value"], insert=True)
    if name == "replace":
        _get(document, tokens_of(path))
        return _put(document, tokens_of(path), operation["value"], insert=False)
    if name == "remove":
        return _removed(document, tokens_of(path))
    if name == "test":
        if not equal(_get(document, tokens_of(path)), operation["value"]):
            raise failed(f"the value at {path[:100]!r} is another one")
        return document
    if name in {"move", "copy"}:
        source = operation.get("from")
        if not isinstance(source, str):
            raise failed(f"{name} does not say from where")
        value = load.copy(_get(document, tokens_of(source)), path)
        if name == "move":
            if path.startswith(source + "/"):
                raise failed("a value cannot be moved into itself")
            document = _removed(document, tokens_of(source))
        return _put(document, tokens_of(path), value, insert=True)
    raise failed(f"there is no operation {str(name)[:40]!r}")


def _index(container: list[Any], token: str, *, end: bool) -> int:
    if end and token == _END:
        return len(container)
    if not token.isdigit() or (len(token) > 1 and token[0] == "0"):
        raise KeyError(token)
    index = int(token)
    if index > len(container) or (index == len(container) and not end):
        raise IndexError(token)
    return index


def _get(document: Any, tokens: list[str]) -> Any:
    for token in tokens:
        document = document[_index(document, token, end=False) if isinstance(document, list) else token]
    return document


def _put(document: Any, tokens: list[str], value: Any, *, insert: bool) -> Any:
    if not tokens:
        return value
    container = _get(document, tokens[:-1])
    if isinstance(container, list):
        index = _index(container, tokens[-1], end=insert)
        container[index : index if insert else index + 1] = [value]
    elif isinstance(container, dict):
        container[tokens[-1]] = value
    else:
        raise KeyError(tokens[-1])
    return document


def _removed(document: Any, tokens: list[str]) -> Any:
    if not tokens:
        return {}
    container = _get(document, tokens[:-1])
    if isinstance(container, list):
        del container[_index(container, tokens[-1], end=False)]
    else:
        del container[tokens[-1]]
    return document


def failed(why: str, violations: tuple[Violation, ...] = ()) -> DioramaError:
    """The error for a patch that does not apply."""
    return DioramaError(
        "patch_failed",
        f"The patch does not apply: {why}.",
        "Read the item again and make the patch from what it is.",
        violations=violations,
    )
