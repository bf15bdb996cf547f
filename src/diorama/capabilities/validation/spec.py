"""What a project says about validation."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Strictness = Literal["off", "warn", "on"]


class ValidationSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The corner ``validation`` of a project.

    Attributes:
        requests: ``on``: a request that breaks a rule of the document is refused; ``warn``: it is answered, and what it
            breaks is noted in the journal; ``off``: nobody looks, and parameters and body are not parsed.
        replies: the same for replies; with ``on`` a reply that breaks a rule becomes a 500 that lists what it breaks.
        read_only: whether a request may carry ``readOnly`` properties, as clients do that send back what they got.
        unknown_query: whether query parameters that the document does not name are ignored or break a rule.
    """

    requests: Strictness = "on"
    replies: Strictness = "warn"
    read_only: Literal["tolerate", "refuse"] = "tolerate"
    unknown_query: Literal["ignore", "refuse"] = "ignore"
