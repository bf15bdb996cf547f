"""Overrides: what a project says about its resources, laid over what was inferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from msgspec import structs

from diorama.capabilities.resources.model import Inference, Play, Resource, Role, Unplayed
from diorama.capabilities.resources.spec import ResourceOverride, ResourcesSpec
from diorama.model.errors import DioramaError
from diorama.model.pointers import pointer_of

_OFF = "off"
_ROLES = tuple(role.value for role in Role)
_BY_PROJECT = "the project says so"


def overridden(inference: Inference, spec: ResourcesSpec, properties: Mapping[str, Sequence[str]]) -> Inference:
    """What is left when the project had its say, and what was not certain enough is out.

    Args:
        inference: what was inferred.
        spec: what the project says.
        properties: the names of an item's properties, by the resource's key.

    Raises:
        DioramaError: ``project_invalid`` for a resource, an operation, a role or an amount that is not possible.
    """
    if not 0.0 <= spec.certainty_min <= 1.0:
        raise _invalid(
            f"resources.certainty_min is {spec.certainty_min}.", "Give a number from 0.0 to 1.0.", "certainty_min"
        )
    _check_initial(("initial",), spec)
    _check_names(inference.resources, spec, properties)
    resources = []
    unplayed = list(inference.unplayed)
    for resource in inference.resources:
        said = spec.overrides.get(resource.name) or spec.overrides.get(resource.key) or ResourceOverride()
        changed = _changed(resource, said)
        out = _left_out(changed, said, spec.certainty_min)
        kept = tuple(play for play in changed.plays if play.endpoint not in out)
        if kept:
            resources.append(structs.replace(changed, plays=kept))
        unplayed += [Unplayed(play.endpoint, out[play.endpoint]) for play in changed.plays if play.endpoint in out]
    return Inference(tuple(resources), tuple(unplayed))


def _left_out(resource: Resource, said: ResourceOverride, certainty_min: float) -> dict[str, str]:
    """Endpoints that are answered from examples, each with the reason."""
    if said.enabled is False:
        return {play.endpoint: f"the project switches {resource.name!r} off" for play in resource.plays}
    out = {}
    for play in resource.plays:
        if said.operations.get(play.endpoint) == _OFF:
            out[play.endpoint] = "the project switches it off"
        elif play.endpoint not in said.operations and said.enabled is None:
            least = min(play.certainty, resource.certainty)
            if least < certainty_min:
                out[play.endpoint] = f"it is less certain ({least:.2f}) than the project asks for ({certainty_min:.2f})"
    return out


def _changed(resource: Resource, said: ResourceOverride) -> Resource:
    """A resource with the id and the roles that the project gives it."""
    if said.id:
        reasons = (f"the project names {said.id!r} as its id", *resource.reasons)
        resource = structs.replace(resource, id_field=tuple(said.id.split(".")), reasons=reasons)
    plays = tuple(_recast(resource, play, said.operations.get(play.endpoint, "")) for play in resource.plays)
    return structs.replace(resource, plays=plays)


def _recast(resource: Resource, play: Play, role: str) -> Play:
    """A play in the role that the project gives it."""
    if role in {"", _OFF, play.role.value}:
        return structs.replace(play, certainty=1.0, reasons=(_BY_PROJECT, *play.reasons)) if role == play.role else play
    wanted = Role(role)
    way = ("overrides", resource.name, "operations", play.endpoint)
    spot = play.id
    names_none = wanted in (Role.CREATE, Role.LIST)
    if spot is None and not names_none and not resource.singleton:
        raise _invalid(
            f"{play.endpoint!r} cannot be {wanted.value!r}: its path names no item of {resource.name!r}.",
            "Give it another role, or switch it off.",
            *way,
        )
    if (wanted is Role.LIST) != (play.role is Role.LIST):
        raise _invalid(
            f"{play.endpoint!r} cannot be {wanted.value!r}: its reply shows "
            f"{'several items' if play.role is Role.LIST else 'one item'} of {resource.name!r}.",
            "Give it another role, or switch it off.",
            *way,
        )
    return structs.replace(
        play, role=wanted, id=None if names_none else spot, certainty=1.0, reasons=(_BY_PROJECT, *play.reasons)
    )


def _check_names(resources: tuple[Resource, ...], spec: ResourcesSpec, properties: Mapping[str, Sequence[str]]) -> None:
    """Refuse what is said about resources, operations and properties that are not there."""
    names = [one.name for one in resources]
    for name in spec.fixtures:
        if name not in names and all(name != one.key for one in resources):
            raise _unknown(f"There are fixtures for {name!r}, which is no resource", name, names, "fixtures", name)
    for name, said in spec.overrides.items():
        found = [one for one in resources if name in (one.name, one.key)]
        if not found:
            raise _unknown(f"resources.overrides names {name!r}, which is no resource", name, names, "overrides", name)
        _check_initial(("overrides", name, "initial"), said)
        way = ("overrides", name)
        first = said.id.partition(".")[0]
        known = [one for resource in found for one in properties.get(resource.key, ())]
        if first and known and first not in known:
            raise _unknown(f"resources.overrides.{name}.id is {said.id!r}, which no item has", first, known, *way, "id")
        endpoints = [play.endpoint for one in found for play in one.plays]
        for endpoint, role in said.operations.items():
            if endpoint not in endpoints:
                raise _unknown(
                    f"resources.overrides.{name}.operations names {endpoint!r}, which does not belong to it",
                    endpoint,
                    endpoints,
                    *way,
                    "operations",
                    endpoint,
                )
            if role != _OFF and role not in _ROLES:
                raise _unknown(
                    f"resources.overrides.{name}.operations.{endpoint} is {role!r}",
                    role,
                    (*_ROLES, _OFF),
                    *way,
                    "operations",
                    endpoint,
                )


def _check_initial(way: tuple[str, ...], said: ResourcesSpec | ResourceOverride) -> None:
    if isinstance(said.initial, int) and not 0 <= said.initial <= 1_000:
        message = f"resources.{'.'.join(way)} is {said.initial}."
        raise _invalid(message, "Give a number from 0 to 1,000.", *way)


def _unknown(message: str, name: str, known: Iterable[str], *way: str) -> DioramaError:
    known = list(known)
    near = get_close_matches(name, known, 3, 0.5)
    if near:
        return _invalid(f"{message}.", f"Perhaps it is {' or '.join(near)}.", *way)
    listed = ", ".join(known[:10]) + (f" and {len(known) - 10} more" if len(known) > 10 else "")
    hint = f"Possible are: {listed}." if known else "There are none; see `diorama inspect`."
    return _invalid(f"{message}.", hint, *way)


def _invalid(message: str, hint: str, *way: str) -> DioramaError:
    """The error, with the place in the project's corners: the keys below ``resources``."""
    return DioramaError("project_invalid", message, hint, {"pointer": pointer_of(["resources", *way])})
