"""Publishing: corners, chains, routes, and what an unused capability costs."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from diorama.flow.publication import CHAINS_MAX, publish
from diorama.model.definition import Api, Endpoint, Group, Project, content_hash, encode_project
from diorama.model.errors import DioramaError
from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, HEADER_BITS, Compiled, Stage, Trigger, header_bit
from diorama.ports.exchange import OpenExchange
from tests.unit.flow.staging import OK, Made, Theatre, endpoint, project


class Spec(Struct, frozen=True):
    mode: str = "on"
    limit: int = 5


def test_publish__a_corner_of_no_capability__is_refused() -> None:
    with pytest.raises(DioramaError) as failure:
        publish(project(specs={"nobody": {}}), [Made()])
    assert failure.value.code == "project_invalid"
    assert "'nobody'" in failure.value.message
    assert "made, routing" in failure.value.hint


@pytest.mark.parametrize(
    ("specs", "named"),
    [
        ({"made": {"limit": "many"}}, "$.limit"),
        ({"made": []}, "'made'"),
        ({"routing": {"head_from_get": "yes"}}, "$.head_from_get"),
        ({"routing": {"get_from_head": True}}, "get_from_head"),
        ({"routing": []}, "'routing'"),
    ],
)
def test_publish__a_setting_of_a_wrong_type__is_refused_by_its_name(specs: dict[str, Any], named: str) -> None:
    with pytest.raises(DioramaError) as failure:
        publish(project(specs=specs), [Made(spec=Spec)])
    assert failure.value.code == "project_invalid"
    assert named in failure.value.message


def test_publish__a_corner__is_handed_over_typed_and_with_defaults() -> None:
    made = Made(spec=Spec)
    publish(project(specs={"made": {"limit": 7}}), [made])
    publish(project(), [made])
    assert made.specs == [Spec("on", 7), Spec("on", 5)]


def test_publish__a_capability_that_refuses__publishes_nothing() -> None:
    class Refusing(Made):
        def compile(self, spec: Any, context: Any) -> Compiled:
            raise DioramaError("schema_uncompilable", "No.")

    with pytest.raises(DioramaError) as failure:
        publish(project(), [Refusing()])
    assert failure.value.code == "schema_uncompilable"


def test_publish__its_version__is_the_content_hash() -> None:
    assert publish(project(), []).version == content_hash(encode_project(project()))
    assert publish(project(), [], "known").version == "known"


def test_publish__a_route_defined_twice__is_a_finding_and_the_first_answers() -> None:
    first, second = Endpoint("first", "GET", "/a"), Endpoint("second", "GET", "/a", pointer="/paths/~1a/get")
    definition = Project("p", (Api("api", source="api.yaml"),), (Group("g", "api", ("/v1", ""), (first, second)),))
    published = publish(definition, [])
    (finding,) = published.findings
    assert "GET /v1/a is defined twice" in finding.message
    assert (finding.file, finding.pointer) == ("api.yaml", "/paths/~1a/get")
    for path in ("/v1/a", "/a"):
        found = published.router.find("GET", path)
        assert found is not None
        assert found[0].id == "first"
    assert [route.path for route in published.routes] == ["/v1/a", "/a"]


def test_root_paths__of_a_group__all_lead_to_its_endpoints() -> None:
    definition = Project("p", (Api("api"),), (Group("g", "api", ("/v1", ""), (endpoint("GET", "/a/{id}"),)),))
    seen: list[tuple[str, dict[str, str]]] = []

    def respond(x: OpenExchange) -> Reply:
        seen.append((x.root_path, x.path_parameters))
        return OK

    stage = Theatre(Made([(Stage.COMPOSE, ALWAYS, respond)]), definition=definition)
    stage.at_once("GET", "/v1/a/1")
    stage.at_once("GET", "/a/2")
    stage.at_once("GET", "/s/default/v1/a/3")
    assert seen == [("/v1", {"id": "1"}), ("", {"id": "2"}), ("/s/default/v1", {"id": "3"})]


def steps_run(headers: list[tuple[bytes, bytes]], path: str = "/things") -> list[str]:
    ran: list[str] = []

    def noting(name: str) -> Any:
        def step(x: OpenExchange) -> None:
            ran.append(name)

        return step

    steps = [
        (Stage.CHECK, Trigger(header=b"x-one"), noting("one")),
        (Stage.CHECK, Trigger(header=b"x-two"), noting("two")),
        (Stage.ADMIT, ALWAYS, noting("admit")),
        (Stage.CHECK, Trigger("get /things"), noting("things")),
        (Stage.CHECK, Trigger("get /things", b"x-one"), noting("things with one")),
        (Stage.COMPOSE, ALWAYS, lambda _: OK),
    ]
    Theatre(Made(steps)).at_once("GET", path, headers)
    return ran


def test_chain__by_headers_and_endpoint__holds_the_steps_that_apply_in_order() -> None:
    one, two = (b"x-one", b"1"), (b"x-two", b"2")
    assert steps_run([]) == ["admit", "things"]
    assert steps_run([two]) == ["admit", "two", "things"]
    assert steps_run([two, one, (b"x-three", b"3")]) == ["admit", "one", "two", "things", "things with one"]
    assert steps_run([one], "/things/1") == ["admit", "one"]
    assert steps_run([one], "/nowhere") == ["admit", "one"]


def test_chains__of_many_combinations_of_headers__stay_few() -> None:
    names = [b"x-combined-%d" % number for number in range(8)]
    stage = Theatre(Made([(Stage.COMPOSE, Trigger(header=name), lambda _: OK) for name in names]))
    for combination in range(256):
        headers = [(name, b"") for bit, name in enumerate(names) if combination >> bit & 1]
        assert stage.at_once("GET", "/things", headers).status == (200 if headers else 500)
    (route,) = {route for route in stage.published.routes if route.id == "get /things"}
    assert len(route.chains) <= CHAINS_MAX


def test_capability__unused__adds_no_step_and_no_header_to_any_chain() -> None:
    before = dict(HEADER_BITS)
    plain = publish(project(), [Made(name="other")])
    route = plain.routes[0]
    chain = route.chain(0)
    assert (chain.admit, chain.body, chain.verify, chain.refuse, chain.deliver) == ((), (), (), (), ())
    assert route.mask == 0
    assert before == HEADER_BITS


def test_header__that_only_another_endpoint_waits_for__does_not_split_this_ones_chains() -> None:
    stage = Theatre(Made([(Stage.CHECK, Trigger("post /count", b"x-elsewhere"), lambda _: None)]))
    stage.at_once("GET", "/things", [(b"x-elsewhere", b"1")])
    found = stage.published.router.find("GET", "/things")
    assert found is not None
    assert found[0].mask & header_bit(b"x-elsewhere") == 0
    assert list(found[0].chains) == [0]


def test_listeners__of_one_event_in_two_capabilities__all_hear_it_in_order() -> None:
    heard: list[str] = []

    def emit(x: OpenExchange) -> Reply:
        x.tx.emit("happened")
        return OK

    one = Made([(Stage.COMPOSE, ALWAYS, emit)], name="one", events={"happened": lambda *_: heard.append("one")})
    two = Made(name="two", events={"happened": lambda *_: heard.append("two")})
    Theatre(one, two).at_once("GET", "/things")
    assert heard == ["one", "two"]
