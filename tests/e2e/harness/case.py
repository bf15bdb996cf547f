"""A harness case: a document, a server's arguments, a curl line and the reply that it should get."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.harness.message import Message

SECTION = re.compile(r"^====([A-Za-z-]+)====\r?\n", re.MULTILINE)
EXPECTATIONS = ("expect", "expect-loose", "expect-keysOnly")
PORT = "4010"  # the port that cases are written for; each run puts its own in its place

_FLAGS = {
    "-d": ("--dynamic",),
    "--dynamic": ("--dynamic",),
    "--errors": ("--errors",),
    "--errors=true": ("--errors",),
    "--errors=false": (),
    "--cors": (),
    "--cors=true": (),
    "--cors=false": ("--no-cors",),
    "--json-schema-faker-fillProperties=true": (),
    "--json-schema-faker-fillProperties=false": ("--no-fill-properties",),
}


class CaseError(Exception):
    """A case file that cannot be read; the message says why."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        name: the file's path below the directory that was asked for.
        title: what the case shows, in words.
        document: the OpenAPI document's text.
        arguments: further arguments of ``diorama mock``.
        command: the curl line, as a shell takes it, for port 4010.
        exactness: ``expect``, ``expect-loose`` or ``expect-keysOnly``.
        expected: the reply that should come.
        forwarded: the case was written for a forwarding proxy; there the reply's body is the upstream's.
    """

    name: str
    title: str
    document: str
    arguments: tuple[str, ...]
    command: str
    exactness: str
    expected: Message
    forwarded: bool


def read_cases(directory: Path) -> list[Case]:
    """All cases below a directory, by name. Raises CaseError for a file that is not one."""
    return [parse(path.read_text(), str(path.relative_to(directory))) for path in sorted(directory.rglob("*.txt"))]


def parse(text: str, name: str) -> Case:
    """Read one case file's text."""
    _, *parts = SECTION.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    missing = [section for section in ("spec", "server", "command") if section not in sections]
    exactness = next((section for section in EXPECTATIONS if section in sections), None)
    if missing or exactness is None:
        raise CaseError(f"{name}: there is no section {missing[0] if missing else 'expect'}")
    command, arguments = server_arguments(sections["server"], name)
    return Case(
        name=name,
        title=sections.get("test", "").strip(),
        document=sections["spec"],
        arguments=arguments,
        command=sections["command"].strip(),
        exactness=exactness,
        expected=Message.parse(sections[exactness].strip()),
        forwarded=command == "proxy",
    )


def server_arguments(line: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The server line as (its command, further arguments of ``diorama mock``).

    The port and the document are left out, since each run has its own; so is the upstream of a proxy.
    """
    command, *words = shlex.split(line)
    ours: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in {"-p", "--port"}:
            next(rest, None)
        elif word in _FLAGS:
            ours.extend(_FLAGS[word])
        elif word != "${document}" and not word.startswith(("http://", "https://")):
            raise CaseError(f"{name}: nothing of ours corresponds to the argument {word}")
    return command, tuple(ours)
