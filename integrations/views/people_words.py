"""The words for people, their keys and their roles."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from focusadmin.identity.configuration import Local
from focusadmin.identity.models import LOCAL, User
from focusadmin.identity.roles import Role
from integrations.models import Source
from integrations.services import authority, freshness
from integrations.services.key_states import KeyState
from integrations.services.standing import Holder
from integrations.views import failures, permissions, words
from integrations.views.words import Text

TONES = {
    KeyState.UNREADABLE: "bad",
    KeyState.EXPIRED: "bad",
    KeyState.REFUSED: "bad",
    KeyState.DOUBTED: "warn",
    KeyState.UNPROVEN: "warn",
    KeyState.SOON: "warn",
    KeyState.GOOD: "good",
}


def accounts_words(holder: Holder) -> str:
    """Say how many accounts a key sees, and how many need attention."""
    number, needing = holder.accounts, holder.attention
    told = ngettext("%(number)s account", "%(number)s accounts", number) % {"number": number}
    if not needing:
        return told
    attention = ngettext("%(number)s needs attention", "%(number)s need attention", needing)
    return f"{told}, {attention % {'number': needing}}"


def role_words(person: User) -> Text:
    """Say what is known of a person's role: a proxy tells it anew with each request."""
    if is_by_proxy(person):
        return _("From the proxy, at each visit")
    if not isinstance(settings.SIGN_IN, Local):
        return _("None: nobody signs in with a password here")
    role = Role.named(person.role)
    return permissions.LABELS[role] if role else _("No role")


def has_no_role(person: User) -> bool:
    """Say whether it is known that a person may open nothing: of a proxy's people it never is."""
    return not is_by_proxy(person) and not person.role


def is_by_proxy(person: User) -> bool:
    """Say whether a proxy vouches for this person."""
    return person.issuer != LOCAL


def signs_in(person: User) -> str:
    """Say who a person is to whoever signs them in."""
    values = {"issuer": person.issuer, "subject": person.subject}
    if is_by_proxy(person):
        return _("signs in as %(subject)s at %(issuer)s") % values
    return _("signs in with a password")


def signed_in(issuer: str, subject: str) -> str:
    """Say who somebody was, as the record names them, to whoever vouched for them."""
    values = {"issuer": issuer, "subject": subject}
    if issuer == LOCAL:
        return _("%(subject)s, with a password") % values
    if issuer == authority.CLI:
        return _("%(subject)s, at the command line of the server") % values
    return _("%(subject)s at %(issuer)s") % values


def key_words(holder: Holder) -> str:
    """Say in a sentence how the key is, and who can do something about it."""
    values = {"name": holder.user, "date": words.day(holder.key.expires_on if holder.key else None)}
    return str(_KEY_WORDS[holder.key_state]) % values


def source_problem(row: Source) -> Text:
    """Say what went wrong when a key was last asked about one workspace; empty where nothing."""
    if freshness.is_outside(row):
        return _("Does not belong to this workspace")
    if row.last_error in _KEY_ERRORS:
        return _KEY_ERRORS[row.last_error]
    told = failures.by_code(row.last_error)
    return told.title if told else row.last_error


_KEY_ERRORS: dict[str, Text] = {
    "credentials": _lazy("Focus refuses the key"),
    "key-unreadable": _lazy("The key cannot be decrypted"),
    "key-missing": _lazy("There is no shared key"),
    "key-expired": _lazy("The key has expired"),
    "key-doubted": _lazy("Whose key it is has to be answered first"),
}
_KEY_WORDS: dict[KeyState, Text] = {
    KeyState.UNREADABLE: _lazy(
        "The stored key cannot be decrypted, so nothing is read with it. If that is so for several"
        " people, whoever runs Focusadmin should check FOCUS_ENCRYPTION_KEYS. Else %(name)s has to"
        " enter it again."
    ),
    KeyState.EXPIRED: _lazy("The key’s last day was %(date)s. %(name)s has to enter a new one."),
    KeyState.REFUSED: _lazy(
        "Focus refuses the key: it was revoked or replaced there. %(name)s has to enter a new one."
    ),
    KeyState.DOUBTED: _lazy(
        "The key that was entered last shows none of the accounts seen before. Nothing is done with"
        " it until %(name)s says whose key it is."
    ),
    KeyState.UNPROVEN: _lazy(
        "The key was replaced. Nothing is written through it before its first good answer from"
        " Focus."
    ),
    KeyState.SOON: _lazy("The key’s last day is %(date)s. %(name)s should enter a new one."),
    KeyState.NONE: _lazy("%(name)s has not added a Focus key."),
    KeyState.UNCHECKED: _lazy("The key has not been used to ask Focus anything yet."),
    KeyState.GOOD: _lazy("Focus accepts the key."),
    KeyState.PRIVATE: _lazy(
        "%(name)s keeps to themselves what this key sees. That it is there, and since when, is all"
        " that is shown to you."
    ),
}
