"""The table "Style Examples" of the OpenAPI specification, and round trips through an independent writer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.model.definition import Parameter
from tests.unit.capabilities.validation.exchanges import Bench

STRING = {"type": "string"}
ARRAY = {"type": "array", "items": {"type": "string"}}
OBJECT = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in "RGB"},
    "additionalProperties": False,
}
COLORS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}

# Each: the style, whether it is exploded, the schema, what travels, and its value.
PATHS: list[tuple[str, bool, dict[str, Any], str, Any]] = [
    ("matrix", False, STRING, ";color", ""),
    ("matrix", False, STRING, ";color=blue", "blue"),
    ("matrix", False, ARRAY, ";color=blue,black,brown", COLORS),
    ("matrix", False, OBJECT, ";color=R,100,G,200,B,150", RGB),
    ("matrix", True, STRING, ";color=blue", "blue"),
    ("matrix", True, ARRAY, ";color=blue;color=black;color=brown", COLORS),
    ("matrix", True, OBJECT, ";R=100;G=200;B=150", RGB),
    ("label", False, STRING, ".", ""),
    ("label", False, STRING, ".blue", "blue"),
    ("label", False, ARRAY, ".blue,black,brown", COLORS),
    ("label", False, OBJECT, ".R,100,G,200,B,150", RGB),
    ("label", True, ARRAY, ".blue.black.brown", COLORS),
    ("label", True, OBJECT, ".R=100.G=200.B=150", RGB),
    ("simple", False, STRING, "blue", "blue"),
    ("simple", False, ARRAY, "blue,black,brown", COLORS),
    ("simple", False, OBJECT, "R,100,G,200,B,150", RGB),
    ("simple", True, ARRAY, "blue,black,brown", COLORS),
    ("simple", True, OBJECT, "R=100,G=200,B=150", RGB),
]
QUERIES: list[tuple[str, bool, dict[str, Any], str, Any]] = [
    ("form", False, STRING, "color=", ""),
    ("form", False, STRING, "color", ""),
    ("form", False, STRING, "color=blue", "blue"),
    ("form", False, ARRAY, "color=blue,black,brown", COLORS),
    ("form", False, OBJECT, "color=R,100,G,200,B,150", RGB),
    ("form", True, STRING, "color=blue", "blue"),
    ("form", True, ARRAY, "color=blue&color=black&color=brown", COLORS),
    ("form", True, ARRAY, "color=blue", ["blue"]),
    ("form", True, OBJECT, "R=100&G=200&B=150", RGB),
    ("spaceDelimited", False, ARRAY, "color=blue%20black%20brown", COLORS),
    ("spaceDelimited", False, ARRAY, "color=blue+black+brown", COLORS),
    ("spaceDelimited", False, OBJECT, "color=R%20100%20G%20200%20B%20150", RGB),
    ("pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown", COLORS),
    ("pipeDelimited", False, ARRAY, "color=blue|black|brown", COLORS),
    ("pipeDelimited", False, OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150", RGB),
    ("pipeDelimited", True, ARRAY, "color=blue&color=black&color=brown", COLORS),
    ("tabDelimited", False, ARRAY, "color=blue%09black%09brown", COLORS),
    ("deepObject", True, OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", RGB),
    ("deepObject", True, OBJECT, "color[R]=100&color[G]=200&color[B]=150", RGB),
    ("deepObject", True, ARRAY, "color[]=blue&color[]=black&color[]=brown", COLORS),
    ("deepObject", True, ARRAY, "color[1]=black&color[0]=blue&color[2]=brown", COLORS),
]
COOKIES: list[tuple[bool, dict[str, Any], str, Any]] = [
    (False, STRING, "color=blue", "blue"),
    (True, STRING, "other=1; color=blue", "blue"),
    (False, ARRAY, "color=blue,black,brown", COLORS),
    (False, OBJECT, "color=R,100,G,200,B,150", RGB),
    (True, ARRAY, "color=blue&color=black&color=brown", COLORS),
    (True, ARRAY, "color=blue; color=black; color=brown", COLORS),
    (True, OBJECT, "R=100&G=200&B=150", RGB),
    (True, STRING, 'color="blue"', "blue"),
    (True, STRING, "color=100%", "100%"),
]


@pytest.mark.parametrize(("style", "explode", "schema", "text", "value"), PATHS)
def test_path_parameter__in_each_style__is_read(style: Any, explode: bool, schema: Any, text: str, value: Any) -> None:
    bench = Bench(Parameter("color", "path", True, schema, style, explode))
    assert bench.values("path", path={"color": text}) == {"color": value}


@pytest.mark.parametrize(("style", "explode", "schema", "text", "value"), QUERIES)
def test_query_parameter__in_each_style__is_read(style: Any, explode: bool, schema: Any, text: str, value: Any) -> None:
    bench = Bench(Parameter("color", "query", False, schema, style, explode))
    assert bench.values("query", query=text) == {"color": value}


@pytest.mark.parametrize(("explode", "schema", "text", "value"), COOKIES)
def test_cookie__in_style_form__is_read(explode: bool, schema: Any, text: str, value: Any) -> None:
    bench = Bench(Parameter("color", "cookie", False, schema, "form", explode))
    assert bench.values("cookie", headers={"Cookie": text}) == {"color": value}


@pytest.mark.parametrize(("style", "explode", "schema", "text", "value"), PATHS[13:])
def test_header__in_style_simple__is_read(style: Any, explode: bool, schema: Any, text: str, value: Any) -> None:
    bench = Bench(Parameter("X-Color", "header", False, schema, style, explode))
    spaced = text.replace(",", " ,  ")
    assert bench.values("header", headers={"x-color": spaced}) == {"X-Color": value}


@pytest.mark.parametrize(
    ("style", "explode", "schema", "text"),
    [
        ("matrix", False, STRING, "blue"),
        ("matrix", False, STRING, ";colour=blue"),
        ("matrix", False, STRING, ";color=blue;color=black"),
        ("matrix", True, OBJECT, ";R"),
        ("label", False, STRING, "blue"),
        ("simple", False, OBJECT, "R,100,G"),
        ("simple", True, OBJECT, "R=100,G"),
    ],
)
def test_path_parameter__not_of_its_style__is_refused(style: Any, explode: bool, schema: Any, text: str) -> None:
    bench = Bench(Parameter("color", "path", True, schema, style, explode))
    assert bench.broken(path={"color": text}) == [("path", "/color", "style")]


@pytest.mark.parametrize("text", ["color=%", "color=%zz", "color=%ff", "color=a%2"])
def test_query_parameter__with_broken_encoding__is_refused(text: str) -> None:
    bench = Bench(Parameter("color", "query", False, STRING, "form", explode=True))
    assert bench.broken(query=text) == [("query", "/color", "encoding")]


def test_parameter__percent_encoded__is_decoded_once() -> None:
    bench = Bench(
        Parameter("color", "query", False, STRING, "form", explode=True), Parameter("p", "path", True, STRING)
    )
    x = bench.run(query="color=a%2541+b%2B", path={"p": "%2541+%C3%A9"})
    assert (x.parameters["query"], x.parameters["path"]) == ({"color": "a%41 b+"}, {"p": "%41+é"})


def test_delimiter__percent_encoded__is_data_in_texts() -> None:
    bench = Bench(Parameter("color", "query", False, ARRAY, "form", explode=False))
    assert bench.values("query", query="color=a%2Cb,c") == {"color": ["a,b", "c"]}


def test_delimiter__percent_encoded_where_it_cannot_be_data__separates() -> None:
    integers = {"type": "array", "items": {"type": "integer"}}
    bench = Bench(
        Parameter("ids", "query", False, integers, "form", explode=False), Parameter("p", "path", True, integers)
    )
    x = bench.run(query="ids=1%2C2%2c3", path={"p": "4%2C5"})
    assert (x.parameters["query"], x.parameters["path"]) == ({"ids": [1, 2, 3]}, {"p": [4, 5]})


def test_deep_object__nested__is_read_as_deep_as_it_goes() -> None:
    schema = {
        "type": "object",
        "properties": {
            "price": {"type": "object", "properties": {"gt": {"type": "integer"}}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "lines": {
                "type": "array",
                "items": {"type": "object", "properties": {"q": {"type": "integer"}, "s": {"type": "string"}}},
            },
        },
    }
    bench = Bench(Parameter("filter[x]", "query", False, schema, "deepObject", explode=True))
    text = (
        "filter[x][price][gt]=5&filter[x][tags][]=a&filter[x][tags][]=b"
        "&filter[x][lines][0][q]=1&filter[x][lines][1][q]=2&filter[x][lines][1][s]=3"
    )
    assert bench.values("query", query=text) == {
        "filter[x]": {"price": {"gt": 5}, "tags": ["a", "b"], "lines": [{"q": 1}, {"q": 2, "s": "3"}]}
    }


@pytest.mark.parametrize("text", ["color[R=1", "color[R]]=1", "color[[R]]=1", "color" + "[a]" * 50 + "=1"])
def test_deep_object__with_brackets_that_do_not_pair__is_refused(text: str) -> None:
    bench = Bench(Parameter("color", "query", False, OBJECT, "deepObject", explode=True))
    assert bench.broken(query=text) == [("query", "/color", "style")]


def test_deep_object__with_a_huge_index__makes_no_huge_list() -> None:
    bench = Bench(Parameter("color", "query", False, ARRAY, "deepObject", explode=True))
    assert bench.broken(query="color[4000000000]=x") == [("query", "/color", "type")]


def test_deep_object__that_may_be_a_scalar__is_read_as_either() -> None:
    schema = {"anyOf": [{"type": "object", "properties": {"gt": {"type": "integer"}}}, {"type": "integer"}]}
    bench = Bench(Parameter("created", "query", False, schema, "deepObject", explode=True))
    assert bench.values("query", query="created=12") == {"created": 12}
    assert bench.values("query", query="created[gt]=12") == {"created": {"gt": 12}}


def test_exploded_object__that_takes_any_property__leaves_other_parameters_alone() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}}
    bench = Bench(
        Parameter("rest", "query", False, schema, "form", explode=True),
        Parameter("limit", "query", False, {"type": "integer"}, "form", explode=True),
    )
    assert bench.values("query", query="limit=1&a=2&b=3") == {"rest": {"a": 2, "b": 3}, "limit": 1}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)


def encoded(text: str) -> str:
    """RFC 3986 percent-encoding of all but unreserved characters; a dot is a delimiter here."""
    return quote(text, safe="").replace(".", "%2E")


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_array__written_by_another_and_read__is_the_same(values: list[str]) -> None:
    texts = [encoded(value) for value in values]
    queries = {
        ("form", False): "v=" + ",".join(texts),
        ("form", True): "&".join(f"v={text}" for text in texts),
        ("deepObject", True): "&".join(f"v%5B{at}%5D={text}" for at, text in enumerate(texts)),
    }
    for (style, explode), query in queries.items():
        bench = Bench(Parameter("v", "query", False, ARRAY, style, explode))  # type: ignore[arg-type]  # one of the styles
        if (style, explode) != ("form", False) or values != [""]:
            assert bench.values("query", query=query) == {"v": values}
    paths = {
        ("simple", False): ",".join(texts),
        ("matrix", False): ";v=" + ",".join(texts),
        ("matrix", True): "".join(f";v={text}" for text in texts),
        ("label", False): "." + ",".join(texts),
        ("label", True): "." + ".".join(texts),
    }
    for (style, explode), path in paths.items():
        bench = Bench(Parameter("v", "path", True, ARRAY, style, explode))  # type: ignore[arg-type]  # one of the styles
        # A single empty item cannot be told from an empty list, or from nothing at all.
        if values != [""]:
            assert bench.values("path", path={"v": path}) == {"v": values}


@given(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=4))
def test_object__written_by_another_and_read__is_the_same(values: dict[str, str]) -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    pairs = [(encoded(name), encoded(value)) for name, value in values.items()]
    flat = ",".join(f"{name},{value}" for name, value in pairs)
    exploded = ",".join(f"{name}={value}" for name, value in pairs)
    paths = {
        ("simple", False): flat,
        ("simple", True): exploded,
        ("matrix", False): ";v=" + flat,
        ("matrix", True): "".join(f";{name}={value}" for name, value in pairs),
        ("label", False): "." + flat,
        ("label", True): "." + exploded.replace(",", "."),
    }
    for (style, explode), path in paths.items():
        bench = Bench(Parameter("v", "path", True, schema, style, explode))  # type: ignore[arg-type]  # one of the styles
        assert bench.values("path", path={"v": path}) == {"v": values}
    bench = Bench(Parameter("v", "query", False, schema, "form", explode=False))
    assert bench.values("query", query="v=" + flat) == {"v": values}
    bench = Bench(Parameter("v", "query", False, schema, "form", explode=True))
    assert bench.values("query", query="&".join(f"{name}={value}" for name, value in pairs)) == {"v": values}


@given(st.dictionaries(st.text("abcxyz", min_size=1), st.one_of(TEXTS, st.lists(TEXTS, min_size=2)), min_size=1))
def test_deep_object__written_by_another_and_read__is_the_same(values: dict[str, Any]) -> None:
    fields = []
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            brackets = "[]" if isinstance(value, list) else ""
            fields.append(f"v[{name}]{brackets}={encoded(item)}")
    schema = {
        "type": "object",
        "properties": {name: ARRAY if isinstance(value, list) else STRING for name, value in values.items()},
    }
    bench = Bench(Parameter("v", "query", False, schema, "deepObject", explode=True))
    assert bench.values("query", query="&".join(fields)) == {"v": values}
