from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.model.pointers import escaped, last_token, pointer_of, tokens_of, unescaped

TOKENS = st.text(st.sampled_from("~01/a%é"), max_size=6)


@pytest.mark.parametrize(
    ("tokens", "pointer"),
    [
        ((), ""),
        (("",), "/"),
        (("foo", 0), "/foo/0"),
        (("a/b", "m~n"), "/a~1b/m~0n"),
        (("~1",), "/~01"),
        (("c%d", 'k"l', " "), '/c%d/k"l/ '),
    ],
)
def test_pointer_of__tokens__is_as_the_rfc_writes_it(tokens: tuple[str | int, ...], pointer: str) -> None:
    assert pointer_of(tokens) == pointer
    assert tokens_of(pointer) == [str(token) for token in tokens]


@given(st.lists(TOKENS, max_size=4))
def test_tokens_of__a_pointer_of_any_tokens__are_these_tokens(tokens: list[str]) -> None:
    assert tokens_of(pointer_of(tokens)) == tokens
    assert [unescaped(escaped(token)) for token in tokens] == tokens


@pytest.mark.parametrize(
    ("reference", "name"), [("#/$defs/Pet", "Pet"), ("#/$defs/a~1b~0c", "a/b~c"), ("Pet", "Pet"), ("", "")]
)
def test_last_token__of_a_reference__is_the_name_that_it_means(reference: str, name: str) -> None:
    assert last_token(reference) == name
