"""The person whom a proxy's word names: (issuer, subject), and nothing else."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from focusadmin.identity.asserted import Asserted
from focusadmin.identity.errors import SignInError
from focusadmin.identity.models import LOCAL, User

#: The longest issuer and subject that a person is kept under; nothing is ever cut.
LONGEST = 200
#: Where a session remembers [issuer, subject] of whose it is; it gives nobody any right.
SESSION_PERSON = "person"


def asserted(who: Asserted) -> User:
    """Return the person, who is added at first sight; their e-mail and name follow the proxy's.

    Raises SignInError for somebody who is disabled, and for what cannot be a person's key.
    """
    for text in (who.issuer, who.subject):
        if not text or len(text) > LONGEST or not text.isprintable():
            raise SignInError("malformed", "The issuer or subject cannot be kept as it is.")
    if who.issuer == LOCAL:
        raise SignInError("issuer", "No proxy speaks for the people who sign in here.")
    shown = {"email": _shown(who.email, 254), "name": _shown(who.name, 200)}
    person, _created = User.objects.get_or_create(
        issuer=who.issuer,
        subject=who.subject,
        defaults={**shown, "password": make_password(None)},
    )
    if not person.is_active:
        raise SignInError("disabled", "The person is known here, and may no longer sign in.")
    _follow(person, shown)
    return person


def prefer(person: User, **chosen: Any) -> None:
    """Keep what a person prefers: language, time_zone, theme, density, shortcuts."""
    User.objects.filter(pk=person.pk).update(**chosen)
    for name, value in chosen.items():
        setattr(person, name, value)


def language(person: User) -> str:
    """Return the language that a person chose, as far as it is offered; empty for none."""
    return person.language if person.language in dict(settings.LANGUAGES) else ""


def _follow(person: User, shown: dict[str, str]) -> None:
    """Write what is shown of a person where it changed: once, not on every request."""
    if shown != {"email": person.email, "name": person.name}:
        User.objects.filter(pk=person.pk).update(**shown)
        person.email, person.name = shown["email"], shown["name"]


def _shown(text: str, longest: int) -> str:
    """Return a text for display: one printable line that fits its column."""
    return "".join(sign for sign in text if sign.isprintable())[:longest]
