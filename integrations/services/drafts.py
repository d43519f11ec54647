"""What somebody is about to change together: selected, chosen, previewed, confirmed.

A draft freezes the ids that were selected and remembers what its preview has shown. Confirming it
makes the plan anew: where that comes to something else, the person is shown it and asked again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Batch, Draft, Snapshot, Source, Workspace
from integrations.services import batches, keys, plans, recolouring, snapshots
from integrations.services.actors import Actor
from integrations.services.plans import Plan, Values

Kind = Batch.Kind
#: What writes values that a calendar had: known already, whoever may see its name by now.
_GIVES_BACK = (Kind.UNDO, Kind.RESTORE)


class MovedError(Exception):
    """What would be done is no longer what was shown; nothing was begun."""


class NothingToDoError(Exception):
    """Every calendar is as it was wished for, or left out; nothing was begun."""


@dataclass(frozen=True)
class Looker:
    """Who looks at a draft: decides which calendars it may be about, and through which keys."""

    person: User
    role: Role | None
    sources: list[Source]


def select(
    person: User, workspace: Workspace, pks: Iterable[int], *, back: str, whole_filter: bool
) -> Draft:
    """Freeze a selection for a bulk edit; ``whole_filter``: everything that matched ``back``."""
    return Draft.objects.create(
        person=person,
        workspace=workspace,
        kind=Kind.EDIT,
        back=back,
        is_whole_filter=whole_filter,
        wishes={str(pk): {} for pk in pks},
    )


def wish(
    person: User,
    workspace: Workspace,
    kind: Batch.Kind,
    wishes: Mapping[int, Values],
    *,
    back: str = "",
    about: UUID | None = None,
    expects: Mapping[int, Values] | None = None,
    origins: Mapping[int, UUID] | None = None,
    missing: Iterable[Mapping[str, str]] = (),
) -> Draft:
    """Make a draft whose calendars each get values of their own: undo, retry, import, restore."""
    return Draft.objects.create(
        person=person,
        workspace=workspace,
        kind=kind,
        back=back,
        about=about,
        wishes=_keyed(wishes),
        expects=_keyed(expects or {}),
        origins={str(pk): str(origin) for pk, origin in (origins or {}).items()},
        missing=[dict(entry) for entry in missing],
    )


def choose(draft: Draft, fields: Values, note: str) -> None:
    """Give every calendar of a bulk edit the same values."""
    draft.fields, draft.note = dict(fields), note
    draft.wishes = {pk: dict(fields) for pk in draft.wishes}
    draft.shown = {}
    draft.save(update_fields=["fields", "note", "wishes", "shown"])


def reselect(draft: Draft, pks: Iterable[int], *, whole_filter: bool) -> None:
    """Freeze another set of calendars; what was chosen for them stays."""
    draft.wishes = {str(pk): dict(draft.fields) for pk in pks}
    draft.is_whole_filter, draft.shown = whole_filter, {}
    draft.save(update_fields=["wishes", "is_whole_filter", "shown"])


def moved(draft: Draft, matching: Collection[int]) -> tuple[int, int]:
    """Return how many calendars match the filter now that were not selected, and the reverse."""
    selected, now = {int(pk) for pk in draft.wishes}, set(matching)
    return len(now - selected), len(selected - now)


def plan(draft: Draft, looker: Looker) -> Plan:
    """Return what the draft comes to at this moment."""
    return plans.make(
        {int(pk): wish for pk, wish in draft.wishes.items()},
        sources=looker.sources,
        person=looker.person,
        role=looker.role,
        expects={int(pk): values for pk, values in draft.expects.items()},
        unnamed=[int(pk) for pk in draft.wishes] if draft.kind in _GIVES_BACK else (),
    )


def preview(draft: Draft, looker: Looker) -> Plan:
    """Return what the draft comes to, and remember that this was shown."""
    found = plan(draft, looker)
    draft.shown = found.shown
    draft.save(update_fields=["shown"])
    return found


def confirm(draft: Draft, looker: Looker, *, by: Actor) -> Batch:
    """Begin what the preview has shown; the same draft confirmed twice is one batch.

    Raises MovedError or NothingToDoError.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        if draft.batch is not None:
            return draft.batch
        found = plan(draft, looker)
        if found.shown != draft.shown or not _has_its_keys(found):
            raise MovedError
        if not found.steps:
            raise NothingToDoError
        draft.batch = batches.start(
            found,
            kind=Kind(draft.kind),
            by=by if by.note else replace(by, note=draft.note),
            back=draft.back,
            about=draft.about,
            undoes=(
                {int(pk): origin for pk, origin in draft.origins.items()}
                if draft.kind == Kind.UNDO
                else None
            ),
        )
        draft.save(update_fields=["batch"])
        if draft.kind == Kind.KEEP:
            recolouring.refuse([step.calendar for step in found.steps], by=by)
        if draft.kind == Kind.RESTORE:
            snapshots.answer(Snapshot.objects.get(pk=str(draft.about)))
    return draft.batch


def _has_its_keys(found: Plan) -> bool:
    """Say whether no key was removed meanwhile; they then stay until the record is written."""
    sources = [step.calendar.account.source for step in found.steps]
    through = {source.key_id: source.key for source in sources}
    return all(keys.is_there(key) for _pk, key in sorted(through.items()))


def _keyed(values: Mapping[int, Values]) -> dict[str, Any]:
    return {str(pk): dict(wish) for pk, wish in values.items()}
