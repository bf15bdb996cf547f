"""Publication of a project's next version: all sandboxes that run it move to it in one turn of the loop."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from diorama.control.installation import Installation
from diorama.engine.sandbox import Sandbox
from diorama.flow.publication import Published


class Publication(Struct, frozen=True):
    """What a publish came to.

    Attributes:
        version, previous: content hashes; the same when nothing had changed.
        sandboxes: ids of those that moved, sorted.
    """

    version: str
    previous: str
    sandboxes: tuple[str, ...] = ()


def move(installation: Installation, published: Published, encoded: bytes) -> Publication:
    """Let a compiled version of a project go live.

    It is on disk before it answers anything. Exchanges that are under way end on the version that they began with.
    Runs without giving the loop away, so no exchange sees half of it.

    Args:
        installation: whose ``current`` project it is a version of.
        published: the version.
        encoded: what it was compiled from, as ``encode_project`` wrote it.

    Raises:
        DioramaError: ``storage_failed``; the version before goes on then.
    """
    previous = installation.published[installation.current]
    if published.version == previous.version:
        return Publication(published.version, previous.version)
    project = published.project.name
    installation.store.save_definition(published.version, project, encoded)
    moving = [
        sandbox
        for _, sandbox in sorted(installation.sandboxes.items())
        if sandbox.behaviour.version == previous.version
    ]
    rows = [structs.replace(sandbox.row, project=project, definition=published.version) for sandbox in moving]
    installation.store.save_sandboxes(rows)
    for sandbox, row in zip(moving, rows, strict=True):
        _switch(sandbox, published)
        sandbox.row = row
    installation.published[published.version] = published
    installation.current = published.version
    _let_go(installation)
    return Publication(published.version, previous.version, tuple(sandbox.id for sandbox in moving))


def resume(installation: Installation, sandbox: Sandbox) -> None:
    """Note that a sandbox goes on with another version than the one that it was stopped with.

    Args:
        installation: where it runs.
        sandbox: which runs the new version already.

    Raises:
        DioramaError: ``storage_failed``.
    """
    published: Published = sandbox.behaviour
    previous = sandbox.row.definition
    if previous == published.version:
        return
    row = structs.replace(sandbox.row, project=published.project.name, definition=published.version)
    installation.store.save_sandboxes([row])
    sandbox.row = row
    sandbox.change("publish", {"definition": published.version, "previous": previous})


def _switch(sandbox: Sandbox, published: Published) -> None:
    """What is due fires before, on the version before; the journal says where the new one begins."""

    def switch(*_: Any) -> None:
        sandbox.behaviour = published

    detail = {"definition": published.version, "previous": sandbox.behaviour.version}
    sandbox.change("publish", detail, switch)


def _let_go(installation: Installation) -> None:
    """Forget compiled versions that no sandbox runs; an exchange under way holds its own."""
    used = {sandbox.behaviour.version for sandbox in installation.sandboxes.values()} | {installation.current}
    for version in [version for version in installation.published if version not in used]:
        del installation.published[version]
