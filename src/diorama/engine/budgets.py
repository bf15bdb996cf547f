"""Budgets: what one sandbox may use, so that no neighbour starves another."""

from __future__ import annotations

from msgspec import Struct

from diorama.model.errors import DioramaError


class Budgets(Struct, frozen=True):
    """Limits of one sandbox.

    Attributes:
        world_bytes_max: estimated size of its world; beyond it writes fail with 507.
        growth_bytes_max: by how much one operation may make the world grow, so how large a row may become in one go;
            each change of a row is written whole, several times.
        sessions_max: sessions that it remembers; a new one beyond it fails with 429.
        timers_max: timers waiting at once; beyond it scheduling fails with 507.
        timers_fired_max: timers that fire in one turn of the loop; what is still due then fires in the next ones, so
            that a timer which schedules itself anew for the same moment holds nobody up.
        journal_records_max, journal_bytes_max: what its journal keeps in memory; the oldest go first.
        waiting_max: exchanges that wait at once; a further one fails with 429.
        events_max: events that one transaction may emit, listeners' own included.
        outbound_calls_max: calls to the outside of one exchange.
        conflicts_max: how often an exchange is run again before it takes the sandbox's gate.
        loop_ms_max: an exchange that holds the loop longer is counted as slow.
    """

    world_bytes_max: int = 256 * 1024 * 1024
    growth_bytes_max: int = 2 * 1024 * 1024
    sessions_max: int = 100_000
    timers_max: int = 100_000
    timers_fired_max: int = 10_000
    journal_records_max: int = 10_000
    journal_bytes_max: int = 32 * 1024 * 1024
    waiting_max: int = 1_000
    events_max: int = 1_000
    outbound_calls_max: int = 20
    conflicts_max: int = 3
    loop_ms_max: float = 5.0


def over_budget(what: str, limit: int, code: str = "budget_exceeded") -> DioramaError:
    """The error of a budget that is used up."""
    return DioramaError(
        code,
        f"The sandbox may have at most {limit} {what}.",
        "Delete what is no longer needed, or make a new sandbox.",
        {"budget": what, "limit": limit},
    )
