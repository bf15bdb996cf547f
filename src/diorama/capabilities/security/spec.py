"""What a project says about credentials."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class SecuritySpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The corner ``security`` of a project.

    Attributes:
        credentials: ``on``: an endpoint's security requirements must be met by well-formed credentials; ``off``: nobody
            looks.
        realm: what ``WWW-Authenticate`` calls the protected space.
        accept: by the name of a security scheme, which of its credentials are right: texts in which ``*`` stands for
            anything; of Basic credentials, of ``user:password``. A scheme that is not named takes any well-formed one.
    """

    credentials: Literal["off", "on"] = "on"
    realm: str = "diorama"
    accept: dict[str, tuple[str, ...]] = {}
