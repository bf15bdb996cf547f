"""What a project says about validation."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Strictness = Literal["off", "warn", "on"]

JSON_VALUES_MAX = 200_000


class ValidationSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The corner ``validation`` of a project.

    Attributes:
        requests: ``on``: a request that breaks a rule of the document is refused; ``warn``: it is answered, and what it
            breaks is noted in the journal; ``off``: nothing is refused or noted, and parameters and body
            are parsed only where a capability needs what was sent.
        replies: the same for replies; with ``on`` a reply that breaks a rule becomes a 500 that lists what it breaks.
        read_only: whether a request may carry ``readOnly`` properties, as clients do that send back what they got.
        unknown_query: whether query parameters that the document does not name are ignored or break a rule.
        json_values_max: how many values the body of a request may hold, counted by its commas and opening brackets; a
            larger one is refused before it is read.
    """

    requests: Strictness = "on"
    replies: Strictness = "warn"
    read_only: Literal["tolerate", "refuse"] = "tolerate"
    unknown_query: Literal["ignore", "refuse"] = "ignore"
    json_values_max: Annotated[int, Meta(ge=1)] = JSON_VALUES_MAX
