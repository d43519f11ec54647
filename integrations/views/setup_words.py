"""The steps of the set-up in words: done, to do or failing, each with what to do about it."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from focusadmin.identity.configuration import Local
from integrations.access import AdminRequest
from integrations.services.setting_up import Progress
from integrations.views import failures, words
from integrations.views.words import Text

DONE, OPEN, FAILING, OPTIONAL = "done", "open", "failing", "optional"
#: A state's tone and its word.
TAGS: dict[str, tuple[str, Text]] = {
    DONE: ("good", _lazy("Done")),
    OPEN: ("warn", _lazy("To do")),
    FAILING: ("bad", _lazy("Failing")),
    OPTIONAL: ("neutral", _lazy("Optional")),
}


@dataclass(frozen=True)
class Step:
    """One step: what it is, how it stands, and what comes next."""

    name: str
    title: Text
    state: str
    #: What was found.
    sentence: str
    remedy: str = ""
    #: Lines for the configuration, as they are written there.
    lines: str = ""
    #: The page on which something can be done at once.
    href: str = ""
    action: Text = ""
    #: The button asks Focus.
    asks: bool = False

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TAGS[self.state][0]

    @property
    def word(self) -> Text:
        """The word of its tag."""
        return TAGS[self.state][1]


def steps(request: AdminRequest, found: Progress) -> list[Step]:
    """Return the steps in the order in which they are taken."""
    return [
        _workspace(found),
        _key(found),
        _sign_in(),
        _proxy(request),
        _check(request, found),
        _worker(found),
    ]


def _workspace(found: Progress) -> Step:
    title = _("Name a workspace")
    if found.workspaces:
        names = ", ".join(row.label for row in found.workspaces)
        return Step("workspace", title, DONE, _("On the list: %(names)s.") % {"names": names})
    return Step(
        "workspace",
        title,
        OPEN,
        _("No workspace is on the list yet."),
        _("Add one here, or set FOCUS_WORKSPACES and restart. Focus’ address bar has the numbers."),
        "FOCUS_WORKSPACES=Studio=5500001/4400001",
        reverse("workspaces-manage"),
        _("Add a workspace"),
    )


def _key(found: Progress) -> Step:
    title = _("Give Focusadmin a key")
    if found.has_shared:
        return Step("key", title, DONE, _("A shared key is set. Whether it works, step 5 shows."))
    if found.own is not None:
        return Step(
            "key", title, DONE, _("You have added a key of your own. There is no shared one.")
        )
    line = "FOCUS_API_KEY=toggl_sk_…"
    if settings.FOCUS_ENCRYPTION_KEYS:
        return Step(
            "key",
            title,
            OPEN,
            _("Neither a shared key nor one of your own is there."),
            _("Add your own here; or set FOCUS_API_KEY for everybody, and restart."),
            line,
            reverse("me-key"),
            _("Add my key"),
        )
    return Step(
        "key",
        title,
        OPEN,
        _("Neither a shared key nor one of your own is there."),
        _(
            "Set FOCUS_API_KEY for everybody and restart. If each person shall add a key of their"
            " own instead, set FOCUS_ENCRYPTION_KEYS."
        ),
        line + "\nFOCUS_ENCRYPTION_KEYS=…",
    )


def _sign_in() -> Step:
    title = _("Decide how people sign in")
    if not isinstance(settings.SIGN_IN, Local):
        told = _("A proxy says who is asking (%(preset)s).") % {"preset": settings.SIGN_IN.preset}
        return Step("sign-in", title, DONE, told)
    if not settings.PASSWORDS_IN_PRODUCTION or settings.PASSWORD_SIGN_IN_ACCEPTED:
        return Step("sign-in", title, DONE, _("With passwords that are kept here."))
    return Step(
        "sign-in",
        title,
        OPEN,
        _("With passwords that are kept here. Where people work, a company’s sign-on is safer."),
        _(
            "docs/deploy/sign-in.md has an example for each proxy. If passwords are what you want,"
            " accept them."
        ),
        "SIGN_IN=oauth2-proxy\nPASSWORD_SIGN_IN_ACCEPTED=true",
    )


def _proxy(request: AdminRequest) -> Step:
    title = _("Put a proxy in front")
    address = {"address": settings.PUBLIC_URL}
    if not settings.PUBLIC_URL.startswith("https://"):
        return Step(
            "proxy",
            title,
            OPTIONAL,
            _("Focusadmin is open at %(address)s, on this machine alone.") % address,
            _("Where people work it needs https: docs/deploy has files to copy."),
            "PUBLIC_URL=https://focusadmin.example.com",
        )
    if "X-Forwarded-For" in request.headers and not _knows_proxies():
        return Step(
            "proxy",
            title,
            OPEN,
            _("Focusadmin is open at %(address)s, behind a proxy that it does not know.") % address,
            _(
                "Say where the proxy is, so that the record holds people’s addresses and not the"
                " proxy’s."
            ),
            "TRUSTED_PROXIES=10.1.2.3/32",
        )
    return Step("proxy", title, DONE, _("Focusadmin is open at %(address)s.") % address)


def _knows_proxies() -> bool:
    return bool(settings.TRUSTED_PEERS.networks or settings.TRUSTED_PEERS.unix)


def _check(request: AdminRequest, found: Progress) -> Step:
    title = _("Ask Focus for the first time")
    source = found.source
    if source is None or not found.workspaces or not found.has_key:
        return Step("check", title, OPEN, _("Possible once there are a workspace and a key."))
    where = {"workspace": source.workspace.label}
    if found.is_checked:
        told = ngettext(
            "Focus has answered: %(number)s account in %(workspace)s.",
            "Focus has answered: %(number)s accounts in %(workspace)s.",
            found.accounts,
        )
        return Step("check", title, DONE, told % (where | {"number": found.accounts}))
    action = _("Ask Focus now")
    failure = failures.of_source(source, request.user)
    if failure is not None:
        sentence = f"{failure.title}. {failure.sentence}"
        advice = str(failure.advice)
        return Step("check", title, FAILING, sentence, advice, action=action, asks=True)
    sentence = _("Focus is asked once, through %(key)s, for the accounts in %(workspace)s.")
    sentence %= where | {"key": words.key_name(source.key, request.user)}
    return Step("check", title, OPEN, sentence, action=action, asks=True)


def _worker(found: Progress) -> Step:
    title = _("Let a worker carry out bulk edits")
    if found.workers:
        return Step("worker", title, DONE, _("A worker is there."))
    return Step(
        "worker",
        title,
        OPEN,
        _("No worker has said that it is there. Bulk edits wait until one does."),
        _("make run starts one by itself; elsewhere start it beside the application."),
        "manage.py worker",
    )


def missing(found: list[Step]) -> list[Step]:
    """Return the steps that somebody still has to take."""
    return [step for step in found if step.state in (OPEN, FAILING)]
