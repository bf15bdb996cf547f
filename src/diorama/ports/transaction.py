"""Transaction: what a step, a timer or an event handler may do to the world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from diorama.model.world import Address, Table


class Transaction(Protocol):
    """Reads see the transaction's own writes. Nothing is visible to others before it commits.

    Values are JSON values, because a recovered world holds what JSON gives back: a tuple or a Struct would come back
    as a list or an object. What was handed in or out is never changed in place.
    All methods raise DioramaError ``transaction_conflict`` as :func:`diorama.ports.operations.apply` says, and
    ``budget_exceeded`` when a write would take the world beyond its budget.
    """

    def get(self, address: Address, key: str, default: Any = None) -> Any:
        """The value of a row, or the default."""

    def has(self, address: Address, key: str) -> bool:
        """Whether the row exists."""

    def items(self, address: Address) -> Iterator[tuple[str, Any]]:
        """(key, value) of all rows of a table in the order of insertion. It counts as reading the whole table."""

    def table(self, address: Address) -> Table:
        """All rows of a table, the same object while none of them changes. It counts as reading the whole table."""

    def count(self, address: Address) -> int:
        """How many rows the table has. It counts as reading the whole table."""

    def set(self, address: Address, key: str, value: Any) -> None:
        """Give a row a value."""

    def insert(self, address: Address, key: str, value: Any) -> None:
        """Add a row that must not exist."""

    def delete(self, address: Address, key: str) -> bool:
        """Remove a row; False when there was none."""

    def incr(self, address: Address, key: str, by: float = 1) -> int | float:
        """Add to a number and return the sum."""

    def append(self, address: Address, key: str, item: Any) -> None:
        """Put an item at the end of a list."""

    def cas(self, address: Address, key: str, expected: Any, value: Any) -> bool:
        """Set if the row has the expected value (None: does not exist); False, and nothing done, when it has not."""

    def schedule(self, timer: str, due_us: int, name: str, payload: Any = None) -> None:
        """Have a timer fire at a virtual time; one of the same id is replaced."""

    def cancel(self, timer: str) -> bool:
        """Take a timer back; False when there was none."""

    def emit(self, event: str, payload: Any = None) -> None:
        """Say that something happened; listeners act in this same transaction."""
