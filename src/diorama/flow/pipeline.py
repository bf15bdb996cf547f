"""A request's way.

accept (sandbox, clock reading) · route (endpoint, session, correlation id) · admit (credentials, limits) ·
compose (validation, then the responder, then the reply's own validation) · commit · deliver · observe.

The way is written once, as a generator: it yields what must be waited for and returns the reply. An exchange that
never waits is run to its end in one turn; one that waits is driven by ``plane.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any

from diorama.flow.passage import Passage
from diorama.flow.refusal import refuse
from diorama.model.errors import DioramaError
from diorama.model.http import Reply
from diorama.ports.capability import Outcome

Way = Generator[Awaitable[Outcome], Any, Reply]
Delivery = Generator[Awaitable[Outcome], Any, DioramaError | None]


def way(x: Passage) -> Way:
    """Admit, then the body. A Reply from an admission step is the reply; an error is worded by :func:`refuse`."""
    reply = None
    if x.chain.admit:
        try:
            reply = _admission(x)
            if reply is not None:
                x.error = None  # it is answered, so that nothing matched is no error any more
        except DioramaError as error:
            reply = refuse(x, error)
        except Exception as failure:  # noqa: BLE001  Whatever a step raises is answered and journalled, never lost.
            reply = refuse(x, failed(failure))
        x.keep_admission()
        x.timings.admitted = x.home.wall.monotonic_ns() - x.started_ns
    else:
        x.timings.admitted = x.timings.routed
    x.transaction.admit()
    if reply is not None:
        return reply
    return (yield from body(x))


def _admission(x: Passage) -> Reply | None:
    try:
        for step in x.chain.admit:
            outcome = step(x)
            if outcome is not None:
                if type(outcome) is not Reply:
                    raise _waited(outcome)
                return outcome
        return None
    finally:
        if x.transaction.emitted:  # what was done stays, even when a later step refuses, so listeners hear of it
            x.home.run_events(x.transaction, x.clock_us, x.published)


def body(x: Passage) -> Way:
    """Check, compose, verify. Runs again, on a newer world, when the exchange lost a race."""
    try:
        for step in x.chain.body:
            outcome = step(x)
            if outcome is not None:
                if type(outcome) is not Reply:
                    outcome = yield outcome  # type: ignore[misc]  # what is no Reply is awaited
                    if outcome is None:
                        continue
                x.reply = reply = outcome
                x.error = None  # as above
                for check in x.chain.verify:
                    verdict = check(x)
                    if verdict is not None and type(verdict) is not Reply:
                        verdict = yield verdict  # type: ignore[misc]  # the same
                    if verdict is not None:
                        x.reply = reply = verdict
                if x.transaction.emitted:
                    x.home.run_events(x.transaction, x.clock_us, x.published)
                return reply
        raise unanswered(x)
    except DioramaError as error:
        return refuse(x, error)
    except Exception as failure:  # noqa: BLE001  As above.
        return refuse(x, failed(failure))


def delivery(x: Passage) -> Delivery:
    """Run the delivery's steps on the committed reply; ends with the error of the step that failed, if one did."""
    try:
        for step in x.chain.deliver:
            outcome = step(x)
            if outcome is not None and type(outcome) is not Reply:
                outcome = yield outcome  # type: ignore[misc]  # what is no Reply is awaited
            if outcome is not None:
                x.reply = outcome
    except DioramaError as error:
        return error
    except Exception as failure:  # noqa: BLE001  The exchange is committed, so it is answered whatever happens here.
        return failed(failure)
    return None


def _waited(outcome: object) -> DioramaError:
    """Admission applies at once and never runs again, so its steps cannot wait."""
    close = getattr(outcome, "close", None)
    if close is not None:
        close()
    return DioramaError("capability_failed", "An admission step wanted to wait.", "Move it to stage CHECK.")


def failed(failure: Exception) -> DioramaError:
    """The error for an exception that a capability should not have raised; its text may hold data, so it stays out."""
    traceback = failure.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = ""
    if traceback is not None:
        code = traceback.tb_frame.f_code
        where = f" at {code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno} in {code.co_name}"
    error = DioramaError(
        "capability_failed",
        f"A {type(failure).__name__} was raised{where}.",
        "This is a fault in Diorama; please report it with the definition and the request that show it.",
    )
    error.__cause__ = failure
    return error


def unanswered(x: Passage) -> DioramaError:
    """The error for a request that no responder answered: nothing listens there, or the endpoint has no reply."""
    if x.error is not None:
        return x.error
    return DioramaError(
        "response_not_defined",
        f"The endpoint {x.route.id!r} defines no response.",
        "Add a response to the operation in the document.",
    )
