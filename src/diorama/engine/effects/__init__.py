"""Effects: the one door through which real time and the outside come into a sandbox.

Nothing here loads the HTTP library before the first call is made.
"""

from diorama.engine.effects.exchange_outbound import CallBudget, ExchangeOutbound
from diorama.engine.effects.fetching import fetch_document
from diorama.engine.effects.guard import OutboundGuard, OutboundPolicy, policy_for_operator
from diorama.engine.effects.outbound import OutboundClient
from diorama.engine.effects.wall_clock import ManualClock, SystemClock

__all__ = [
    "CallBudget",
    "ExchangeOutbound",
    "ManualClock",
    "OutboundClient",
    "OutboundGuard",
    "OutboundPolicy",
    "SystemClock",
    "fetch_document",
    "policy_for_operator",
]
