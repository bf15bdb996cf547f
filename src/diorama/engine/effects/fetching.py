"""Fetching: one document from a URL, for code that is not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from diorama.engine.effects.guard import OutboundPolicy
from diorama.engine.effects.outbound import OutboundClient
from diorama.engine.effects.resolution import Resolver
from diorama.model.errors import DioramaError
from diorama.ports.effects import OutboundAnswer, OutboundRequest

DOCUMENT_BYTES_MAX = 64 * 1024 * 1024
REDIRECTS_MAX = 5

_ACCEPT = (
    b"application/vnd.oai.openapi, application/openapi+json, application/openapi+yaml, application/json, "
    b"application/yaml, text/yaml, */*;q=0.5"
)


def fetch_document(
    url: str,
    policy: OutboundPolicy,
    bytes_max: int = DOCUMENT_BYTES_MAX,
    timeout_s: float = 20.0,
    resolver: Resolver | None = None,
) -> bytes:
    """Fetch a document; the thread waits.

    With ``functools.partial(fetch_document, policy=policy)`` it is what a loader of documents takes.

    Args:
        url: absolute, ``http`` or ``https``.
        policy: where it may be fetched from; at most 5 redirects are followed, each of them checked.
        bytes_max: of the document, decoded.
        timeout_s: for everything, redirects included.
        resolver: turns names into addresses; the machine's when left out.

    Returns:
        the document's bytes.

    Raises:
        DioramaError: ``outbound_refused``, ``outbound_failed``, ``outbound_timeout``; ``document_not_found`` when the
            answer is 404 or 410; ``document_too_large``.
    """
    request = OutboundRequest("GET", url, ((b"Accept", _ACCEPT),), b"", timeout_s, bytes_max)
    client = OutboundClient(policy, connections_max=2, resolver=resolver)
    try:
        answer = _run(_fetch(client, request))
    except DioramaError as error:
        if error.meta.get("reason") != "answer_too_large":
            raise
        raise DioramaError(
            "document_too_large", f"The document is larger than {bytes_max} bytes.", "Split it, or bring a smaller one."
        ) from error
    if 200 <= answer.status < 300:
        return answer.body
    origin = client.guard.admit(url).origin
    raise DioramaError(
        "document_not_found" if answer.status in (404, 410) else "outbound_failed",
        f"{origin} answered {answer.status} when it was asked for the document.",
        "Check the address, and whether it wants credentials; a document can also be read from a file.",
    )


async def _fetch(client: OutboundClient, request: OutboundRequest) -> OutboundAnswer:
    try:
        return await client.send(request, redirects_max=REDIRECTS_MAX)
    finally:
        await client.aclose()


def _run(work: Coroutine[Any, Any, OutboundAnswer]) -> OutboundAnswer:
    """Run to the end on an event loop of its own, in a thread of its own when this one has a loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    outcome: list[OutboundAnswer | BaseException] = []

    def run() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.append(error)

    thread = threading.Thread(target=run, name="fetch-document", daemon=True)
    thread.start()
    thread.join()
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]
