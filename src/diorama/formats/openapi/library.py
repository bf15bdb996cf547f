"""The library: every file of one load, read once, from allowed places only."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from diorama.formats.openapi.limits import Fetch, Limits, SourceFile
from diorama.formats.openapi.notes import Notes, refuse, refuse_at
from diorama.formats.openapi.overlays import Overlays
from diorama.formats.openapi.parsing import measure, parse
from diorama.formats.openapi.places import Document, Place
from diorama.formats.openapi.sources import candidate_files, digest_of, is_url
from diorama.model.errors import DioramaError

_LOOKS_LIKE_API = re.compile(rb"""(?:^|[{,])[ \t]*["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)


class Library:
    """Reads and keeps files.

    Args:
        limits: what reading may cost.
        notes: takes what is untidy in the files' text.
        fetch: reads URLs; None when nothing may be read from the net.
    """

    def __init__(self, limits: Limits, notes: Notes, fetch: Fetch | None) -> None:
        self.limits = limits
        self.notes = notes
        self._fetch = fetch
        self._documents: dict[str, Document] = {}
        self._files: dict[str, SourceFile] = {}
        self._folders: dict[str, None] = {}
        self._nodes_left = limits.nodes_max
        self._bytes_left = limits.total_bytes_max
        self._shown: dict[str, str] = {}  # boundary folder to the words that the user named it with
        self._overlays: Overlays | None = None
        self.aliases: dict[str, Document] = {}
        """Documents by the URI that they give themselves (``$self``)."""

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """All files that were read."""
        return tuple(self._files.values())

    @property
    def folders(self) -> tuple[str, ...]:
        """All folders that were listed."""
        return tuple(self._folders)

    # ------------------------------------------------------------------------------------------------------ sources

    def sources(self, source: str) -> list[Document]:
        """The documents that a source names: a file, a URL, or all API documents in a folder.

        Raises:
            DioramaError: document_not_found when there is nothing there; what reading raises.
        """
        if is_url(source):
            return [self._read_url(source, None)]
        if "\0" in source:
            refuse("document_not_found", "a path has no null byte", repr(source), hint="Correct the path.")
        if os.path.isdir(source):  # noqa: PTH112  # paths stay text, as the user wrote them
            return self._folder(source)
        shown = os.path.dirname(source)  # noqa: PTH120  # keeps the user's words, "./" included
        boundary = os.path.realpath(shown or ".")
        self._shown.setdefault(boundary, shown)
        return [self._read_file(os.path.realpath(source), boundary, None, location=source)]

    def _folder(self, source: str) -> list[Document]:
        boundary = os.path.realpath(source)
        self._shown.setdefault(boundary, source)
        found = candidate_files(source, self.limits.files_max, self._folders)
        documents = [document for file in found if (document := self._candidate(file, boundary)) is not None]
        if not documents:
            refuse(
                "document_not_found",
                "the folder holds no OpenAPI document",
                source,
                hint="Put one there: a .yaml, .yml or .json file with 'openapi' or 'swagger' at its top.",
            )
        return documents

    def _candidate(self, file: str, boundary: str) -> Document | None:
        """A file of a folder, when it is an API document."""
        real = os.path.realpath(file)
        if not _inside(real, boundary) or not Path(real).is_file():
            return None
        data = _read_bytes(real, file, self.limits.file_bytes_max)
        if not _LOOKS_LIKE_API.search(data) and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return None
        document = self._admit(f"file://{quote(real)}", file, data, boundary)
        root = document.root
        return document if isinstance(root, dict) and ("openapi" in root or "swagger" in root) else None

    def lay_over(self, files: Sequence[str]) -> Overlays:
        """Read overlays, which then change what is read after them.

        Raises:
            DioramaError: what reading raises; document_invalid for what is no overlay.
        """
        documents = []
        for file in files:
            shown = os.path.dirname(file)  # noqa: PTH120  # as above
            boundary = os.path.realpath(shown or ".")
            self._shown.setdefault(boundary, shown)
            documents.append(self._read_file(os.path.realpath(file), boundary, None, location=file))
        self._overlays = Overlays(documents, self.limits.nodes_max)
        return self._overlays

    # --------------------------------------------------------------------------------------------------- references

    def open(self, uri: str, referrer: Place) -> Document:
        """The document at an absolute URI, on behalf of a reference.

        Raises:
            DioramaError: outbound_refused when the reference leads where it must not; reference_unresolved when
                nothing is there; what parsing raises.
        """
        document = self._documents.get(uri) or self.aliases.get(uri)
        if document is not None:
            return document
        if is_url(uri):
            return self._read_url(uri, referrer)
        boundary = referrer.document.boundary
        if not uri.startswith("file:"):
            refuse_at(
                "reference_unresolved",
                f"references of the kind {uri.split(':', 1)[0]!r} cannot be followed",
                referrer,
                "Refer to a file beside the document, or to an http(s) URL.",
            )
        if not boundary:
            refuse_at(
                "outbound_refused",
                "a document from the net must not refer to local files",
                referrer,
                "Refer to a URL, or keep the document in a local folder.",
            )
        real = os.path.realpath(unquote(urlsplit(uri).path).replace("\0", ""))
        if not _inside(real, boundary):
            refuse_at(
                "outbound_refused",
                "the reference leads out of the document's folder",
                referrer,
                "Move the file into the folder, or give the common folder as the source.",
            )
        return self._read_file(real, boundary, referrer, location=self._location(real, boundary))

    def text(self, uri: str, referrer: Place) -> bytes:
        """The bytes of a file that is no document (``externalValue``), under the same rules as :meth:`open`.

        Raises:
            DioramaError: outbound_refused, reference_unresolved, document_too_large.
        """
        if is_url(uri):
            data = self._fetched(uri, referrer)
            self._account(uri, uri, data)
            return data
        boundary = referrer.document.boundary
        real = os.path.realpath(unquote(urlsplit(uri).path).replace("\0", ""))
        if not uri.startswith("file:") or not boundary or not _inside(real, boundary):
            refuse_at("outbound_refused", "the reference leads out of the document's folder", referrer)
        location = self._location(real, boundary)
        data = _read_bytes(real, location, self.limits.file_bytes_max, referrer)
        self._account(uri, location, data)
        return data

    def _location(self, real: str, boundary: str) -> str:
        shown = self._shown[boundary]
        beside = os.path.relpath(real, boundary)
        return f"{shown}{os.sep}{beside}" if shown else beside

    # ------------------------------------------------------------------------------------------------------ reading

    def _read_file(self, real: str, boundary: str, referrer: Place | None, location: str) -> Document:
        uri = f"file://{quote(real)}"
        if uri in self._documents:
            return self._documents[uri]
        data = _read_bytes(real, location, self.limits.file_bytes_max, referrer)
        return self._admit(uri, location, data, boundary)

    def _read_url(self, url: str, referrer: Place | None) -> Document:
        url = url.partition("#")[0]
        if url in self._documents:
            return self._documents[url]
        return self._admit(url, url, self._fetched(url, referrer), "")

    def _fetched(self, url: str, referrer: Place | None) -> bytes:
        message = "reading from the net is not allowed here"
        hint = "Download the document, or allow outbound calls to its host."
        if self._fetch is None:
            if referrer is None:
                refuse("outbound_refused", message, url, hint=hint)
            refuse_at("outbound_refused", f"{url}: {message}", referrer, hint)
        try:
            return self._fetch(url)
        except DioramaError as error:
            if referrer is not None:
                refuse_at(error.code, error.message, referrer, error.hint)
            raise
        except OSError as error:
            refuse("outbound_failed", str(error), url, hint="Check the address and the connection.")

    def _account(self, uri: str, location: str, data: bytes) -> None:
        """Count a file against the limits."""
        if uri in self._files:
            return
        self._bytes_left -= len(data)
        if len(data) > self.limits.file_bytes_max or self._bytes_left < 0:
            refuse(
                "document_too_large",
                f"more than {min(self.limits.file_bytes_max, self.limits.total_bytes_max):,} bytes",
                location,
                hint="Split the document, or raise the limit.",
            )
        if len(self._files) >= self.limits.files_max:
            refuse(
                "document_too_large",
                f"more than {self.limits.files_max:,} files are referenced",
                location,
                hint="Bundle the document into fewer files, or raise the limit.",
            )
        self._files[uri] = SourceFile(location, digest_of(data), len(data))

    def _admit(self, uri: str, location: str, data: bytes, boundary: str) -> Document:
        if uri in self._documents:
            return self._documents[uri]
        self._account(uri, location, data)
        document = Document(location, uri, data, boundary)
        self._nodes_left -= parse(document, self.limits, self._nodes_left, self.notes)
        if self._overlays is not None:
            self._overlays.amend(document)
            measure(document.root, self.limits, document)
        if isinstance(document.root, dict) and isinstance(own := document.root.get("$self"), str):
            self._name_itself(document, own)
        self._documents[uri] = document
        return document

    def _name_itself(self, document: Document, own: str) -> None:
        """``$self``: the URI that other documents refer to this one by. Source: OpenAPI 3.2.0, 4.1.2.2."""
        try:
            document.base = urljoin(document.uri, own).partition("#")[0]
        except ValueError:
            return
        self.aliases.setdefault(document.base, document)


def _inside(real: str, boundary: str) -> bool:
    return os.path.commonpath((real, boundary)) == boundary


def _read_bytes(real: str, location: str, bytes_max: int, referrer: Place | None = None) -> bytes:
    """A regular file's bytes.

    Raises:
        DioramaError: document_not_found (reference_unresolved for a reference), document_unreadable,
            document_too_large.
    """
    try:
        status = Path(real).stat()
        if not stat.S_ISREG(status.st_mode):
            refuse("document_unreadable", "this is no regular file", location, hint="Give a file, a folder or a URL.")
        if status.st_size > bytes_max:
            refuse(
                "document_too_large",
                f"{status.st_size:,} bytes, more than the {bytes_max:,} that are allowed",
                location,
                hint="Split the document, or raise the limit.",
            )
        with Path(real).open("rb") as file:
            return file.read(bytes_max + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        if referrer is not None:
            refuse_at(
                "reference_unresolved",
                f"the file {location!r} does not exist",
                referrer,
                "Correct the reference, or put the file there.",
            )
        raise DioramaError(
            "document_not_found",
            f"{location}: there is no such file or folder",
            "Check the path; it is relative to the current folder.",
            {"file": location, "line": 0, "pointer": ""},
        ) from error
    except (OSError, ValueError) as error:
        refuse("document_unreadable", f"cannot be read: {error}", location, hint="Check the file and its permissions.")
