"""What a project says about cross-origin requests."""

from __future__ import annotations

from msgspec import Struct


class CorsSpec(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The corner ``cors`` of the project file.

    Attributes:
        enabled: whether browsers of other origins may call the API.
        max_age_s: how long a browser may remember the answer to a preflight, in seconds, 0 to 86,400.
    """

    enabled: bool = True
    max_age_s: int = 600
