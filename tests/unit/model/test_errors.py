"""The error catalogue, and errors as problem details."""

from __future__ import annotations

import re

import msgspec
import pytest

from diorama.model import errors
from diorama.model.errors import CATALOGUE, META_KEYS, DioramaError, Violation


def test_catalogue__its_tree_in_the_docstring__says_the_same() -> None:
    tree = errors.__doc__ or ""
    told: dict[str, tuple[str, int]] = {}
    category = ""
    for line in tree.splitlines():
        heading = re.match(r"    (\w+) {2,}\S", line)
        if heading:
            category = heading[1]
        else:
            told.update({code: (category, int(status)) for code, status in re.findall(r"(\w+) (\d{3})\b", line)})
    assert told == {kind.code: (kind.category, kind.status) for kind in CATALOGUE.values()}


def test_catalogue__every_entry__is_complete() -> None:
    for code, kind in CATALOGUE.items():
        assert kind.code == code
        assert 400 <= kind.status <= 599
        assert kind.title[0].isupper()
        assert kind.severity in {"low", "medium", "high", "critical"}
        assert kind.recovery_action in {"retry", "retry_with_backoff", "fallback", "abort", "manual_intervention"}


def test_error__of_an_unknown_code__is_refused() -> None:
    with pytest.raises(KeyError):
        DioramaError("no_such_code", "text")


def test_problem__with_all_parts__carries_them() -> None:
    violation = Violation("query", "/limit", "minimum", "limit must be 1 or more")
    error = DioramaError(
        "request_violates_schema", "One rule is broken.", "Send more.", {"sandbox": "dev"}, (violation,)
    )
    problem = msgspec.json.decode(msgspec.json.encode(error.problem()))
    assert problem == {
        "type": "/_diorama/errors/request_violates_schema",
        "title": "The request breaks the document's rules",
        "status": 422,
        "detail": "One rule is broken.",
        "code": "request_violates_schema",
        "category": "request_invalid",
        "severity": "low",
        "recovery_action": "abort",
        "hint": "Send more.",
        "violations": [
            {"place": "query", "pointer": "/limit", "rule": "minimum", "message": "limit must be 1 or more"}
        ],
        "meta": {"project": "", "group": "", "endpoint": "", "sandbox": "dev", "correlation_id": ""},
    }


def test_problem__with_the_least__still_names_every_place() -> None:
    problem = DioramaError("internal", "Something broke.").problem()
    assert set(problem["meta"]) == set(META_KEYS)
    assert "hint" not in problem
    assert "violations" not in problem
