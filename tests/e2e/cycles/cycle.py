"""Cycle: everything that a client does with one kind of thing, from its creation to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from diorama.capabilities.resources.model import Play, Resource, Role
from tests.e2e.conformance.drafts import ABSENT, Draft
from tests.e2e.conformance.samples import UnsampledError
from tests.e2e.conformance.serialisation import UnwritableError
from tests.e2e.cycles.changes import Change, Changes
from tests.e2e.cycles.dialogue import Dialogue, Said, media_of
from tests.e2e.cycles.endings import ending, strange_id
from tests.e2e.cycles.fields import MISSING, Shown, at, canonical, elements, inside, unlike
from tests.e2e.cycles.instances import Instance, Instances, item_in, items_in
from tests.e2e.cycles.pages import pages
from tests.e2e.cycles.understood import Understood

STEPS = ("create", "read", "list", "update", "action", "unknown", "delete")


class FailedError(Exception):
    """A step that did not go as the document promises; the message says how."""


@dataclass
class Outcome:
    """What a resource's cycle came to.

    Attributes:
        resource: its name.
        steps: by name: ``passed``, ``failed`` or ``untried``; what the resource has no operation for is missing.
        notes: why steps failed or could not be tried.
        fields: how many written values were looked for in replies.
    """

    resource: str
    steps: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fields: int = 0

    @property
    def passed(self) -> bool:
        """Whether at least one step passed and none failed."""
        states = set(self.steps.values())
        return "passed" in states and "failed" not in states


class Cycle:
    """The cycle of one resource.

    Args:
        resource: the resource.
        known: all that was understood of the document.
        dialogue: with the server.
        instances: items on it.
    """

    def __init__(self, resource: Resource, known: Understood, dialogue: Dialogue, instances: Instances) -> None:
        self.outcome = Outcome(resource.name)
        self._resource = resource
        self._known = known
        self._dialogue = dialogue
        self._instances = instances
        self._made: list[Instance] = []
        self._newest_last = True

    def run(self) -> Outcome:
        """Try every step that the resource has operations for."""
        created = self._try("create", self._create, self._plays(Role.CREATE))
        if self._resource.singleton:
            self._made = [Instance(None, None, self._instances.ids_for(self._resource, list(self._resource.plays)))]
        elif not created and not self._plays(Role.CREATE):
            self._try("list", self._read_only, self._plays(Role.LIST))
        if not self._made:
            return self.outcome
        self._try("read", self._read, self._plays(Role.READ))
        if created:
            self._try("list", self._list, self._plays(Role.LIST))
        self._try("update", self._update, self._plays(Role.UPDATE, Role.REPLACE))
        self._try("action", self._act, self._plays(Role.ACTION))
        self._try("unknown", self._unknown, self._plays(Role.READ, Role.UPDATE, Role.REPLACE, Role.DELETE))
        self._try("delete", self._delete, self._plays(Role.DELETE))
        return self.outcome

    def _plays(self, *roles: Role) -> list[Play]:
        return self._known.plays(self._resource, *roles)

    def _try(self, name: str, step: Callable[[list[Play]], None], plays: list[Play]) -> bool:
        if not plays:
            return False
        try:
            step(plays)
        except FailedError as cause:
            self.outcome.steps[name] = "failed"
            self.outcome.notes.append(f"{name}: {cause}")
        except (UnsampledError, UnwritableError) as cause:
            self.outcome.steps.setdefault(name, "untried")
            self.outcome.notes.append(f"{name} not tried: {cause}")
        else:
            self.outcome.steps[name] = "passed"
        return self.outcome.steps[name] == "passed"

    def _create(self, plays: list[Play]) -> None:
        """Three items by the first operation, one by each further one; each shows what was written."""
        wanted = [(plays[0], False), (plays[0], True), (plays[0], True), *((play, False) for play in plays[1:])]
        for play, fuller in wanted:
            said, made = self._instances.create(self._resource, play, fuller=fuller)
            _expect_good(said)
            if made is None:
                if play.item is not None:
                    raise FailedError(f"{said.request}: shows no item")
                continue
            if play is plays[0]:
                self._made.append(made)
            self._expect_shown(play, made.written, made.item, said)
            if self._resource.id_field and made.id is None:
                raise FailedError(f"{said.request}: the item has no {'.'.join(self._resource.id_field)}")

    def _read(self, plays: list[Play]) -> None:
        """What was created reads the same, wherever it can be read."""
        for play in plays:
            for made in [one for one in self._made if play in _applying(plays, one)]:
                said = self._ask(play, made)
                _expect_good(said)
                item = item_in(said.value, play)
                if item is None and play.item is not None:
                    raise FailedError(f"{said.request}: shows no item")
                if made.item is not None and item is not None:
                    _expect_same(made.item, item, said)

    def _list(self, plays: list[Play]) -> None:
        """A list holds what was created, once and in order, through all its pages; others are answered as promised."""
        self._walk(plays[0], self._made)
        for play in plays[1:]:
            said = self._dialogue.say(self._instances.draft(play, self._ids(play, self._made[0])))
            _expect_good(said)

    def _walk(self, play: Play, made: list[Instance]) -> list[Any]:
        draft = self._instances.draft(play, self._ids(play, made[0]), item=made[0].item)
        made = _asked_for(play, draft, made)
        items: list[Any] = []
        said: Said | None = None
        for said in pages(self._dialogue, play, draft, self._resource.id_field):
            _expect_good(said)
            items += items_in(said.value, play)
        assert said is not None
        if not self._resource.id_field:
            return items
        listed = [at(item, self._resource.id_field) for item in items]
        wanted = [one.id for one in made]
        found = [id_ for id_ in listed if id_ in wanted]
        newest_first = play.listing is not None and play.listing.newest_first
        if found != (wanted[::-1] if newest_first else wanted):
            raise FailedError(f"{said.request}: created {wanted}, listed {found} of {len(listed)}")
        if len(set(map(str, listed))) != len(listed):
            raise FailedError(f"{said.request}: lists an item twice")
        for one in made:
            _expect_same(items[listed.index(one.id)], one.item, said)
        return items

    def _read_only(self, plays: list[Play]) -> None:
        """A list that nobody can add to holds something, and each of its items reads the same."""
        play = plays[0]
        ids = self._instances.ids_for(self._resource, [play])
        said = self._dialogue.say(self._instances.draft(play, ids))
        _expect_good(said)
        items = items_in(said.value, play)
        if not items:
            raise FailedError(f"{said.request}: lists nothing")
        for item in items:
            id_ = at(item, self._resource.id_field) if self._resource.id_field else MISSING
            if id_ is not MISSING:
                self._made.append(Instance(id_, item, {**ids, self._resource.key: id_}))

    def _update(self, plays: list[Play]) -> None:
        """One field is changed at a time: it shows, and nothing else does."""
        made = self._made[-1]
        for play in _applying(plays, made):
            before = self._current(made)
            operation = self._known.operations[play.endpoint]
            media = media_of(operation, play.patch if play.role is Role.UPDATE else "")
            shown = self._shown(play).narrowed(before)
            changes = Changes(self._instances.bodies, shown, self._instances.avoided(self._resource))
            tried = [Change({}, ABSENT)] if media is None else list(changes.of(play, media, before))
            for change in tried:
                said = self._ask(play, made, change.body)
                _expect_good(said)
                after = self._current(made)
                item = item_in(said.value, play)
                for one in (item, after):
                    if one is not None:
                        self._expect_shown(play, change.written, one, said)
                if before is not None and after is not None and play.role is Role.UPDATE:
                    _expect_same(before, after, said, but=change.names)
                before = after

    def _act(self, plays: list[Play]) -> None:
        """An action is answered, and about the same item."""
        for play in _applying(plays, self._made[0]):
            _, fresh = self._fresh()
            said = self._ask(play, fresh)
            _expect_good(said)
            item = item_in(said.value, play) if play.item is not None else None
            if (
                item is not None
                and fresh.id is not None
                and at(item, self._resource.id_field) not in (fresh.id, MISSING)
            ):
                raise FailedError(f"{said.request}: answers with {at(item, self._resource.id_field)!r}")

    def _unknown(self, plays: list[Play]) -> None:
        """What does not exist is not found, in the document's words for it."""
        made = self._made[0]
        for play in [one for one in plays if one.id is not None and made.id is not None]:
            operation = self._known.operations[play.endpoint]
            strange = strange_id(self._dialogue, operation, play, made.id)
            said = self._ask(play, Instance(strange, made.item, made.ids))
            if said.answer.status != 404:
                raise FailedError(f"an unknown id: {said.complaint}")
            if operation.response(404) is not None and said.faults:
                raise FailedError(f"an unknown id: {said.complaint}")

    def _delete(self, plays: list[Play]) -> None:
        """What was deleted is gone, or shown as deleted; the others stay."""
        for number, play in enumerate(_applying(plays, self._made[0])):
            if number and len(self._made) == 1:
                return  # the last one stays, for what is nested in it
            kept, doomed = self._fresh()
            self._made = [one for one in self._made if one is not doomed]
            before = self._current(doomed)
            said = self._ask(play, doomed)
            _expect_good(said)
            gone = True
            for reading in self._plays(Role.READ)[:1]:
                after = self._ask(reading, doomed)
                how = ending(before, item_in(said.value, play), after, item_in(after.value, reading))
                if not how:
                    raise FailedError(f"after {said.request}: {after.complaint if not after.good else 'it is there'}")
                gone = how != "ended"
                if kept is not None and not (again := self._ask(reading, kept)).good:
                    raise FailedError(f"after {said.request} another is gone, too: {again.complaint}")
            for listing in self._plays(Role.LIST)[:1] if gone and doomed.id is not None else []:
                draft = self._instances.draft(listing, self._ids(listing, doomed), item=doomed.item)
                replies = list(pages(self._dialogue, listing, draft, self._resource.id_field))
                ids = [at(item, self._resource.id_field) for one in replies for item in items_in(one.value, listing)]
                if doomed.id in ids:
                    raise FailedError(f"after {said.request} it is still listed")

    def _fresh(self) -> tuple[Instance | None, Instance]:
        """An item that stays, and one of its own for what follows, made anew where that can be."""
        for play in self._plays(Role.CREATE)[:1]:
            _, made = self._instances.create(self._resource, play, fuller=False)
            if made is not None:
                return self._made[0], made
        return (self._made[0] if len(self._made) > 1 else None), self._made[-1]

    def _current(self, made: Instance) -> Any:
        """The item as it reads now; None when nothing reads it."""
        for play in self._plays(Role.READ)[:1]:
            said = self._ask(play, made)
            _expect_good(said)
            return item_in(said.value, play)
        return None

    def _ask(self, play: Play, made: Instance, body: Any = ABSENT) -> Said:
        ids = self._ids(play, made)
        return self._dialogue.say(self._instances.draft(play, ids, item=made.item, body=body, id_=made.id))

    def _ids(self, play: Play, made: Instance) -> dict[str, Any]:
        missing = [one for one in play.scopes if one.resource and one.resource not in made.ids]
        return {**self._instances.ids_for(self._resource, [play]), **made.ids} if missing else made.ids

    def _shown(self, play: Play) -> Shown:
        """The fields of the item in a play's reply; those of READ where it shows none."""
        replies = self._dialogue.replies
        for one in [play, *self._plays(Role.READ)]:
            response = self._known.operations[one.endpoint].response(one.status)
            media = next((each for each in response.content if each.kind == "json"), None) if response else None
            if media is not None and one.item is not None:
                schema = inside(replies, replies.converted(media.schema), one.item)
                return Shown(replies, elements(replies, schema) if one.item_listed else schema)
        return Shown(replies, {})

    def _expect_shown(self, play: Play, written: dict[str, Any], item: Any, said: Said) -> None:
        checked = {
            name: value
            for name, value in written.items()
            if canonical(name) not in self._instances.avoided(self._resource)
        }
        shown = self._shown(play).narrowed(item)
        self.outcome.fields += sum(bool(shown.expected(name, value)) for name, value in checked.items())
        different = shown.differences(checked, item)
        if different:
            raise FailedError(f"{said.request}: {'; '.join(different[:3])}")


def _applies(play: Play, made: Instance) -> bool:
    """Whether a play can be about an item: it was made within the same, or says itself what it belongs to."""
    scopes = [one for one in play.scopes if one.resource not in made.ids]
    return all(one.field and at(made.item, one.field) not in (None, MISSING) for one in scopes)


def _applying(plays: list[Play], made: Instance) -> list[Play]:
    """The plays that can be about an item, at least the first."""
    return [one for one in plays if _applies(one, made)] or plays[:1]


def _asked_for(play: Play, draft: Draft, made: list[Instance]) -> list[Instance]:
    """The items that have what a list cannot do without being asked for.

    Raises:
        UnsampledError: when none has.
    """
    for name, pointer in play.listing.filters if play.listing is not None else ():
        wanted = draft.values.get(("query", name), MISSING)
        if wanted is not MISSING:
            made = [one for one in made if at(one.item, pointer) == wanted]
    if not made:
        raise UnsampledError("no item has what the list asks for")
    return made


def _expect_good(said: Said) -> None:
    if not said.good:
        raise FailedError(said.complaint)


def _expect_same(before: Any, after: Any, said: Said, *, but: frozenset[str] = frozenset()) -> None:
    different = unlike(before, after, but=but)
    if different:
        raise FailedError(f"{said.request}: {'; '.join(different[:3])}")
