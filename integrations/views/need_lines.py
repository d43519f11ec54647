"""What needs somebody as lines: what is wrong, who must act, and the one right thing to do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations.access import AdminRequest
from integrations.models import Account, Key
from integrations.services import team
from integrations.services.needs import Kind, Need
from integrations.views import permissions, reminders, words
from integrations.views.words import Text


@dataclass(frozen=True)
class Step:
    """The one right thing to do: a link, or a form of its own."""

    label: Text
    href: str
    #: Why this person may not do it; empty for whoever may.
    why: str = ""
    is_form: bool = False
    #: Requests that it costs at once.
    price: int = 0


@dataclass(frozen=True)
class Letter:
    """A text to send to whoever must act."""

    to: Text
    text: str


@dataclass(frozen=True)
class Line:
    """A need as a person meets it."""

    need: Need
    title: str
    href: str
    tag: Text
    tone: str
    sentence: Text
    #: Who must act, and whether that is the person who looks.
    who: Text
    is_yours: bool = False
    step: Step | None = None
    letter: Letter | None = None
    #: The text for a company's IT is offered.
    for_it: bool = False

    @property
    def name(self) -> str:
        """What it is called on its page, such as an anchor."""
        return f"{self.need.kind}-{self.need.fingerprint[:12]}"


def line(request: AdminRequest, need: Need) -> Line:
    """Return a need as a line for this person."""
    return _LINES[need.kind](request, need)


def _account(request: AdminRequest, need: Need) -> Line:
    account: Account = need.about
    state, key = Account.State(account.state), account.source.key
    advice = words.advice(account)
    here = [request.workspace.workspace_id, account.pk]
    is_others = team.rank(key, request.user) == team.OTHER
    letter = step = None
    if state in reminders.RECONNECT and is_others:
        letter = Letter(str(key.owner), reminders.about_account(account))
    elif state != Account.State.ADMIN and advice.action:
        step = _step(request, advice.action, here, key)
    return Line(
        need,
        title=str(account),
        href=reverse("account", args=here),
        tag=state.label,
        tone=words.TONES[state],
        sentence=advice.sentence,
        who=_who(request, key, state),
        is_yours=step is not None and not step.why,
        step=step,
        letter=letter,
        for_it=state == Account.State.ADMIN and not is_others,
    )


def _step(request: AdminRequest, route: str, here: list[int], key: Key) -> Step:
    label = {"account-reconnect": _("Reconnect"), "account-refresh": _("Refresh calendars")}[route]
    is_refresh = route == "account-refresh"
    why = permissions.why_not_at(request, route, key)
    return Step(label, reverse(route, args=here), why, is_form=is_refresh, price=int(is_refresh))


def _who(request: AdminRequest, key: Key, state: Account.State) -> Text:
    """Say who must act for an account in a state."""
    if state == Account.State.ADMIN:
        return _("IT")
    if state in reminders.RECONNECT and team.rank(key, request.user) == team.OTHER:
        return str(key.owner)
    needed = Role.MANAGER if state in reminders.RECONNECT else Role.EDITOR
    if not permissions.why_not(request, needed, key):
        return _("You")
    return str(key.owner) if team.rank(key, request.user) == team.OTHER else _("A manager")


_LINES: dict[Kind, Callable[[AdminRequest, Need], Line]] = {
    Kind.ACCOUNT: _account,
    Kind.PERMISSION: _account,
}
