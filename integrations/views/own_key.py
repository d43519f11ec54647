"""One's own key in words: how it is, why one was not stored, and the banner that warns of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.models import Key, Source
from integrations.services import people_keys, vault
from integrations.services.key_checks import TooManyChecksError
from integrations.services.key_states import KeyState
from integrations.services.people_keys import KeyEntryError, NoVaultError, TakenError
from integrations.views import words
from integrations.views.words import Text


@dataclass(frozen=True)
class Told:
    """A state in words: the tag's tone and word, and a sentence."""

    tone: str
    word: Text
    sentence: Text


@dataclass(frozen=True)
class Notice:
    """A line on every page: what to know about a key, and where to do something about it."""

    text: str
    href: str
    action: str


_STATES: dict[KeyState, tuple[str, Text, Text]] = {
    KeyState.UNREADABLE: (
        "bad",
        _lazy("Cannot be read"),
        _lazy("It is stored, but cannot be decrypted any more, and is not used. Enter it again."),
    ),
    KeyState.EXPIRED: (
        "bad",
        _lazy("Expired"),
        _lazy("Its last day was %(day)s. It is not used for anything until you replace it."),
    ),
    KeyState.REFUSED: (
        "bad",
        _lazy("Refused"),
        _lazy("Focus refused it. It may have expired, or a newer key has replaced it."),
    ),
    KeyState.DOUBTED: (
        "warn",
        _lazy("In doubt"),
        _lazy("It may be another person’s. It is not used until you say whose it is."),
    ),
    KeyState.UNPROVEN: (
        "warn",
        _lazy("Not proven yet"),
        _lazy("It is new. It changes nothing until its first list of accounts has arrived."),
    ),
    KeyState.SOON: ("warn", _lazy("Expires soon"), _lazy("It works. Its last day is %(day)s.")),
    KeyState.GOOD: ("good", _lazy("Works"), _lazy("Focus answered it.")),
    KeyState.UNCHECKED: (
        "good",
        _lazy("Works"),
        _lazy("Focus accepted it when it was entered. No accounts were listed with it yet."),
    ),
}
_REFUSALS: dict[type[Exception], Text] = {
    NoVaultError: _lazy(
        "Keys cannot be stored here yet: whoever runs Focusadmin has to set"
        " FOCUS_ENCRYPTION_KEYS first."
    ),
    TakenError: _lazy(
        "Somebody else has stored the same key here, and a Focus key is one person’s. If it is"
        " yours, make a new one in Focus: that ends the old one wherever it is."
    ),
    focus.CredentialsError: _lazy(
        "Focus refuses it: it may be mistyped, expired, or replaced by a newer one."
    ),
    focus.ForbiddenError: _lazy("Focus knows it, but does not let it be used here."),
    focus.QuotaError: _lazy(
        "Its requests of this hour are used up, so Focus could not be asked whether it works."
        " Try again when the hour is over."
    ),
    focus.RejectedError: _lazy("Focus did not accept the question whether it works."),
    focus.UnavailableError: _lazy(
        "Focus could not be reached, so nobody knows whether it works. Try again in a moment."
    ),
    focus.BadResponseError: _lazy(
        "Focus answered something that cannot be read, so nobody knows whether it works."
    ),
}


def state(key: Key, known: KeyState) -> Told:
    """Say how one's own key is, of which ``known`` was seen."""
    try:
        vault.secret_of(key)
    except vault.VaultError:
        known = KeyState.UNREADABLE
    tone, word, sentence = _STATES[known]
    return Told(tone, word, str(sentence) % {"day": words.day(key.expires_on)})


def refusal(error: focus.FocusError | KeyEntryError | TooManyChecksError) -> str:
    """Say why a key was not stored."""
    if isinstance(error, TooManyChecksError):
        return _too_many(error.minutes)
    why: Text = next(_REFUSALS[cause] for cause in type(error).__mro__ if cause in _REFUSALS)
    if isinstance(error, focus.QuotaError) and error.resets_at is not None:
        time = date_format(timezone.localtime(error.resets_at), "H:i")
        told = _("Its requests of this hour are used up: Focus can be asked again at %(time)s.")
        why = told % {"time": time}
    return _("%(why)s Nothing was stored.") % {"why": why}


def _too_many(minutes: int) -> str:
    told = ngettext(
        "Too many checks have failed within an hour, yours or those of this e-mail address, so"
        " nothing was checked or stored. The next is possible in %(minutes)s minute.",
        "Too many checks have failed within an hour, yours or those of this e-mail address, so"
        " nothing was checked or stored. The next is possible in %(minutes)s minutes.",
        minutes,
    )
    return told % {"minutes": minutes}


def notice(request: HttpRequest) -> dict[str, Any]:
    """Return the line about keys that a person has to see wherever they are."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    is_manager = access.role_of(request) == Role.MANAGER
    is_about_it = request.path == reverse("me")  # the page says at length how one's own key is
    told = [
        _notice(key)
        for key in _own_and_shared(request)
        if (is_manager and key.doubted_at if key.owner_id is None else not is_about_it)
    ]
    return {"key_notices": [line for line in told if line and line.href != request.path]}


def _own_and_shared(request: HttpRequest) -> Iterable[Key]:
    sources: list[Source] | None = getattr(request, "sources", None)
    if sources is None:
        return Key.objects.filter(Q(owner=request.user.pk) | Q(owner=None))
    return [row.key for row in sources if row.key.owner_id in (None, request.user.pk)]


def _notice(key: Key) -> Notice | None:
    if key.doubted_at is not None:
        shared = key.owner_id is None
        return Notice(
            _("The shared Focus key was replaced, and may be another person’s. It is not used.")
            if shared
            else _("Your new Focus key may be another person’s. It is not used."),
            reverse("shared-key" if shared else "me-whose"),
            _("Say whose it is"),
        )
    left = people_keys.days_left(key)
    if left is None:
        return None
    return Notice(_ends(key, left), reverse("me-key"), _("Replace it"))


def _ends(key: Key, left: int) -> str:
    if left < 0:
        told = _("Your Focus key expired: its last day was %(day)s. It is not used for anything.")
    elif left == 0:
        told = _("Today is the last day of your Focus key.")
    else:
        told = ngettext(
            "Your Focus key expires in %(left)s day: its last day is %(day)s.",
            "Your Focus key expires in %(left)s days: its last day is %(day)s.",
            left,
        )
    return told % {"left": left, "day": words.day(key.expires_on)}
