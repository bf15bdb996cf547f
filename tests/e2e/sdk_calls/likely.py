"""Likely values: what a client's own tests would send, from the document's examples and from known items of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.e2e.conformance.operations import Media, Operation, Parameter
from tests.e2e.conformance.samples import Samples, UnsampledError
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.cycles.bodies import Bodies, is_hollow


class Fixtures:
    """Known items of an API by the name of what they are.

    Args:
        items: by name (``customer``, ``issuing.card``).
    """

    def __init__(self, items: dict[str, Any]) -> None:
        self._items = {_key(name): item for name, item in items.items()}

    def about(self, path: str) -> dict[str, Any]:
        """The item that a path is about: of its last segment that is no parameter and names one."""
        segments = [one for one in path.split("/") if one and not one.startswith("{")]
        for end in range(len(segments), 0, -1):
            for begin in range(end):
                found = self._items.get(_key("".join([*segments[begin : end - 1], _singular(segments[end - 1])])))
                if isinstance(found, dict):
                    return found
        return {}

    def id(self, name: str) -> Any:
        """The id of the item that a name speaks of; None when none is known."""
        found = self._items.get(_key(name))
        return found.get("id") if isinstance(found, dict) else None


def fixtures(path: Path | None) -> Fixtures:
    """Read a file of items (``{"resources": {name: item}}``); none when there is no file."""
    return Fixtures({} if path is None else json.loads(path.read_text(encoding="utf-8"))["resources"])


class Likely(Bodies):
    """Values for the requests of one document.

    Args:
        schemas: the document's, for requests.
        samples: of the same.
        known: items of the API.
    """

    def __init__(self, schemas: Schemas, samples: Samples, known: Fixtures) -> None:
        super().__init__(schemas, samples)
        self._known = known
        self._item: dict[str, Any] = {}

    def turn_to(self, operation: Operation) -> None:
        """Take the values that follow from the item that an operation is about."""
        self._item = self._known.about(operation.path)

    def parameter(self, operation: Operation, parameter: Parameter) -> Any:
        """A value for a parameter.

        Raises:
            UnsampledError: when no valid one is found.
        """
        schema = self._schemas.converted(parameter.schema)
        before = operation.path.partition("{" + parameter.name + "}")[0] if parameter.place == "path" else ""
        around = self._known.about(before).get("id") if before else None
        for value in (self._known.id(parameter.name), around, *self._shown(parameter.name)):
            if value not in (None, "") and self._schemas.validator(schema).is_valid(value):
                return value
        return self._samples.of(schema)

    def takes(self, parameter: Parameter, value: Any) -> bool:
        """Whether a value is valid for a parameter."""
        return bool(self._schemas.validator(self._schemas.converted(parameter.schema)).is_valid(value))

    def plain(self, media: Media) -> Any:
        """What is required and no more; what text cannot say, empty objects, with something in it.

        Raises:
            UnsampledError: when no valid value is found.
        """
        if media.kind == "binary":
            return b"bytes"
        return super().plain(media)

    def _candidates(self, name: str, schema: Any, number: int) -> Iterator[Any]:
        yield from (one for one in (self._known.id(name), *self._shown(name)) if one not in (None, ""))
        yield from super()._candidates(name, schema, number)
        try:
            sample = self._samples.of(schema)
        except UnsampledError:
            return
        if not is_hollow(sample):
            yield sample

    def _shown(self, name: str) -> list[Any]:
        """The value that the item has under a name, where a client would send it back."""
        shown = self._item.get(name)
        return [] if isinstance(shown, (dict, list)) else [shown]


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
