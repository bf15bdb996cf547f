"""Parsing: a file's bytes as a JSON value, whatever they are written in, within bounds."""

from __future__ import annotations

import codecs
import re
from typing import Any, NoReturn

import msgspec
import yaml
from yaml.reader import ReaderError

from diorama.formats.openapi.limits import Limits
from diorama.formats.openapi.notes import Notes, refuse
from diorama.formats.openapi.places import Document, Key
from diorama.formats.openapi.positions import JSON_STRING, duplicate_keys
from diorama.formats.openapi.scalars import INTEGER_MAX, INTEGER_MIN, narrow
from diorama.formats.openapi.trees import Trap, build_tree
from diorama.model.pointers import pointer_of

_STRING = re.compile(JSON_STRING, re.DOTALL)
_KEY = re.compile(JSON_STRING + rb"\s*:", re.DOTALL)
_LONG_INTEGER = re.compile(rb"[:\[,\s]-?[0-9]{19}")
_LONG_NUMBER = re.compile(rb"[:\[,\s]-?(?:[0-9.]{300}|[0-9.]+[eE]\+?[0-9]{3})")
_LONE_SURROGATE = re.compile(rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])")
_BYTE = re.compile(r"\(byte (\d+)\)")
_DIRECTIVES = re.compile(rb"^%(?:TAG|YAML)", re.MULTILINE)
_DIRECTIVES_MAX = 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZEROS = ((b"\0\0\0", "utf-32-be"), (b"\0", "utf-16-be"))
_STRANGERS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a picture"),
    (b"<", "HTML or XML"),
)


def parse(document: Document, limits: Limits, nodes_max: int, notes: Notes) -> int:
    """Fill in the root of a document.

    Args:
        document: with its bytes as they were read; they are replaced by their UTF-8.
        limits: of nesting.
        nodes_max: what is left of the load's node limit.
        notes: takes what is untidy.

    Returns:
        The number of nodes.

    Raises:
        DioramaError: document_unreadable, document_unsupported, document_invalid, document_trap.
    """
    document.data = _as_utf8(document)
    head = document.data[:4096].lstrip()
    for magic, what in _STRANGERS:
        if head.startswith(magic):
            refuse(
                "document_unsupported",
                f"this is {what}, not YAML or JSON",
                document.location,
                line=1,
                hint="Give the OpenAPI document itself.",
            )
    if head[:1] in (b"{", b"["):
        # Flow style YAML begins like JSON, so only a file that calls itself JSON must be JSON.
        nodes = _parse_json(document, limits, nodes_max, notes, strict=document.location.endswith(".json"))
        if nodes:
            return nodes
    return _parse_yaml(document, limits, nodes_max, notes)


def _as_utf8(document: Document) -> bytes:
    """The text in UTF-8 without byte order mark. Source: YAML 1.2.2, section 5.2."""
    data = document.data
    encoding = ""
    for mark, name in _BOMS:
        if data.startswith(mark):
            if name == "utf-8":
                return data[len(mark) :]
            encoding = name
            break
    else:
        for zeros, name in _ZEROS:
            if data.startswith(zeros) and len(data) > len(zeros):
                encoding = name
                break
        if not encoding and data[1:2] == b"\0":
            encoding = "utf-32-le" if data[1:4] == b"\0\0\0" else "utf-16-le"
    if not encoding:
        return data
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError as error:
        refuse(
            "document_unreadable",
            f"not {encoding.upper()}: {error}",
            document.location,
            hint="Save the file as UTF-8.",
        )


# ------------------------------------------------------------------------------------------------------------- JSON


def _parse_json(document: Document, limits: Limits, nodes_max: int, notes: Notes, *, strict: bool) -> int:
    """Parse JSON; 0 when it is none and need not be."""
    data = document.data
    _bound_json(document, nodes_max)
    try:
        root = msgspec.json.decode(data)
    except RecursionError:
        _refuse_depth(document, limits.depth_max)
    except ValueError as error:
        if not strict and isinstance(error, msgspec.DecodeError):
            return 0
        _refuse_json(document, error)
    document.is_json = True
    nodes, keys = measure(root, limits, document)
    if keys != len(_KEY.findall(data)):
        for key, line in duplicate_keys(data, 100):
            notes.finding_in(
                document, line, f"the key {key!r} stands twice in one object; the later one counts", "Remove one."
            )
    if _LONG_INTEGER.search(data):
        root = _narrow_integers(root, document, notes)
    document.root = root
    return nodes


def _bound_json(document: Document, nodes_max: int) -> None:
    """Refuse a JSON text with too many values before it is parsed."""
    data = document.data
    if _values_at_most(data) <= nodes_max:
        return
    # Commas in texts count as values, too, until the texts are taken out.
    if _values_at_most(_STRING.sub(b"", data)) > nodes_max:
        refuse(
            "document_trap",
            f"has more than {nodes_max:,} values",
            document.location,
            hint="Split the document, or raise the limit.",
        )


def _values_at_most(data: bytes) -> int:
    return data.count(b",") + data.count(b":") + data.count(b"[") + data.count(b"{")


def measure(root: Any, limits: Limits, document: Document) -> tuple[int, int]:
    """Count the nodes and keys of a value, level by level, and bound its depth and its keys.

    Raises:
        DioramaError: document_trap when it is too deep, or a key too long.
    """
    nodes, keys, depth, longest = 1, 0, 0, 0
    level = [root] if isinstance(root, dict | list) else []
    while level:
        if depth >= limits.depth_max:
            _refuse_depth(document, limits.depth_max)
        depth += 1
        below: list[Any] = []
        for item in level:
            if type(item) is dict:
                keys += len(item)
                nodes += 2 * len(item)
                longest = max(longest, max(map(len, item), default=0))
                below += [value for value in item.values() if type(value) is dict or type(value) is list]
            else:
                nodes += len(item)
                below += [value for value in item if type(value) is dict or type(value) is list]
        level = below
    if longest > limits.key_length_max:
        refuse(
            "document_trap",
            f"a key is longer than {limits.key_length_max:,} characters",
            document.location,
            hint="Shorten the key.",
        )
    return nodes, keys


def _narrow_integers(root: Any, document: Document, notes: Notes) -> Any:
    """Replace integers beyond 64 bits, which a stored definition cannot hold."""
    top = [root]
    stack: list[tuple[Any, tuple[Key, ...]]] = [(top, ())]
    while stack:
        item, way = stack.pop()
        entries: Any = list(item.items()) if isinstance(item, dict) else enumerate(item)
        for key, value in entries:
            if type(value) is int and not INTEGER_MIN <= value <= INTEGER_MAX:
                item[key], remark = narrow(value)
                pointer = pointer_of((*way, key)[1:])
                notes.finding_at(document, pointer, remark, "Put it in quotes when text is meant.")
            elif isinstance(value, dict | list):
                stack.append((value, (*way, key)))
    return top[0]


def _refuse_depth(document: Document, depth_max: int) -> NoReturn:
    refuse(
        "document_trap",
        f"nested deeper than {depth_max} levels",
        document.location,
        hint="Flatten it, or raise the limit.",
    )


def _refuse_json(document: Document, error: ValueError) -> NoReturn:
    data = document.data
    message = str(error).removeprefix("JSON is malformed: ")
    offset = len(data)
    hint = "Correct the JSON at this place."
    if match := _BYTE.search(message):
        offset = int(match[1])
        message = message[: match.start()].strip()
    elif isinstance(error, UnicodeDecodeError):
        message, hint = "not UTF-8", "Save the file as UTF-8."
        offset = _not_utf8_at(data)
    elif isinstance(error, msgspec.ValidationError) and (match_number := _LONG_NUMBER.search(data)):
        message = message.partition(" - at ")[0]
        offset, hint = match_number.start() + 1, "Put the number in quotes when text is meant."
    elif match_surrogate := _LONE_SURROGATE.search(data):
        message, offset = "half of a surrogate pair is no character", match_surrogate.start()
    line, column = _line_and_column(data, offset)
    refuse("document_unreadable", f"not JSON: {message}", document.location, line=line, column=column, hint=hint)


def _not_utf8_at(data: bytes) -> int:
    try:
        return len(data.decode())
    except UnicodeDecodeError as error:
        return error.start


def _line_and_column(data: bytes, offset: int) -> tuple[int, int]:
    offset = max(0, min(offset, len(data)))
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode("utf-8", "replace")) + 1


# ------------------------------------------------------------------------------------------------------------- YAML


def _parse_yaml(document: Document, limits: Limits, nodes_max: int, notes: Notes) -> int:
    if len(_DIRECTIVES.findall(document.data)) > _DIRECTIVES_MAX:
        refuse(
            "document_trap",
            f"has more than {_DIRECTIVES_MAX} YAML directives",
            document.location,
            hint="Remove the lines that begin with %TAG and %YAML.",
        )
    try:
        tree = build_tree(document.data, nodes_max, limits.depth_max, limits.key_length_max)
    except Trap as trap:
        refuse(trap.code, trap.message, document.location, line=trap.line, hint=trap.hint)
    except yaml.YAMLError as error:
        _refuse_yaml(document, error)
    if tree.has_aliases:
        # Where aliases point into each other, a value is deeper than its text.
        measure(tree.root, limits, document)
    document.root = tree.root
    for remark in tree.remarks:
        notes.finding_in(document, remark.line, remark.message, remark.hint)
    return tree.nodes


def _character_at(data: bytes, line: int, column: int) -> bytes:
    """The byte at a place of a text whose lines begin with ASCII."""
    lines = data.split(b"\n", line)
    return lines[line - 1][column - 1 : column] if len(lines) >= line else b""


_YAML_HINTS = (
    ("mapping values are not allowed", "Quote text that contains a colon followed by a blank, and check indentation."),
    ("a tab", "Indent with blanks instead of tabs."),
    ("cannot start any token", "Quote text that begins with a special character."),
    ("expected <block end>", "Check the indentation of this line and of the ones above it."),
    ("could not find expected ':'", "Check that every key is followed by a colon, and every quote is closed."),
    ("undefined alias", "Quote text that begins with an asterisk, or define the anchor earlier."),
    ("end of stream", "Close the quote or bracket that was opened."),
    ("control characters", "Remove the control character; a document is text."),
    ("invalid", "Save the file as UTF-8."),
)


def _refuse_yaml(document: Document, error: yaml.YAMLError) -> NoReturn:
    line = column = 0
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
        message = ", ".join(part for part in (error.context, error.problem) if part)
        if "cannot start any token" in message and _character_at(document.data, line, column) == b"\t":
            message = "a tab cannot indent"
    elif isinstance(error, ReaderError):
        line, column = _line_and_column(document.data, int(error.position))
        message = str(error.reason)
    else:
        message = str(error)
    hint = next((hint for part, hint in _YAML_HINTS if part in message), "Correct the YAML at this place.")
    refuse("document_unreadable", f"not YAML: {message}", document.location, line=line, column=column, hint=hint)
