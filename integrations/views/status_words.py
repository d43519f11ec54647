"""The status page in words: a verdict for each part, and a text that may be sent to anybody."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from focusadmin.redaction import redact
from integrations.services import mailing
from integrations.services.key_states import PROBLEMS
from integrations.views.status_rows import Status


def verdicts(found: Status) -> list[dict[str, Any]]:
    """Return for each part its name, a word, the word's tone, and what to do where it is bad."""
    return [_database(found), _worker(found), _keys(found), _queue(found), _mail(found)]


def _database(found: Status) -> dict[str, Any]:
    if found.versions.is_migrated:
        return _verdict(_("Database"), _("Up to date"), "good")
    advice = _("Whoever runs Focusadmin has to run manage.py migrate.")
    return _verdict(_("Database"), _("Not up to date"), "bad", advice)


def _worker(found: Status) -> dict[str, Any]:
    alive, _last = found.workers
    if alive:
        text = ngettext("%(number)s is there", "%(number)s are there", alive)
        return _verdict(_("Workers"), text % {"number": alive}, "good")
    advice = _("Bulk edits wait until whoever runs Focusadmin starts manage.py worker.")
    return _verdict(_("Workers"), _("None is there"), "bad", advice)


def _keys(found: Status) -> dict[str, Any]:
    bad = sum(row["state"] in {state.value for state in PROBLEMS} for row in found.keys)
    if not bad:
        return _verdict(_("Keys"), _("No problem known"), "good")
    text = ngettext("%(number)s has a problem", "%(number)s have a problem", bad)
    return _verdict(_("Keys"), text % {"number": bad}, "bad", _("Which, is below."))


def _queue(found: Status) -> dict[str, Any]:
    open_ = sum(number for state, number in found.batches.items() if state != "finished")
    if not open_:
        return _verdict(_("Bulk edits"), _("None under way"), "neutral")
    text = ngettext("%(number)s under way", "%(number)s under way", open_)
    return _verdict(_("Bulk edits"), text % {"number": open_}, "neutral")


def _mail(found: Status) -> dict[str, Any]:
    if not mailing.is_on():
        return _verdict(_("Mail"), _("Off"), "neutral")
    if not found.mail.number:
        return _verdict(_("Mail"), _("Nothing waits"), "good")
    text = ngettext("%(number)s not sent yet", "%(number)s not sent yet", found.mail.number)
    advice = _("It is tried again by itself; the log says what the mail server answered.")
    return _verdict(_("Mail"), text % {"number": found.mail.number}, "warn", advice)


def _verdict(name: str, text: str, tone: str, advice: str = "") -> dict[str, Any]:
    return {"name": name, "text": text, "tone": tone, "advice": advice}


def support(found: Status, request_id: str) -> str:
    """Return the text for support: no secret, no name, no address; a key is the start of its id.

    It is not translated: whoever reads it may not speak this page's language.
    """
    return redact("\n".join(_lines(found, request_id)))


def _lines(found: Status, request_id: str) -> Iterator[str]:
    about, (alive, last) = found.versions, found.workers
    yield f"Focusadmin {about.product}, {timezone.now().isoformat(timespec='seconds')}"
    yield f"Django {about.django}, Python {about.python} on {about.system}, {about.database}"
    yield f"Migrations: {'up to date' if about.is_migrated else 'not up to date'}"
    yield f"Sign-in: {type(settings.SIGN_IN).__name__}; mail: {'on' if mailing.is_on() else 'off'}"
    yield f"Workers: {alive}, last sign of life {last.isoformat() if last else 'never'}"
    yield f"Bulk edits: {_counts(found.batches)}"
    yield f"Accounts: {_counts(found.accounts)}"
    yield f"Mails waiting: {found.mail.number}"
    for row in found.keys:
        hours = "; ".join(_hour(hour) for hour in row["hours"]) or "quota not known"
        yield f"Key {row['number']}: {row['state']}, {hours}"
    for row in found.errors:
        at = row["at"].isoformat(timespec="seconds")
        ids = f"trace {row['trace'] or '-'}, request {row['request'] or '-'}"
        yield f"Error {at}: {row['code']}, key {row['number']}, {ids}"
    yield f"This page: request {request_id}"


def _hour(hour: dict[str, Any]) -> str:
    until = hour["resets_at"].isoformat(timespec="seconds") if hour["resets_at"] else "-"
    return f"{hour['left']} requests left until {until}"


def _counts(found: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in found.items())
