from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.formats.serialisation import serialise

PET: dict[str, Any] = {
    "type": "object",
    "xml": {"name": "Pet", "namespace": "urn:pets", "prefix": "p"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "tags": {
            "type": "array",
            "xml": {"wrapped": True, "name": "Tags"},
            "items": {"type": "string", "xml": {"name": "Tag"}},
        },
        "names": {"type": "array", "items": {"type": "string", "xml": {"name": "name"}}},
        "photos": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string"}},
        "note": {"type": "string", "xml": {"nodeType": "text"}},
    },
}


def xml(value: Any, schema: Any = None, schemas: dict[str, Any] | None = None) -> str:
    return serialise(value, "application/xml", schema, schemas).decode()


def test_xml__without_xml_object__has_the_root_that_users_know() -> None:
    assert xml({"id": 1, "name": "a<b", "none": None}) == "<xml><id>1</id><name>a&lt;b</name><none/></xml>"
    assert xml({"a": [1, 2], "b": {"c": True}}) == "<xml><a>1</a><a>2</a><b><c>true</c></b></xml>"
    assert xml(5) == "<xml>5</xml>"


def test_xml__with_xml_object__is_written_by_it() -> None:
    value = {"id": 1, "tags": ["a"], "names": ["b", "c"], "photos": ["d"], "note": "e"}
    expected = (
        '<p:Pet xmlns:p="urn:pets" id="1"><Tags><Tag>a</Tag></Tags>'
        "<name>b</name><name>c</name><photos><photos>d</photos></photos>e</p:Pet>"
    )
    assert xml(value, {"$ref": "#/$defs/Pet"}, {"Pet": PET}) == expected


def test_xml__array_at_the_root__has_one_root() -> None:
    assert xml([1, 2]) == "<xml><item>1</item><item>2</item></xml>"
    pets = {"type": "array", "items": {"xml": {"name": "Pet"}}}
    assert xml([{"a": 1}], pets) == "<xml><Pet><a>1</a></Pet></xml>"
    assert xml([1], {"xml": {"name": "Ids"}, "type": "array"}) == "<Ids><Ids>1</Ids></Ids>"


def test_xml__parts_of_all_of__give_their_names() -> None:
    schema = {"allOf": [{"$ref": "#/$defs/Pet"}, {"properties": {"size": {"xml": {"name": "Size"}}}}]}
    assert xml({"id": 3, "size": 2}, schema, {"Pet": PET}) == '<p:Pet xmlns:p="urn:pets" id="3"><Size>2</Size></p:Pet>'


def test_xml__cdata__survives_its_own_end() -> None:
    schema = {"properties": {"a": {"xml": {"nodeType": "cdata"}}}}
    assert ET.fromstring(xml({"a": "x]]>&y"}, schema)).text == "x]]>&y"


@given(st.recursive(st.text() | st.integers() | st.none(), lambda i: st.lists(i) | st.dictionaries(st.text(), i)))
def test_xml__any_value__is_well_formed(value: Any) -> None:
    if isinstance(value, str):
        value = [value]
    assert ET.fromstring(xml(value)).tag == "xml"


@pytest.mark.parametrize("name", ["1a", "a b", "", "-x"])
def test_xml__key_that_is_no_name__becomes_one(name: str) -> None:
    assert len(ET.fromstring(xml({name: 1}))) == 1
