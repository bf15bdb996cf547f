"""What a project says about its resources."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

UnknownIds = Literal["refuse", "make"]
Initial = Literal["auto", "empty", "examples"] | int


class ResourceOverride(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a project says about one resource; None means as the corner says.

    Attributes:
        enabled: False answers its operations from examples.
        id: the item's property that is its id, with dots for what is nested.
        unknown_ids, initial: as in :class:`ResourcesSpec`.
        operations: endpoint id to a role (``create``, ``read``, ``list``, ``replace``, ``update``, ``delete``,
            ``action``) or to ``off``.
    """

    enabled: bool | None = None
    id: str = ""
    unknown_ids: UnknownIds | None = None
    initial: Initial | None = None
    operations: dict[str, str] = {}


class ResourcesSpec(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The corner ``resources`` of the project file.

    Attributes:
        enabled: whether the resources behind a document's paths are played at all.
        unknown_ids: what happens when a client names an item that there is not: ``refuse`` answers 404, ``make`` makes
            a believable one on first sight and remembers it.
        initial: what a resource holds at first: nothing (``empty``), the items of the document's examples
            (``examples``), or so many generated ones, 0 to 1,000. ``auto``: resources that clients can create begin
            empty; the others begin with the document's examples, and with 3 generated ones where it has none.
        certainty_min: resources and operations less certain than this, 0.0 to 1.0, are answered from examples.
        overrides: by the resource's name, as ``diorama inspect`` shows it.
        fixtures: the items that a resource holds at first, by its name, in order; they take the place of what
            ``initial`` says. Files of the folder ``fixtures`` come here, too.
        locale: language and country of people and places in what is made of items; as ``examples.locale`` where that is
            set and this is not.
        values_max: about how many values one made part of an item holds at most, 1 to 100,000; as
            ``examples.values_max`` where that is set and this is not.
    """

    enabled: bool = False
    unknown_ids: UnknownIds = "refuse"
    initial: Initial = "auto"
    certainty_min: float = 0.5
    overrides: dict[str, ResourceOverride] = {}
    fixtures: dict[str, list[Any]] = {}
    locale: str = "en"
    values_max: int = 1500
