"""``diorama mock`` and ``diorama serve``: load, listen, say where, and show what comes by."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from diorama import __version__
from diorama.api.guard import is_loopback
from diorama.app.assembly import Assembly, data_directory, keeps_nothing
from diorama.app.control_plane import control_plane
from diorama.app.founding import keep_schema, names_schema
from diorama.app.loading import LoadedProject, Memo, load
from diorama.app.settings import Settings
from diorama.app.suggestions import suggestions
from diorama.app.watching import Watching
from diorama.cli.changes import ChangeLog
from diorama.cli.live import LiveLog
from diorama.cli.reports import LastingConsole, counted, mute, print_findings
from diorama.control.publication import Publication
from diorama.flow.publication import sites_of
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError
from diorama.wire.limits import WireLimits
from diorama.wire.server import Address, ServeConfig, serve

WARNINGS_SHOWN = 5


def run(settings: Settings) -> None:
    """Serve until a signal comes.

    Raises:
        DioramaError: when the definition cannot be loaded or the address cannot be listened on.
    """
    memo: Memo = {}
    folder = Path(settings.sources[0]) if settings.sources else None
    if folder is not None and not keeps_nothing(settings) and names_schema(folder):
        keep_schema(folder)
    loaded = load(settings, memo)
    print_findings(loaded.findings, WARNINGS_SHOWN)
    if sys.platform == "win32":
        raise DioramaError("option_invalid", "Diorama does not run on Windows itself.", "Run it in WSL.")
    import uvloop

    uvloop.run(_serve(settings, loaded, memo))


async def _serve(settings: Settings, loaded: LoadedProject, memo: Memo) -> None:
    with loaded.locating():
        assembly = Assembly(settings, loaded.project)
    print_findings(loaded.located(assembly.published.findings), WARNINGS_SHOWN)
    log = LiveLog(settings.log_format) if settings.log_format != "none" else None
    tasks: list[asyncio.Task[None]] = []
    try:
        closed = not is_loopback(settings.host)
        config = ServeConfig(
            host=settings.host,
            port=settings.port,
            certfile=settings.tls_certificate,
            keyfile=settings.tls_key,
            limits=WireLimits(
                headers_bytes_max=settings.header_bytes_max,
                body_bytes_max=settings.body_bytes_max,
                shutdown_s=settings.shutdown_s,
                trusted_proxies=settings.trusted_proxies,
            ),
        )

        def started(address: Address) -> None:
            _begin(assembly, loaded, address, log, closed=closed)
            if settings.watch:
                tasks.append(asyncio.get_running_loop().create_task(_watching(assembly, loaded, memo, log).run()))

        await serve(
            config,
            assembly.plane,
            control_plane(assembly.installation, closed=closed),
            clock=lambda: assembly.wall.now_us() / 1e6,
            started=started,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if log is not None:
            log.flush()
        await assembly.end()


def _watching(assembly: Assembly, loaded: LoadedProject, memo: Memo, log: LiveLog | None) -> Watching:
    """What loads and publishes anew when files change, and tells of it in the terminal."""
    settings = assembly.settings

    def publish(changed: LoadedProject) -> Publication:
        with changed.locating():
            return assembly.publish(changed.project)

    def findings(changed: LoadedProject) -> Sequence[Finding]:
        return (*changed.findings, *changed.located(assembly.published.findings))

    before = log.flush if log is not None else lambda: None
    return Watching(
        settings,
        loaded,
        memo,
        publish,
        ChangeLog(settings.log_format, loaded, assembly.wall, before, findings),
        assembly.wall,
    )


def _begin(assembly: Assembly, loaded: LoadedProject, address: Address, log: LiveLog | None, *, closed: bool) -> None:
    """Once requests are accepted: timers run, exchanges are shown, and people are told where."""
    settings = assembly.settings
    assembly.installation.base_url = address.url
    assembly.begin()
    if log is not None:
        assembly.watch(log.watch)
    try:
        if log is not None and settings.log_format == "json":
            log.announce(
                loaded.project.name,
                address.url,
                endpoints=len(sites_of(loaded.project)),
                control=not closed,
                real_us=assembly.wall.now_us(),
            )
        else:
            _print_banner(settings, loaded, address, closed=closed)
    except BrokenPipeError:
        mute(sys.stdout)


def _print_banner(settings: Settings, loaded: LoadedProject, address: Address, *, closed: bool) -> None:
    out = LastingConsole(highlight=False, soft_wrap=True)
    count = len(sites_of(loaded.project))
    name = loaded.project.name
    out.print(Text.assemble(("Diorama ", "bold"), __version__, "  ", (name, "bold"), "  " + counted(count, "endpoint")))
    out.print(Text.assemble("base URL   ", (address.url, "bold cyan")))
    if closed:
        out.print("control    off, because this listens beyond loopback")
    else:
        out.print(f"control    {address.url}/_diorama/")
    where = "nothing is kept" if keeps_nothing(settings) else f"kept in {data_directory(settings)}"
    out.print(Text(f"data       {where}"))
    lines = suggestions(loaded.project, address.url)
    if lines:
        out.print("try")
        for line in lines:
            out.print(Text("  " + line, style="green"))
    out.print("Ctrl-C ends it.", style="dim")
    sys.stdout.flush()
