"""Near misses: what a request that matched nothing probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from diorama.flow.publication import Published, Route
from diorama.flow.router import segments_of
from diorama.model.errors import DioramaError
from diorama.model.exchange import NearMiss

SHOWN = 3
FAR = 0.75
"""An endpoint at this distance or beyond has too little in common with a request to be of help."""

EXAMINED_MAX = 500
"""More routes than this are not compared, so that a flood of wrong requests stays cheap."""

COMPARED_MAX = 200
"""Characters of a segment that are compared, for the same reason."""


def near_misses(published: Published, method: str, path: str) -> tuple[NearMiss, ...]:
    """The endpoints that come closest to a request, best first."""
    wanted = segments_of(path)
    routes = _candidates(published.routes, wanted)
    ranked = sorted(
        ((_distance(route, method, wanted), at, route) for at, route in enumerate(routes)), key=lambda item: item[:2]
    )
    shown: dict[str, NearMiss] = {}
    for distance, _, route in ranked:
        if distance >= FAR or len(shown) >= SHOWN:
            break
        if route.id not in shown:
            method_of = "" if route.endpoint is None else route.endpoint.method
            difference = _difference(route, method, path, wanted)
            shown[route.id] = NearMiss(route.id, method_of, route.path, difference, round(distance, 3))
    return tuple(shown.values())


def _candidates(routes: Sequence[Route], wanted: list[str]) -> Sequence[Route]:
    if len(routes) <= EXAMINED_MAX:
        return routes
    alike = [route for route in routes if route.path.count("/") == len(wanted)]
    return alike[:EXAMINED_MAX]


def _distance(route: Route, method: str, wanted: list[str]) -> float:
    """0 for the same, 1 for nothing in common: segments count alike, a wrong method half a segment."""
    have = route.path[1:].split("/")
    longest = max(len(have), len(wanted), 1)
    missing = abs(len(have) - len(wanted)) + 0.0
    for own, other in zip(have, wanted, strict=False):
        if own == other:
            continue
        if "{" in own:
            missing += 0.0 if other else 0.5
        else:
            missing += _text_distance(own, other[:COMPARED_MAX])
    if route.endpoint is not None and route.endpoint.method != method:
        missing += 0.5
    return min(1.0, missing / (longest + 0.5))


@lru_cache(maxsize=4096)
def _text_distance(one: str, other: str) -> float:
    """1 minus the share of two-letter pairs in common (Dice coefficient), so that a typo is near and a word is far.

    The routes of a large document share most of their segments, and a client repeats its mistakes.
    """
    one, other = one.lower(), other.lower()
    if one == other:
        return 0.1
    pairs, others = _pairs(one), _pairs(other)
    if not pairs or not others:
        return 1.0
    return 1.0 - 2 * len(pairs & others) / (len(pairs) + len(others))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _difference(route: Route, method: str, path: str, wanted: list[str]) -> str:
    have = route.path[1:].split("/")
    same_length = len(have) == len(wanted)
    if (
        route.endpoint is not None
        and route.endpoint.method != method
        and same_length
        and all("{" in own or own == other for own, other in zip(have, wanted, strict=True))
    ):
        return f"the method is {route.endpoint.method}, not {method}"
    if path.endswith("/") and len(have) == len(wanted) - 1:
        return "the path has a slash at its end"
    if not same_length:
        return f"the path has {len(have)} segments, not {len(wanted)}"
    for own, other in zip(have, wanted, strict=True):
        if "{" not in own and own != other:
            return f"the path has {own!r} where the request has {other[:80]!r}"
    return "the path differs"


def routing_error(published: Published, method: str, path: str) -> tuple[DioramaError, tuple[NearMiss, ...]]:
    """The error for a request that matched no endpoint: 405 when the path has other methods, else 404."""
    nearest = near_misses(published, method, path)
    meta = {
        "near_misses": [{"method": miss.method, "path": miss.path, "difference": miss.difference} for miss in nearest]
    }
    methods = published.router.methods(path)
    if methods:
        if published.head_from_get and "GET" in methods and "HEAD" not in methods:
            methods = sorted([*methods, "HEAD"])
        allow = ", ".join(methods)
        return (
            DioramaError(
                "method_not_allowed",
                f"{path[:200]} has no {method[:40]}.",
                f"It has {allow}.",
                meta,
                headers=((b"Allow", allow.encode("latin-1", "replace")),),
            ),
            nearest,
        )
    hint = "See what there is with `diorama inspect`."
    if nearest:
        best = nearest[0]
        hint = f"Nearest is {best.method} {best.path}: {best.difference}."
    return DioramaError("route_not_found", f"No endpoint has the path {path[:200]!r}.", hint, meta), nearest
