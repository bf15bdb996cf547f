"""Refusal: an error of ours as a reply."""

from __future__ import annotations

from diorama.flow.passage import Passage
from diorama.model.errors import DioramaError
from diorama.model.http import Reply
from diorama.model.problems import problem_reply


def refuse(x: Passage, error: DioramaError) -> Reply:
    """The reply to an exchange that was refused: in the document's own words where it has any, else in ours.

    A failure while the document's words are made must not hide the refusal, so ours are used then.
    """
    x.error = error
    x.transaction.rollback()
    try:
        for step in x.chain.refuse:
            reply = step(x)
            if type(reply) is Reply:
                return reply
    except Exception:  # noqa: BLE001  As the docstring says.
        x.transaction.rollback()
    return problem_reply(error, meta_of(x))


def meta_of(x: Passage) -> dict[str, str]:
    """Where an exchange is, for an error's ``meta``."""
    return {
        "project": x.published.project.name,
        "group": x.route.group,
        "endpoint": x.route.id,
        "sandbox": x.sandbox,
        "correlation_id": x.correlation_id,
    }
