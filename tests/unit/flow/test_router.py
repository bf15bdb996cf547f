"""The router, against what OpenAPI says and against a naive reference."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.flow.router import Router, _Compound, _Node, parameter_names


def router(*paths: str, method: str = "GET") -> Router[str]:
    made: Router[str] = Router()
    for path in paths:
        made.add(method, path, path)
    return made


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users/me", ("/users/me", [])),
        ("/users/7", ("/users/{id}", ["7"])),
        ("/users/me/posts", ("/users/me/{what}", ["posts"])),
        ("/users/7/posts", ("/users/{id}/posts", ["7"])),
        ("/users/me/likes", ("/users/me/{what}", ["likes"])),
        ("/users/7/likes", None),
        ("/users", None),
        ("/users/7/posts/", None),
        ("/", None),
        ("", None),
    ],
)
def test_find__concrete_and_templated__takes_the_most_concrete_that_fits(
    path: str, expected: tuple[str, list[str]] | None
) -> None:
    found = router("/users/{id}", "/users/me", "/users/{id}/posts", "/users/me/{what}")
    assert found.find("GET", path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/files/a%2Fb", ("/files/{name}", ["a%2Fb"])),
        ("/files/a%20b%C3%BC", ("/files/{name}", ["a%20b%C3%BC"])),
        ("/files/", ("/files/{name}", [""])),
        ("/files/%7Bname%7D", ("/files/{name}", ["%7Bname%7D"])),
        ("/fi%6Ces/x", ("/files/{name}", ["x"])),
        ("/files/a%2Fb.json", ("/files/{name}.json", ["a%2Fb"])),
        ("/files/a%2Ejson", ("/files/{name}.json", ["a"])),
        ("/files/%C3%BC%2Ejson", ("/files/{name}.json", ["%C3%BC"])),
        ("/files/%ZZ", ("/files/{name}", ["%ZZ"])),
        ("/gr%C3%BC%C3%9Fe", ("/grüße", [])),
        ("/grüße", ("/grüße", [])),
    ],
)
def test_find__encoded_paths__are_compared_decoded_and_handed_on_raw(
    path: str, expected: tuple[str, list[str]]
) -> None:
    assert router("/files/{name}", "/files/{name}.json", "/grüße").find("GET", path) == expected


@pytest.mark.parametrize(
    ("template", "segment", "values"),
    [
        ("{id}.json", "a.b.json", ["a.b"]),
        ("{id}.json", ".json", None),
        ("{base}...{head}", "a...b...c", ["a", "b...c"]),
        ("{base}...{head}", "...x", None),
        ("{base}...{head}", "x...", None),
        ("{a}{b}", "xyz", ["x", "yz"]),
        ("{a}{b}", "x", None),
        ("v{major}.{minor}-beta", "v1.2-beta", ["1", "2"]),
        ("v{major}.{minor}-beta", "v1-beta", None),
        ("v{major}.{minor}-beta", "v1.-beta", None),
        ("{x}a{y}a", "aaaa", ["a", "a"]),
    ],
)
def test_compound__a_segment__is_split_at_the_text_between(
    template: str, segment: str, values: list[str] | None
) -> None:
    assert _Compound(template).match(segment) == values


@given(
    texts=st.lists(st.text(alphabet="ab.", max_size=2), min_size=2, max_size=4),
    segment=st.text(alphabet="ab.", max_size=10),
)
def test_compound__any_segment__matches_as_the_lazy_expression_does(texts: list[str], segment: str) -> None:
    template = "{p}".join(texts)
    expression = "(.+?)".join(re.escape(text) for text in texts)
    match = re.fullmatch(expression, segment, re.DOTALL)
    assert _Compound(template).match(segment) == (None if match is None else list(match.groups()))


def test_compound__with_many_parameters_and_a_hostile_segment__looks_at_each_sign_once_a_parameter() -> None:
    found = router("/" + "-".join(f"{{p{number}}}" for number in range(8)) + "!")
    assert found.find("GET", "/" + "-" * 60_000) is None  # a backtracking expression would not come back


def test_find__where_the_concrete_path_lacks_the_method__goes_back_to_the_template() -> None:
    made: Router[str] = Router()
    made.add("POST", "/a/b", "concrete")
    made.add("GET", "/a/{x}", "template")
    made.add("GET", "/{x}/b", "far")
    made.add("DELETE", "/{x}/{y}", "any")
    assert made.find("GET", "/a/b") == ("template", ["b"])
    assert made.find("GET", "/c/b") == ("far", ["c"])
    assert made.find("DELETE", "/a/b") == ("any", ["a", "b"])
    assert made.methods("/a/b") == ["DELETE", "GET", "POST"]
    assert made.methods("/a/%62") == ["DELETE", "GET", "POST"]
    assert made.methods("/a") == []


def test_find__after_a_dead_end__hands_on_no_values_of_it() -> None:
    made = router("/{a}/x{b}/end", "/{c}/{d}/{e}")
    assert made.find("GET", "/1/x2/3") == ("/{c}/{d}/{e}", ["1", "x2", "3"])


def test_add__what_another_listens_to__is_refused() -> None:
    made = router("/users/{id}")
    assert not made.add("GET", "/users/{name}", "second")
    assert made.add("POST", "/users/{name}", "third")
    assert made.find("GET", "/users/1") == ("/users/{id}", ["1"])


def test_parameter_names__of_a_template__are_in_order() -> None:
    assert parameter_names("/a/{one}/b/{two}.{three}") == ["one", "two", "three"]


SEGMENTS = st.sampled_from(["a", "b", "{p}", "{q}.x", "c%20d"])
TEMPLATES = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
ASKED = st.lists(st.sampled_from(["a", "b", "z", "a.x", ".x", "c%20d", "c d", ""]), min_size=1, max_size=4)


def reference(templates: list[str], path: str) -> str | None:
    """The most concrete of all templates that fit: segment by segment, text before mixed before a bare parameter."""

    def rank(segment: str) -> int:
        return 0 if "{" not in segment else 2 if segment == "{p}" else 1

    def fits(template: str, asked: str) -> bool:
        if rank(template) == 0:
            return unquote(template) == unquote(asked)
        return rank(template) == 2 or re.fullmatch(r".+\.x", unquote(asked)) is not None

    parts = path[1:].split("/")
    fitting = [
        template
        for template in dict.fromkeys(templates)
        if len(template[1:].split("/")) == len(parts)
        and all(fits(own, other) for own, other in zip(template[1:].split("/"), parts, strict=True))
    ]
    return min(fitting, key=lambda template: [rank(part) for part in template[1:].split("/")], default=None)


@given(templates=st.lists(TEMPLATES, max_size=12), asked=ASKED)
def test_find__any_templates__agrees_with_the_reference(templates: list[str], asked: list[str]) -> None:
    path = "/" + "/".join(asked)
    found = router(*templates).find("GET", path)
    assert (None if found is None else found[0]) == reference(templates, path)
    assert bool(router(*templates).methods(path)) == (found is not None)


def visits(paths: list[str], asked: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many places of the tree a look-up goes to."""
    made = router(*paths)
    count = 0
    walk = Router._walk

    def counted(self: Router[str], node: _Node[str], *rest: object) -> object:
        nonlocal count
        count += 1
        return walk(self, node, *rest)  # type: ignore[arg-type]  # handed through as it came

    with monkeypatch.context() as patched:
        patched.setattr(Router, "_walk", counted)
        assert made.find("GET", asked) is not None
    return count


def test_find__among_ten_thousand_routes__takes_as_few_steps_as_among_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    def paths(count: int) -> list[str]:
        return [f"/api/{number % 100}/thing{number}/{{id}}/part" for number in range(count)]

    few = visits(paths(10), "/api/7/thing7/1/part", monkeypatch)
    many = visits(paths(10_000), "/api/7/thing7/1/part", monkeypatch)
    assert many == few == 6
