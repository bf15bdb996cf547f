"""What a project says about replies from its documents."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class ExamplesSpec(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The corner ``examples`` of the project file.

    Attributes:
        data: what stands where the document has no example: ``plain`` samples that are always the same, or
            ``believable`` values that follow names and descriptions, agree with each other and depend on the
            sandbox's seed. Bodies that are made anew by dice are believable in any case.
        dynamic: make each reply's body anew by the exchange's dice, instead of taking the document's examples.
        fill_properties: whether objects get properties beyond those that their schema lists, where it invites them;
            None means as the document says (``x-json-schema-faker``), which by itself means yes.
        ignore_examples: answer from schemas even where there are examples; an example that is asked for by name counts
            all the same.
        locale: language and country of believable people and places: ``en``, ``en-gb``, ``de``, ``fr``, ``es``, ``it``,
            ``nl``, ``ja``, ``pt-br`` or ``pl``.
        refusals: which refusals the document words where it can: ``credentials`` only (401), since an example of
            another error would hide what is wrong with this request; ``all``; or ``none``. What a resource refuses
            (an unknown id) is worded by the document unless this is ``none``. Those that it does not word are problem
            details, with the status that the document gives to the like.
        values_max: about how many values one generated body holds at most, 1 to 100,000.
    """

    data: Literal["plain", "believable"] = "plain"
    dynamic: bool = False
    fill_properties: bool | None = None
    ignore_examples: bool = False
    locale: str = "en"
    refusals: Literal["credentials", "all", "none"] = "credentials"
    values_max: int = 1500
