"""Changes: what became of edited files, in the terminal beside the exchanges."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TextIO

import structlog
from rich.text import Text

from diorama.app.loading import LoadedProject
from diorama.app.watching import Change
from diorama.cli.reports import ERR, LastingConsole, counted, finding_text, mute
from diorama.flow.publication import sites_of
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError
from diorama.ports.effects import WallClock

WARNINGS_SHOWN = 5
INDENT = " " * 13


class ChangeLog:
    """Tells people, or machines, what was published and what could not be (:class:`diorama.app.watching.Audience`).

    Args:
        log_format: ``text`` or ``json``; with ``none`` only what is broken is told.
        loaded: what is served at first; only warnings that are new are told.
        wall: real time.
        before: called before something is told, so that exchanges of before stand before it.
        findings: what is to be known of a version that was published; what reading it found when None.
        stream: where to; standard output when None.
    """

    def __init__(
        self,
        log_format: str,
        loaded: LoadedProject,
        wall: WallClock,
        before: Callable[[], None],
        findings: Callable[[LoadedProject], Sequence[Finding]] | None = None,
        stream: TextIO | None = None,
    ) -> None:
        self._format = log_format
        self._findings_of = findings or (lambda known: known.findings)
        self._findings = frozenset(self._findings_of(loaded))
        self._wall = wall
        self._before = before
        self._stream = stream or sys.stdout
        self._console = LastingConsole(file=self._stream, highlight=False, soft_wrap=True)
        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(self._stream), processors=[structlog.processors.JSONRenderer()]
        )

    def published(self, change: Change) -> None:
        """A version went live, or what was broken is as it was before."""
        self._before()
        project = change.loaded.project
        known = self._findings_of(change.loaded)
        findings = [finding for finding in known if finding not in self._findings]
        self._findings = frozenset(known)
        if self._format == "json":
            self._log(
                "published",
                "info",
                project=project.name,
                definition=change.publication.version,
                previous=change.publication.previous,
                sandboxes=list(change.publication.sandboxes),
                endpoints=len(sites_of(project)),
                duration_ms=round(change.took_ms, 1),
                mended=change.mended,
                warnings=[finding_text(finding).plain for finding in findings],
            )
        elif self._format == "text":
            self._print(_published_text(change))
            for finding in findings[:WARNINGS_SHOWN]:
                self._print(Text(INDENT) + Text("warning ", style="bold yellow") + finding_text(finding))
            if len(findings) > WARNINGS_SHOWN:
                self._print(Text(f"{INDENT}… and {len(findings) - WARNINGS_SHOWN} more warnings", style="dim"))

    def broken(self, error: DioramaError) -> None:
        """A change could not be published."""
        self._before()
        if self._format == "json":
            self._log(
                "publish_failed",
                "error",
                error=error.code,
                detail=error.message,
                hint=error.hint,
                file=str(error.meta.get("file", "")),
                line=int(error.meta.get("line", 0) or 0),
            )
            return
        self._print(Text.assemble(("not published ", "bold red"), (f"({error.code})  ", "dim"), error.message))
        for violation in [one for one in error.violations if one.message not in error.message][:WARNINGS_SHOWN]:
            self._print(Text(f"{INDENT}{violation.message}"))
        if error.hint:
            self._print(Text(INDENT) + Text("hint  ", style="bold") + Text(error.hint))
        self._print(Text(f"{INDENT}The version before goes on.", style="dim"))

    def _print(self, text: Text) -> None:
        """One line; what begins something new begins with the time, as exchanges do."""
        if not text.plain.startswith(INDENT):
            moment = _moment(self._wall.now_us()).astimezone().strftime("%H:%M:%S.%f")[:12]
            text = Text.assemble((moment, "dim"), " ", text)
        (ERR if self._format == "none" else self._console).print(text)
        self._flush()

    def _log(self, event: str, level: str, **facts: object) -> None:
        moment = _moment(self._wall.now_us()).isoformat().replace("+00:00", "Z")
        try:
            self._logger.info(event, timestamp=moment, level=level, **facts)
        except BrokenPipeError:
            mute(self._stream)
        self._flush()

    def _flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            mute(self._stream)


def _published_text(change: Change) -> Text:
    project = change.loaded.project
    if change.publication.version == change.publication.previous:
        return Text.assemble(("mended ", "bold green"), f" {project.name} is what it was before")
    return Text.assemble(
        ("mended, published " if change.mended else "published ", "bold green"),
        f" {project.name}  {counted(len(sites_of(project)), 'endpoint')}",
        (f"  {change.took_ms:.0f} ms after the save", "dim"),
    )


def _moment(real_us: int) -> datetime:
    return datetime.fromtimestamp(real_us / 1e6, UTC)
