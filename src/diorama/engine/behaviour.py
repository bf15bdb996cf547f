"""Behaviour: what a sandbox is told by those above it, as the engine sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from diorama.ports.transaction import Transaction

Handler = Callable[[Transaction, int, Any], None]


class Behaviour(Protocol):
    """What a published definition tells the engine; the flow knows more of it."""

    @property
    def version(self) -> str:
        """Content hash of the project."""

    @property
    def timers(self) -> Mapping[str, Handler]:
        """What runs when a timer fires, by name."""

    @property
    def events(self) -> Mapping[str, tuple[Handler, ...]]:
        """What runs when an event is emitted, by name."""


class TimerDriver(Protocol):
    """Sees to it that timers fire when no exchange comes by."""

    def arm(self) -> None:
        """Look when the next timer is due; called whenever that may have changed."""
