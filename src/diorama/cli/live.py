"""The live line: one readable line per exchange in the terminal, or one JSON object for machines.

Lines are printed in batches off the exchange's own time. Under more load than a person can read, the text form sums
up what it leaves out; the JSON form leaves nothing out.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import islice
from typing import TextIO

import structlog
from rich.text import Text

from diorama.cli.reports import LastingConsole, mute
from diorama.engine.sandbox import Sandbox
from diorama.model.exchange import Exchange, JournalRecord, TimerFired

BATCH_S = 0.1
LINES_A_BATCH = 20
_STYLES = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


class LiveLog:
    """Watches journals and prints.

    Args:
        log_format: ``text`` or ``json``.
        stream: where to; standard output when None.
    """

    def __init__(self, log_format: str, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._console = LastingConsole(file=self._stream, highlight=False, soft_wrap=True)
        self._json = log_format == "json"
        self._queue: deque[tuple[str, JournalRecord]] = deque()
        self._left_out = 0
        self._scheduled = False
        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(self._stream), processors=[structlog.processors.JSONRenderer()]
        )

    def watch(self, sandbox: Sandbox) -> None:
        """Print what a sandbox's journal gets from now on."""
        name = sandbox.id
        sandbox.journal.watchers.append(lambda records: self._take(name, records))

    def announce(self, project: str, base_url: str, *, endpoints: int, control: bool, real_us: int) -> None:
        """Say in JSON where Diorama answers, as the banner does for people; it is the first line."""
        self._logger.info(
            "listening",
            timestamp=_moment(real_us).isoformat().replace("+00:00", "Z"),
            level="info",
            project=project,
            base_url=base_url,
            control_url=f"{base_url}/_diorama/" if control else "",
            endpoints=endpoints,
        )
        self._stream.flush()

    def _take(self, sandbox: str, records: Collection[JournalRecord]) -> None:
        room = len(records) if self._json else max(0, LINES_A_BATCH - len(self._queue))
        if room:
            self._queue.extend((sandbox, record) for record in islice(records, room))
        if len(records) > room:
            self._left_out += len(records) - room
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_later(BATCH_S, self.flush)

    def flush(self) -> None:
        """Print what gathered."""
        self._scheduled = False
        queue, self._queue = self._queue, deque()
        left_out, self._left_out = self._left_out, 0
        try:
            self._print(queue, left_out)
        except BrokenPipeError:
            mute(self._stream)

    def _print(self, queue: deque[tuple[str, JournalRecord]], left_out: int) -> None:
        if self._json:
            for sandbox, record in queue:
                self._print_json(sandbox, record)
        else:
            # One print for the whole batch: what a terminal library does for each print takes longer than its lines.
            lines = [line for sandbox, record in queue if (line := _line(sandbox, record)) is not None]
            if left_out:
                lines.append(Text(f"… {left_out} more exchanges in the same moment", style="dim"))
            if lines:
                self._console.print(Text("\n").join(lines))
        self._stream.flush()

    def _print_json(self, sandbox: str, record: JournalRecord) -> None:
        if not isinstance(record, Exchange):
            return
        self._logger.info(
            "exchange",
            timestamp=_moment(record.real_us).isoformat().replace("+00:00", "Z"),
            level="info",
            sandbox_id=sandbox,
            endpoint_id=record.endpoint,
            correlation_id=record.correlation_id,
            method=record.request.method,
            path=record.request.path,
            status=record.reply.status,
            duration_ms=round(record.timings.committed / 1e6, 3),
            session=record.session,
            seq=record.seq,
            error=record.error,
            violations=len(record.violations),
            reply_violations=len(record.reply_violations),
        )


def _line(sandbox: str, record: JournalRecord) -> Text | None:
    if isinstance(record, Exchange):
        return exchange_text(sandbox, record)
    if isinstance(record, TimerFired):
        return Text(f"             timer {record.timer} fired ({record.name})", style="dim")
    return None


def exchange_text(sandbox: str, record: Exchange) -> Text:
    """One exchange on one line."""
    status = record.reply.status
    text = Text()
    text.append(_moment(record.real_us).astimezone().strftime("%H:%M:%S.%f")[:12] + " ", style="dim")
    text.append(f"{status} ", style=_STYLES.get(status // 100, ""))
    text.append(f"{record.request.method} ", style="bold")
    query = "?" + record.request.query.decode("latin-1") if record.request.query else ""
    text.append(_printable(record.request.path + query))
    text.append(f"  {record.timings.committed / 1e6:.1f} ms", style="dim")
    if record.endpoint:
        text.append(f"  {_printable(record.endpoint)}", style="cyan")
    if sandbox != "default":
        text.append(f"  [{sandbox}]", style="magenta")
    if record.error:
        text.append(f"  {record.error}", style="yellow")
    if record.error and record.near_misses:
        nearest = record.near_misses[0]
        text.append(_printable(f"  nearest: {nearest.method} {nearest.path} ({nearest.difference})"), style="dim")
    if record.violations:
        first, more = record.violations[0], len(record.violations) - 1
        text.append(_printable(f"  {first.place}: {first.message}"), style="yellow")
        text.append(f" (and {more} more)" if more else "", style="dim")
    if record.reply_violations:
        text.append(f"  {len(record.reply_violations)} reply violations", style="yellow")
    return text


def _moment(real_us: int) -> datetime:
    return datetime.fromtimestamp(real_us / 1e6, UTC)


def _printable(text: str) -> str:
    """Text of a client or a document: on one line, and not a long one."""
    text = text[:201]
    shown = "".join(sign if sign.isprintable() else "�" for sign in text)
    return shown if len(shown) <= 200 else shown[:199] + "…"
