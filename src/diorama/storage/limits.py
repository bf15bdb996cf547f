"""Limits: what every store accepts, and how much journal it keeps."""

from __future__ import annotations

import re

from msgspec import Struct

from diorama.model.errors import DioramaError
from diorama.ports.storage import Batch

_SANDBOX_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class JournalLimits(Struct, frozen=True):
    """When the oldest part of a journal is dropped. The newest block always stays.

    Attributes:
        records_max: how many records a sandbox's journal holds, 1 or more.
        bytes_max: how many bytes of encoded records it holds, 1 or more.
    """

    records_max: int = 1_000_000
    bytes_max: int = 1 << 30


TAIL_BYTES_MAX = 32 << 20
"""No more of a journal than this is read back when a sandbox is opened, however few records that is."""

MEMORY_LIMITS = JournalLimits(records_max=10_000, bytes_max=16 << 20)
"""The default of the store in memory: enough to look at what just happened, and no burden for a small process."""


def checked_sandbox_id(sandbox: str) -> str:
    """The id, once it is certain that it can be a host label and a file's name and leads nowhere else.

    Raises:
        DioramaError: ``option_invalid`` when it has another form.
    """
    if _SANDBOX_ID.fullmatch(sandbox) is None:
        raise DioramaError(
            "option_invalid",
            f"{sandbox[:80]!r} cannot be the id of a sandbox.",
            "Use 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or digit.",
        )
    return sandbox


def check_order(batch: Batch, last_seq: int, sandbox: str) -> None:
    """See that a batch follows what was submitted before: one journal has one order.

    Raises:
        DioramaError: ``internal`` when it does not, which is a mistake of the caller; the batch is not taken.
    """
    if batch.count and not last_seq < batch.first_seq <= batch.last_seq:
        raise DioramaError(
            "internal",
            f"A batch of sequences {batch.first_seq} to {batch.last_seq} came after sequence {last_seq}.",
            "Report it with the steps that led here.",
            {"sandbox": sandbox},
        )


def store_closed(sandbox: str) -> DioramaError:
    """What a closed store answers."""
    return DioramaError(
        "storage_failed", "The sandbox's store is closed.", "Open the sandbox again.", {"sandbox": sandbox}
    )


def sandbox_deleted(sandbox: str) -> DioramaError:
    """What the store of a deleted sandbox answers."""
    return DioramaError("sandbox_unknown", "The sandbox was deleted.", "Create it anew.", {"sandbox": sandbox})


def anew(error: DioramaError) -> DioramaError:
    """An equal error to raise: one object raised many times would gather a traceback each time."""
    return DioramaError(error.code, error.message, error.hint, error.meta)
