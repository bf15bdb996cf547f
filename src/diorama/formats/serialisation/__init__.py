"""Serialisation: values as bytes of a media type, and as the text of a header."""

from diorama.formats.serialisation.media import essence, is_json, is_xml, serialise
from diorama.formats.serialisation.styles import form_body, simple_text

__all__ = ["essence", "form_body", "is_json", "is_xml", "serialise", "simple_text"]
