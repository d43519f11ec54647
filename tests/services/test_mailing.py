"""Sending mail, to a server that listens on a real socket."""

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from django.conf import LazySettings
from django.utils import timezone

from integrations.models import Mail
from integrations.services import mailing
from integrations.services.mailing import Sent
from tests.support.mailbox import Mailbox, mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: LazySettings) -> Iterator[Mailbox]:
    """A mail server, and settings that name it."""
    with mailbox() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = (
            "127.0.0.1",
            found.port,
            5,
        )
        settings.EMAIL_TO = ("it@example.com", "ann@example.com")
        settings.DEFAULT_FROM_EMAIL = "focusadmin@example.com"
        yield found


def waits(subject: str = "Broken") -> Mail:
    """Leave a mail to be sent."""
    return Mail.objects.create(subject=subject, body=f"Text of {subject}: ü\n.\n")


def test_it_arrives_once(box: Mailbox) -> None:
    mail = waits()

    assert mailing.send_waiting() == Sent(0, "", 1)
    assert mailing.send_waiting() == Sent(0, "", 0)

    assert box.recipients == ["it@example.com", "ann@example.com"]
    for letter in box.letters:
        assert (letter["Subject"], letter["From"]) == ("Broken", "focusadmin@example.com")
        assert letter["To"] == "it@example.com, ann@example.com"
        assert letter["Message-ID"] == f"<{mail.pk}@example.com>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter.get_content().replace("\r", "") == "Text of Broken: ü\n.\n"


def test_one_who_is_refused_holds_up_nobody_and_gets_it_later(
    box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.refused = {"it@example.com"}
    first, second = waits("First"), waits("Second")

    failed = mailing.send_waiting()

    assert (failed.sent, failed.number) == (0, 2)
    assert "550" in failed.why
    assert [letter["Subject"] for letter in box.letters] == ["First", "Second"]
    assert f"mail {first.pk}: not sent to 1 of 2, and tried again: SMTPRecipients" in caplog.text
    assert "ann@example.com" not in caplog.text

    box.refused = set()
    assert mailing.send_waiting(at_once=True) == Sent(0, "", 2)
    assert box.recipients == [*["ann@example.com"] * 2, *["it@example.com"] * 2]
    numbers = [letter["Message-ID"] for letter in box.letters]
    assert numbers == [f"<{mail.pk}@example.com>" for mail in (first, second)] * 2


def test_one_who_is_refused_for_ever_is_taken_out_of_the_settings(
    box: Mailbox, settings: LazySettings
) -> None:
    box.refused = {"it@example.com"}
    waits()
    mailing.send_waiting()

    settings.EMAIL_TO = ("ann@example.com",)

    assert mailing.send_waiting(at_once=True) == Sent(0, "", 1)
    assert box.recipients == ["ann@example.com"]


@pytest.mark.parametrize("fault", ["refuse", "busy"])
def test_what_is_refused_is_tried_again_later(box: Mailbox, fault: str) -> None:
    waits()
    box.fault = fault

    failed = mailing.send_waiting()
    assert (failed.sent, failed.number) == (0, 1)
    assert {"refuse": "nobody here", "busy": "try later"}[fault] in failed.why

    box.fault = ""
    assert mailing.send_waiting().sent == 0  # not before its time
    Mail.objects.update(due_at=timezone.now())
    assert mailing.send_waiting() == Sent(0, "", 1)
    assert box.recipients[-2:] == ["it@example.com", "ann@example.com"]
    assert len(box.letters) == 2


def test_a_server_that_is_away_costs_nothing_but_time(box: Mailbox, settings: LazySettings) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        waits("First")
        waits("Second")

        assert "Refused" in mailing.send_waiting().why
    assert Mail.objects.filter(failures=0).count() == 1  # nobody knocks twice at once

    settings.EMAIL_PORT = box.port
    assert mailing.send_waiting(at_once=True) == Sent(0, "", 2)
    assert [letter["Subject"] for letter in box.letters] == ["First"] * 2 + ["Second"] * 2


def test_pauses_grow_up_to_an_hour(box: Mailbox) -> None:
    box.fault = "busy"
    mail = waits()
    pauses = []
    for _ in range(8):
        mailing.send_waiting(at_once=True)
        mail.refresh_from_db()
        pauses.append(round((mail.due_at - timezone.now()) / timedelta(minutes=1)))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_one_that_was_taken_unheard_comes_again_as_the_same(box: Mailbox) -> None:
    waits()
    box.fault = "drop"
    mailing.send_waiting()

    box.fault = ""
    mailing.send_waiting(at_once=True)

    first, second, _other = box.letters
    assert box.recipients == ["it@example.com"] * 2 + ["ann@example.com"]
    assert first["Message-ID"] == second["Message-ID"]


def test_one_that_somebody_else_is_sending_is_left_alone(box: Mailbox) -> None:
    mail = waits()
    Mail.objects.update(lease_until=timezone.now() + mailing.LEASE)

    assert mailing.send_waiting(at_once=True).sent == 0

    Mail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert mailing.send_waiting().sent == 1
    assert str(mail) == "Broken"


def test_a_server_has_to_be_the_one_that_its_certificate_names(
    box: Mailbox, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, known = trustme.CA(), tmp_path / "known.pem"
    authority.cert_pem.write_to_path(str(known))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST = True, "localhost"
    waits()
    with mailbox(tls) as secure:
        settings.EMAIL_PORT = secure.port
        assert "CERTIFICATE_VERIFY_FAILED" in mailing.send_waiting().why

        monkeypatch.setenv("SSL_CERT_FILE", str(known))
        settings.EMAIL_HOST = "127.0.0.1"  # it is not called so
        assert "CERTIFICATE_VERIFY_FAILED" in mailing.send_waiting(at_once=True).why
        assert secure.letters == []

        settings.EMAIL_HOST = "localhost"
        assert mailing.send_waiting(at_once=True).sent == 1


def test_what_a_server_says_holds_no_secret(box: Mailbox, settings: LazySettings) -> None:
    mail = waits()
    box.fault = "refuse"
    settings.EMAIL_TO = ("toggl_sk_" + "5a" * 16 + "@example.com",)

    why = mailing.send_waiting().why

    assert "[removed]" in why
    assert "5a5a" not in why
    mail.refresh_from_db()
    assert "5a5a" not in mail.last_error


def test_without_anybody_to_tell_it_is_off(settings: LazySettings) -> None:
    settings.EMAIL_TO = ()

    assert not mailing.is_on()
