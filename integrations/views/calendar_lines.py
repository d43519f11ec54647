"""Calendars that need somebody, as lines of the overview."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from integrations.access import AdminRequest
from integrations.services import colours
from integrations.services.default_needs import DeadDefault
from integrations.services.needs import Need
from integrations.views import listing, permissions, words
from integrations.views.lines import Line, Step, Swatch, key_of, who
from integrations.views.words import Text

Entry = dict[str, Any]
#: As many accounts are named in a sentence.
NAMED = 5
#: What a default is, and whether it is gone rather than finished: the tag, and the sentence.
_DEAD: dict[tuple[str, bool], tuple[Text, Text]] = {
    ("project", False): (
        _lazy("Project archived"),
        _lazy("Its default project in %(account)s is %(name)s, which is archived."),
    ),
    ("project", True): (
        _lazy("Project gone"),
        _lazy("Its default project in %(account)s is %(name)s, which is gone or not visible."),
    ),
    ("task", False): (
        _lazy("Task done"),
        _lazy("Its default task in %(account)s is %(name)s, which is done."),
    ),
    ("task", True): (
        _lazy("Task gone"),
        _lazy("Its default task in %(account)s is %(name)s, which is gone or not visible."),
    ),
}


def new(request: AdminRequest, need: Need) -> Line:
    """Return the line of a calendar that appeared, with the two sides of the decision."""
    entry: Entry = need.about
    is_on = entry["selected"]
    told = (
        _("It appeared in %(account)s and is on: Toggl shows its events.")
        if is_on
        else _("It appeared in %(account)s and is off: Toggl shows none of its events.")
    )
    turn = (_("Turn off"), "off") if is_on else (_("Turn on"), "on")
    leave = (_("Leave on") if is_on else _("Leave off"), "leave")
    return _line(
        request,
        need,
        entry,
        tag=_("New"),
        sentence=told % {"account": _account(entry)},
        steps=tuple(
            _decision(request, entry, label, says, price=0 if says == "leave" else 2)
            for label, says in ((leave, turn) if is_on else (turn, leave))
        ),
    )


def colour(request: AdminRequest, need: Need) -> Line:
    """Return the line of a calendar whose text is hard to read."""
    entry: Entry = need.about
    told = _(
        "Its text in %(account)s has a contrast of %(ratio)s to its background; from 4.5 it is easy"
        " to read."
    )
    return _line(
        request,
        need,
        entry,
        tag=_("Hard to read"),
        sentence=told
        % {"account": _account(entry), "ratio": colours.ratio_text(entry["contrast"])},
        steps=(_edit(request, entry, _("Choose colours")),),
    )


def default(request: AdminRequest, need: Need) -> Line:
    """Return the line of a calendar whose default leads nowhere."""
    if isinstance(need.about, DeadDefault):
        return _dead_default(request, need, need.about)
    entry: Entry = need.about
    told = _(
        "Its default workspace in %(account)s is %(workspace)s, which Focusadmin does not know: it"
        " may be gone, or the team does not work there."
    )
    return _line(
        request,
        need,
        entry,
        tag=_("Unknown workspace"),
        sentence=told % {"account": _account(entry), "workspace": entry["default_workspace_id"]},
        steps=(_edit(request, entry, _("Choose another default")),),
    )


def _dead_default(request: AdminRequest, need: Need, about: DeadDefault) -> Line:
    named = about.named
    tag, told = _DEAD[named.kind, named.is_missing]
    step = _edit(request, about.entry, _("Choose another default"))
    name = f"{named.name} (#{named.number})" if named.is_known else f"#{named.number}"
    values = {"account": _account(about.entry), "name": name}
    return _line(
        request, need, about.entry, tag=str(tag), sentence=str(told) % values, steps=(step,)
    )


def twin(request: AdminRequest, need: Need) -> Line:
    """Return the line of a calendar that is on in several accounts."""
    same: list[Entry] = need.about
    accounts = ", ".join(_account(entry) for entry in same[:NAMED])
    if len(same) > NAMED:
        rest = len(same) - NAMED
        more = ngettext("%(number)s more account", "%(number)s more accounts", rest)
        accounts = f"{accounts}, {more % {'number': rest}}"
    query = urlencode({"q": same[0]["external_id"], "on": "yes"})
    address = listing.calendars_at(request.workspace.workspace_id, query)
    told = _("It is on in %(accounts)s, so each of its events is there more than once.")
    return _line(
        request,
        need,
        same[0],
        tag=_("On twice"),
        sentence=told % {"accounts": accounts},
        steps=(Step(_("Choose where it stays on"), address),),
    )


def _line(
    request: AdminRequest,
    need: Need,
    entry: Entry,
    *,
    tag: str,
    sentence: str,
    steps: tuple[Step, ...],
) -> Line:
    background = colours.parse(entry["background_color"])
    foreground = colours.parse(entry["foreground_color"])
    key = key_of(request, entry["account__source__key_id"])
    return Line(
        need,
        title=words.calendar_label(entry["name"], entry["external_id"]),
        href=_address(request, "calendar-edit", entry),
        tag=tag,
        tone="warn",
        sentence=sentence,
        who=who(request, Role.EDITOR, key),
        steps=steps,
        swatch=Swatch(background, foreground) if background and foreground else None,
    )


def _account(entry: Entry) -> str:
    provider = words.provider_label(entry["account__provider"])
    return f"{entry['account__email'] or entry['account__integration_id']} ({provider})"


def _address(request: AdminRequest, route: str, entry: Entry) -> str:
    return reverse(route, args=[request.workspace.workspace_id, entry["account_id"], entry["pk"]])


def _edit(request: AdminRequest, entry: Entry, label: str) -> Step:
    key = key_of(request, entry["account__source__key_id"])
    why = permissions.why_not_at(request, "calendar-edit", key)
    return Step(label, _address(request, "calendar-edit", entry), why)


def _decision(request: AdminRequest, entry: Entry, label: str, says: str, *, price: int) -> Step:
    key = key_of(request, entry["account__source__key_id"])
    why = permissions.why_not_at(request, "calendar-decide", key)
    return Step(
        label,
        _address(request, "calendar-decide", entry),
        why,
        is_form=True,
        says=("decision", says),
        price=price,
    )
