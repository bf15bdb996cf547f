"""Notes: what is remarked while reading, findings and errors, reported together at the end."""

from __future__ import annotations

from typing import Any, NoReturn

from msgspec import Struct

from diorama.formats.openapi.places import Document, Place
from diorama.formats.openapi.positions import find_lines
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError, Violation


class _Note(Struct):
    """A remark whose line is not known yet.

    Attributes:
        code: of the error; empty for a finding.
        count: how often it was met, when only the first place is reported.
    """

    message: str
    document: Document
    pointer: str
    hint: str = ""
    code: str = ""
    line: int = 0
    count: int = 1


def where(location: str, line: int, pointer: str) -> str:
    """A place in words: ``api.yaml:12 (#/paths/~1a)``."""
    text = f"{location}:{line}" if line else location
    return f"{text} (#{pointer})" if pointer else text


def refuse(
    code: str, message: str, location: str, *, hint: str = "", line: int = 0, pointer: str = "", column: int = 0
) -> NoReturn:
    """Raise the error about a document.

    Raises:
        DioramaError: always, of the given code, with ``file``, ``line`` and ``pointer`` in its meta.
    """
    meta: dict[str, Any] = {"file": location, "line": line, "pointer": pointer}
    if column:
        meta["column"] = column
    place = where(f"{location}:{line}:{column}" if column else location, 0 if column else line, pointer)
    raise DioramaError(code, f"{place}: {message}", hint, meta)


def refuse_at(code: str, message: str, place: Place, hint: str = "") -> NoReturn:
    """Raise the error about a place of a document, with its line.

    Raises:
        DioramaError: always.
    """
    document, pointer = place.document, place.pointer
    line = find_lines(document.data, [pointer], is_json=document.is_json)[pointer]
    refuse(code, message, document.location, hint=hint, line=line, pointer=pointer)


class Notes:
    """Collects findings and errors of one load.

    Args:
        limit: how many of each are kept; the rest is counted.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._findings: list[_Note] = []
        self._errors: list[_Note] = []
        self._tallies: dict[tuple[str, str], _Note] = {}
        self._dropped = 0

    @property
    def has_errors(self) -> bool:
        """Whether the load will be refused; only the first error's hint is shown."""
        return bool(self._errors)

    def finding(self, place: Place, message: str, hint: str = "") -> None:
        """Something untidy that was understood all the same."""
        if len(self._findings) < self._limit:
            self._findings.append(_Note(message, place.document, place.pointer, hint))
        else:
            self._dropped += 1

    def finding_at(self, document: Document, pointer: str, message: str, hint: str = "") -> None:
        """The same for a place that is known by its pointer."""
        if len(self._findings) < self._limit:
            self._findings.append(_Note(message, document, pointer, hint))
        else:
            self._dropped += 1

    def finding_in(self, document: Document, line: int, message: str, hint: str = "") -> None:
        """The same when the line is known and the pointer is not."""
        if len(self._findings) < self._limit:
            self._findings.append(_Note(message, document, "", hint, line=line))
        else:
            self._dropped += 1

    def tally(self, place: Place, message: str, hint: str = "") -> None:
        """Something untidy that documents do all over: one finding, with the first place and the count."""
        key = (message, place.document.uri)
        note = self._tallies.get(key)
        if note is None:
            note = self._tallies[key] = _Note(message, place.document, place.pointer, hint)
            self._findings.append(note)
        else:
            note.count += 1

    def error(self, place: Place, message: str, hint: str = "", code: str = "document_invalid") -> None:
        """Something broken; the load goes on to find the rest and is refused at the end."""
        if len(self._errors) < self._limit:
            self._errors.append(_Note(message, place.document, place.pointer, hint, code))

    def raise_errors(self) -> None:
        """Refuse the load when something was broken.

        Raises:
            DioramaError: with the first error's code and message, and all of them as violations.
        """
        if not self._errors:
            return
        _locate(self._errors)
        first = self._errors[0]
        violations = tuple(
            Violation(
                place="document",
                pointer=note.pointer,
                rule=note.code,
                message=f"{where(note.document.location, note.line, note.pointer)}: {note.message}",
            )
            for note in self._errors
        )
        more = f" (and {len(self._errors) - 1} more)" if len(self._errors) > 1 else ""
        meta = {"file": first.document.location, "line": first.line, "pointer": first.pointer}
        raise DioramaError(first.code, violations[0].message + more, first.hint, meta, violations)

    def findings(self) -> tuple[Finding, ...]:
        """All findings with their lines."""
        _locate(self._findings)
        found = [
            Finding(
                message=note.message if note.count == 1 else f"{note.message} ({note.count} times, first here)",
                file=note.document.location,
                line=note.line,
                pointer=note.pointer,
                hint=note.hint,
            )
            for note in self._findings
        ]
        if self._dropped:
            found.append(Finding(message=f"{self._dropped} further findings are not listed"))
        return tuple(found)


def _locate(notes: list[_Note]) -> None:
    """Fill in the lines, reading each file once."""
    wanted: dict[str, list[_Note]] = {}
    for note in notes:
        if not note.line:
            wanted.setdefault(note.document.uri, []).append(note)
    for group in wanted.values():
        document = group[0].document
        lines = find_lines(document.data, {note.pointer for note in group}, is_json=document.is_json)
        for note in group:
            note.line = lines[note.pointer]
