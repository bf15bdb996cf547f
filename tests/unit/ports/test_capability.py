"""Header bits, which belong to a process."""

from __future__ import annotations

from diorama.ports.capability import HEADER_BITS, Stage, header_bit, triggers_of


def test_header_bit__asked_again__is_the_same_and_no_others() -> None:
    one, two = header_bit(b"x-test-one"), header_bit(b"x-test-two")
    assert header_bit(b"x-test-one") == one
    assert one & two == 0
    assert HEADER_BITS[b"x-test-one"] == one


def test_triggers_of__a_list_of_headers__are_the_bits_of_those_that_matter() -> None:
    one = header_bit(b"x-test-one")
    header_bit(b"x-test-two")
    assert triggers_of([(b"x-test-nobody", b"*"), (b"x-test-one", b"1"), (b"x-test-one", b"2")]) == one
    assert triggers_of([(b"x-nobody-asked-for-this", b"1")]) == 0


def test_stages__in_order__are_a_requests_way() -> None:
    assert [stage.name for stage in Stage] == ["ADMIT", "CHECK", "COMPOSE", "VERIFY", "REFUSE", "DELIVER"]
