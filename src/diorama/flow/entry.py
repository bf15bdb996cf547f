"""Entry: a committed exchange as the journal's record of it."""

from __future__ import annotations

from diorama.flow.capture import captured
from diorama.flow.passage import Passage
from diorama.model.exchange import Exchange
from diorama.model.http import Reply


def entry(x: Passage, reply: Reply, seq: int) -> Exchange:
    """The record, by position because this runs for every request; the fields stand in their Struct's order."""
    tx = x.transaction
    plan = x.plan
    error = x.error
    violations, reply_violations = plan.violations, plan.reply_violations
    if error is not None:
        if error.code == "reply_violates_schema":
            reply_violations = error.violations
        else:
            violations = error.violations
    return Exchange(
        seq,
        x.admission_seq or seq,
        x.base_seq,
        x.branch,
        x.clock_us,
        x.real_us,
        captured(x),
        reply,
        x.route.id,
        x.route.matched,
        x.session,
        x.session_named,
        (x.dice_label, x.route.id, x.dice_count),
        x.published.version,
        x.correlation_id,
        x.timings,
        x.near_misses,
        tuple(tx.admission),
        tuple(tx.operations),
        tx.reads,
        x.outbound_records,
        violations,
        reply_violations,
        "" if error is None else error.code,
        x.attempts,
    )
