from __future__ import annotations

import msgspec

from diorama.model.errors import DioramaError
from diorama.model.problems import problem_reply

ALLOW = (b"Allow", b"GET")


def test_problem_reply__of_an_error__has_its_status_headers_and_words() -> None:
    error = DioramaError("method_not_allowed", "There is no POST.", "Use GET.", {"path": "/a"}, headers=(ALLOW,))
    reply = problem_reply(error, {"sandbox": "dev"})
    assert (reply.status, reply.headers) == (405, ((b"content-type", b"application/problem+json"), ALLOW))
    problem = msgspec.json.decode(reply.body)
    assert problem == error.problem() | {"meta": error.problem()["meta"] | {"sandbox": "dev"}}
    assert problem["meta"]["path"] == "/a"


def test_problem_reply__with_a_status_of_its_own__says_the_same_twice() -> None:
    reply = problem_reply(DioramaError("header_malformed", "Expect what?"), status=417)
    assert (reply.status, msgspec.json.decode(reply.body)["status"]) == (417, 417)
