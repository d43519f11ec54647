"""Sending the mail that waits.

Each recipient gets a copy of their own, so that one who is refused is known, and holds up nobody.
A mail is deleted once a server has taken it for all of them, and tried again for the others until
one does. A copy is sent twice only if the process or the connection ends between the server's
taking it and our hearing of that; then both have one Message-ID, by which mail programs know them
for the same.
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from focusadmin.redaction import redact
from integrations.models import Mail

logger = logging.getLogger(__name__)

#: Longer than a server can take that answers each step within EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
#: After a failure, and the longest pause that they grow to.
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """How many mails still wait, and why the last try failed."""

    number: int
    why: str


@dataclass(frozen=True)
class Sent(Waiting):
    """The same after a try, and how many went out by it."""

    sent: int


def is_on() -> bool:
    """Say whether there is anybody to tell."""
    return bool(settings.EMAIL_TO)


def waiting() -> Waiting:
    """Return what was not sent yet."""
    failed = Mail.objects.exclude(last_error="").order_by("created_at").first()
    return Waiting(Mail.objects.count(), failed.last_error if failed else "")


def send_waiting(*, at_once: bool = False) -> Sent:
    """Send what waits, the oldest first, until the server fails.

    ``at_once``: whatever failed before.
    """
    sent = 0
    for mail in Mail.objects.order_by("created_at", "pk"):
        if not _lease(mail, at_once):
            continue
        error = _deliver(mail)
        if error is None:
            Mail.objects.filter(pk=mail.pk).delete()
            sent += 1
            logger.info("mail %s: sent", mail.pk)
            continue
        _failed(mail, error)
        if not isinstance(error, smtplib.SMTPRecipientsRefused):
            break
    left = waiting()
    return Sent(left.number, left.why, sent)


def _deliver(mail: Mail) -> OSError | None:
    """Send a mail that is ours to all who have not got it; returns what prevented it for one."""
    mail.refresh_from_db()  # somebody else may have sent some of it
    refused = None
    for address in _missing(mail):
        try:
            _message(mail, address).send()
        except smtplib.SMTPRecipientsRefused as error:
            refused = error
        except OSError as error:  # what smtplib raises is one
            return error
        else:
            mail.taken_for.append(address)
            mail.lease_until = timezone.now() + LEASE
            mail.save(update_fields=["taken_for", "lease_until"])
    return refused


def _missing(mail: Mail) -> list[str]:
    return [address for address in settings.EMAIL_TO if address not in mail.taken_for]


def _message(mail: Mail, recipient: str) -> EmailMessage:
    """Return one recipient's copy, which names all of them."""
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    headers = {
        "To": ", ".join(settings.EMAIL_TO),
        "Message-ID": f"<{mail.pk}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(mail.subject, mail.body, to=[recipient], headers=headers)


def _lease(mail: Mail, at_once: bool) -> bool:
    """Take the right to send a mail that is still there, and whose time has come."""
    now = timezone.now()
    free = Mail.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=mail.pk)
    due = free if at_once else free.filter(due_at__lte=now)
    return bool(due.update(lease_until=now + LEASE))


def _failed(mail: Mail, error: OSError) -> None:
    why = redact(" ".join(f"{type(error).__name__}: {error}".split()))
    pause = min(PAUSE * 2 ** min(mail.failures, 10), LONGEST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(
        due_at=timezone.now() + pause,
        failures=mail.failures + 1,
        last_error=why[:200],
        lease_until=None,
    )
    missing, everybody = len(_missing(mail)), len(settings.EMAIL_TO)
    logger.warning(
        "mail %s: not sent to %d of %d, and tried again: %s", mail.pk, missing, everybody, why
    )
