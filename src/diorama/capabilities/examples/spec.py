"""What a project says about replies from its documents."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class ExamplesSpec(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The corner ``examples`` of the project file.

    Attributes:
        dynamic: make each reply's body anew by the exchange's dice, instead of taking the document's examples.
        fill_properties: whether objects get properties beyond those that their schema lists, where it invites them;
            None means as the document says (``x-json-schema-faker``), which by itself means yes.
        ignore_examples: answer from schemas even where there are examples; an example that is asked for by name counts
            all the same.
        refusals: which refusals the document words where it can: ``credentials`` only (401), since an example of
            another error would hide what is wrong with this request; ``all``; or ``none``. Those that it does not word
            are problem details, with the status that the document gives to the like.
        values_max: about how many values one generated body holds at most, 1 to 100,000.
    """

    dynamic: bool = False
    fill_properties: bool | None = None
    ignore_examples: bool = False
    refusals: Literal["credentials", "all", "none"] = "credentials"
    values_max: int = 1500
