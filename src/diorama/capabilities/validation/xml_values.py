"""XML values: an XML document as a value of a schema, by the schema's ``xml`` objects.

Nothing is fetched and nothing is expanded: a document type declaration is refused before it can declare an entity.

Source: OpenAPI 3.1.1, section 4.8.26 (XML Object); XML 1.0, section 2.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from diorama.capabilities.validation.coercion import scalar
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.texts import malformed
from diorama.model.errors import DioramaError

DEPTH_MAX = 200
NODES_MAX = 10_000
"""Elements, attributes and namespace declarations together: while they are read, nobody else is served."""

_TAG_BYTES_MANY = 5 * NODES_MAX
_TAG_OF_MANY = re.compile(rb"<(?:[^<>\"']*+(?:\"[^<\"]*+\"|'[^<']*+')){%d}" % (NODES_MAX + 1))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Element:
    """An element: its name and those of its attributes without prefix."""

    __slots__ = ("attributes", "children", "name", "texts")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = _local(name)
        self.attributes = {
            _local(key): value for key, value in attributes.items() if key != "xmlns" and not key.startswith("xmlns:")
        }
        self.children: list[Element] = []
        self.texts: list[str] = []

    @property
    def text(self) -> str:
        """What stands directly in it, without the white space around it."""
        return "".join(self.texts).strip()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Builder:
    """Builds the tree of elements while expat reads."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1 + len(attributes)
        if self._count > NODES_MAX or len(self._open) >= DEPTH_MAX:
            raise _too_much()
        element = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].texts.append(data)

    def refuse(self, *declaration: Any) -> None:
        raise malformed(
            "The XML body has a document type declaration, which is refused.", "Send the document without <!DOCTYPE>."
        )


def _too_much() -> DioramaError:
    return malformed(
        f"The XML body has more than {NODES_MAX} elements, attributes and namespaces, or {DEPTH_MAX} levels.",
        "Send a smaller document.",
    )


def _has_tag_of_many(body: bytes) -> bool:
    """Whether one tag alone has too many attributes, which expat would all read before it says so.

    A tag has no ``<`` inside, and so many attributes need many bytes: only stretches of that length are looked at.
    """
    at = body.find(b"<")
    while at >= 0 and len(body) - at > _TAG_BYTES_MANY:
        following = body.rfind(b"<", at + 1, at + 1 + _TAG_BYTES_MANY)
        if following < 0:
            if _TAG_OF_MANY.match(body, at):
                return True
            following = body.find(b"<", at + 1)
        at = following
    return False


def _in_ascii_bytes(body: bytes, charset: str) -> tuple[bytes, str]:
    """A document in UTF-16 as UTF-8, and the charset; in all others that expat reads, a sign of ASCII is its byte.

    Raises:
        UnicodeDecodeError: when it is no UTF-16.
    """
    if body[:2] in _UTF_16:
        return body.decode("utf-16").encode(), "utf-8"
    if b"\0" in body[:2]:
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le").encode(), "utf-8"
    return body, charset


def tree(body: bytes, charset: str = "") -> Element:
    """The root element of an XML document.

    Raises:
        DioramaError: ``body_malformed``.
    """
    try:
        body, charset = _in_ascii_bytes(body, charset)
    except UnicodeError:
        raise malformed("The XML body is not UTF-16, as which it begins.", "Send it as UTF-8.") from None
    if _has_tag_of_many(body):
        raise _too_much()
    builder = _Builder()
    try:
        parser = expat.ParserCreate(charset or None)
    except (ValueError, LookupError):
        parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as cause:
        words = expat.ErrorString(cause.code)
        raise malformed(f"The body is not XML: {words} at line {cause.lineno}, column {cause.offset + 1}.") from None
    except (LookupError, ValueError) as cause:
        if isinstance(cause, DioramaError):
            raise
        raise malformed("The XML body is of an unknown encoding.", "Send it as UTF-8.") from None
    if builder.root is None:
        raise malformed("The body is not XML: it has no root element.")
    return builder.root


def value_of(element: Element, shape: Shape) -> Any:
    """An element as a value of a schema."""
    if shape.is_array and not shape.is_object:
        items = shape.items()
        return [value_of(child, items) for child in element.children]
    if not shape.is_object and not (element.children or element.attributes):
        return scalar(element.text, shape.types)
    if not shape.is_object and shape.types is not None:
        return scalar(element.text, shape.types)
    return _object(element, shape)


def _object(element: Element, shape: Shape) -> Any:
    found: dict[str, Any] = {}
    named: dict[str, None] = {}
    by_name: dict[str, list[Element]] = {}
    for child in element.children:
        by_name.setdefault(child.name, []).append(child)
    for key, inner in shape.properties().items():
        xml = _xml(inner)
        name = _name(xml, key)
        if xml.get("attribute") is True or xml.get("nodeType") == "attribute":
            if name in element.attributes:
                found[key] = scalar(element.attributes[name], inner.types)
                named[name] = None
        elif xml.get("nodeType") == "text" or xml.get("x-text") is True:
            found[key] = scalar(element.text, inner.types)
        elif inner.is_array:
            items = _array(by_name, key, name, inner, xml, named)
            if items is not None:
                found[key] = items
        elif name in by_name:
            children = by_name[name]
            named[name] = None
            values = [value_of(child, inner) for child in children]
            found[key] = values[0] if len(values) == 1 else values
    for name, children in by_name.items():
        if name not in named and name not in found:
            values = [value_of(child, shape.property(name)) for child in children]
            found[name] = values[0] if len(values) == 1 else values
    for name, text in element.attributes.items():
        if name not in named and name not in found:
            found[name] = scalar(text, shape.property(name).types)
    if not found and element.text and shape.is_text:
        return element.text
    return found


def _array(
    by_name: dict[str, list[Element]],
    key: str,
    name: str,
    shape: Shape,
    xml: Mapping[str, Any],
    named: dict[str, None],
) -> list[Any] | None:
    """The items of an array property: in an element of their own when it is wrapped, else beside each other."""
    items = shape.items()
    if xml.get("wrapped") is True or xml.get("nodeType") == "element":
        wrappers = by_name.get(name)
        if wrappers is None:
            return None
        named[name] = None
        return [value_of(child, items) for wrapper in wrappers for child in wrapper.children]
    # Unwrapped, an array's own name counts for nothing; its items carry theirs, or the property's.
    for candidate in dict.fromkeys((_name(_xml(items), key), name, key)):
        if candidate in by_name:
            named[candidate] = None
            return [value_of(child, items) for child in by_name[candidate]]
    return None


def _xml(shape: Shape) -> Mapping[str, Any]:
    """The ``xml`` object of a schema; the outermost one that there is."""
    for found in _xml_objects(shape):
        return found
    return {}


def _xml_objects(shape: Shape) -> Iterator[Mapping[str, Any]]:
    for part in shape.parts():
        xml = part.get("xml")
        if isinstance(xml, Mapping):
            yield xml


def _name(xml: Mapping[str, Any], default: str) -> str:
    name = xml.get("name")
    return _local(name) if isinstance(name, str) and name else default
