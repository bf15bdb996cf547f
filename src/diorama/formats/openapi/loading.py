"""Loading: documents in, a project out."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from diorama.formats.openapi.limits import DEFAULT, Fetch, Limits, Loaded
from diorama.model.errors import DioramaError


def load_documents(
    sources: Sequence[str],
    *,
    fetch: Fetch | None = None,
    limits: Limits = DEFAULT,
    name: str = "",
    overlays: Sequence[str] = (),
) -> Loaded:
    """Read API documents into a project.

    Args:
        sources: files, folders and http(s) URLs. Of a folder, every .yaml, .yml and .json file at any depth that has
            ``openapi`` or ``swagger`` at its top is an API; other files are read when something refers to them.
        fetch: reads URLs, guarded by whoever hands it in. Without it a URL is refused.
        limits: what the load may cost.
        name: of the project; the first API's id when empty.
        overlays: files that change the documents before they are understood (OpenAPI Overlay), in order.

    Returns:
        The project, what was untidy, and the files that were read.

    Raises:
        DioramaError: document_not_found, document_unreadable, document_unsupported, document_invalid,
            reference_unresolved, document_too_large, document_trap, outbound_refused, and what ``fetch`` raises.
            ``meta`` has file, line and pointer; ``violations`` has every broken rule that was found.
    """
    if not sources:
        raise DioramaError("document_not_found", "no document was named", "Give a file, a folder or a URL.")
    # The readers are imported when there is something to read: a start from the cache needs none of them.
    from diorama.formats.openapi.assembly import assemble

    # A load makes a few hundred thousand objects and no garbage; looking for some would take a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return assemble(sources, fetch, limits, name, overlays)
    finally:
        if collecting:
            gc.enable()
