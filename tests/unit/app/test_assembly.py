from __future__ import annotations

import asyncio
from pathlib import Path

from diorama.app.assembly import Assembly
from diorama.app.settings import Settings
from diorama.model.definition import Api, Endpoint, Group, Project
from diorama.model.exchange import ControlChange


def project(path: str) -> Project:
    return Project("shop", (Api("api"),), (Group("api", "api", ("",), (Endpoint("only", "GET", path),)),))


async def lived(data: Path, path: str) -> tuple[str, str, list[ControlChange]]:
    """(version, stored version, changes on record) of a process that served a project and ended."""
    assembly = Assembly(Settings(sources=("x",), data=str(data)), project(path))
    assembly.begin()
    changes = [one for one in assembly.sandboxes["default"].journal.newest_first() if isinstance(one, ControlChange)]
    stored = {row.id: row.definition for row in assembly.store.sandboxes()}
    await assembly.end()
    return assembly.published.version, stored["default"], changes


def test_restart__with_another_version__is_a_publish_on_record(tmp_path: Path) -> None:
    first, stored, changes = asyncio.run(lived(tmp_path, "/a"))
    assert (stored, changes) == (first, [])
    second, stored, changes = asyncio.run(lived(tmp_path, "/b"))
    assert stored == second != first
    assert [(one.what, one.detail) for one in changes] == [("publish", {"definition": second, "previous": first})]
    _, _, changes = asyncio.run(lived(tmp_path, "/b"))
    assert len(changes) == 1
