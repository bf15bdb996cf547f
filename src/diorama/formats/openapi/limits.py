"""What a load may cost, and what it gives."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from diorama.model.definition import Finding, Project

Fetch = Callable[[str], bytes]
"""Gives the body behind an http(s) URL, or raises DioramaError; the guard against forged requests is inside it."""

MEBIBYTE = 1024 * 1024


class Limits(Struct, frozen=True):
    """Bounds of one load, so that no document can exhaust the machine.

    Attributes:
        file_bytes_max: of one file.
        total_bytes_max: of all files together.
        nodes_max: values and keys of all files together, aliases counted as often as they are used.
        key_length_max: characters of a key. Keys are repeated in the pointers of all that is below them, and YAML
            itself allows no more for keys without a question mark (YAML 1.2.2, section 7.4.3).
        depth_max: nesting of one file. OpenAPI documents of size nest 20 to 40 deep.
        files_max: files read, referenced ones included, and files looked at in a folder.
        branches_max: subschemas under one ``allOf``, ``anyOf``, ``oneOf`` or ``prefixItems``.
        shared_bytes_max: what referenced parts may add to the definition, because it repeats them at each use.
        findings_max: findings reported; what is beyond is counted only.
    """

    file_bytes_max: int = 64 * MEBIBYTE
    total_bytes_max: int = 128 * MEBIBYTE
    nodes_max: int = 1_500_000
    key_length_max: int = 1_024
    depth_max: int = 200
    files_max: int = 1_000
    branches_max: int = 10_000
    shared_bytes_max: int = 32 * MEBIBYTE
    findings_max: int = 1_000


DEFAULT = Limits()


class SourceFile(Struct, frozen=True):
    """A file that was read.

    Attributes:
        location: path (below the source as the user gave it) or URL.
        digest: BLAKE2b-128 of its bytes, 32 hexadecimal digits.
        size_bytes: its length.
    """

    location: str
    digest: str
    size_bytes: int


class Loaded(Struct, frozen=True):
    """What :func:`diorama.formats.openapi.load_documents` understood.

    Attributes:
        project: one Api per document, and one Group (more when operations name servers of their own).
        findings: what was untidy, in the order in which it was met.
        files: every file that was read, documents and fragments, in the order of reading.
        folders: every folder whose listing mattered, for watching.
    """

    project: Project
    findings: tuple[Finding, ...] = ()
    files: tuple[SourceFile, ...] = ()
    folders: tuple[str, ...] = ()
