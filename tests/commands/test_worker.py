"""``manage.py worker``: a real process beside the tests, and what becomes of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection

from focusadmin.identity.models import User
from integrations import tasks
from integrations.models import Account, Batch, Change, Source, WorkerBeat
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.bulk import begin_all, outcomes
from tests.check.demos import eventually
from tests.check.sources import ROOT
from tests.support.mailbox import Mailbox, mailbox

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[..., subprocess.Popen[str]]


def database_url() -> str:
    """Return the address of the database that the tests use."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    login = f"{found['USER']}:{found['PASSWORD']}"
    return f"postgres://{login}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def start(sandbox: Sandbox) -> Iterator[Start]:
    """Start workers, as an installation does; none of them outlives the test."""
    begun: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "FOCUS_API_URL": settings.FOCUS_API_URL,
        "FOCUS_API_KEY": settings.FOCUS_API_KEY,
        "WRITE_LEASE": "15",
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
    }

    def begin(**changes: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env=environment | changes,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=15)


def is_finished(batch: Batch) -> bool:
    """Say whether a batch has come to its end."""
    return Batch.objects.get(pk=batch.pk).finished_at is not None


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


def test_it_carries_out_what_is_due_mails_what_broke_and_ends_on_a_signal(
    accounts: dict[str, Account],
    source: Source,
    manager: User,
    actor: Actor,
    start: Start,
    box: Mailbox,
    sandbox: Sandbox,
) -> None:
    batch = begin_all(source, by=actor, most=5, background_color="#123456")
    tasks.hand_over(batch.parts.all())

    worker = start(
        EMAIL_URL=f"smtp://127.0.0.1:{box.port}",
        EMAIL_FROM="focusadmin@example.com",
        EMAIL_TO="it@example.com",
    )

    assert eventually(lambda: is_finished(batch) and bool(box.letters), seconds=60)
    assert outcomes(batch) == [("done", "")] * 5
    assert [letter["Subject"] for letter in box.letters] == [
        "Focusadmin: events@example.com does not work"
    ]
    # The test's own, and the one that a batch begins with.
    assert [request.operation for request in sandbox.requests].count("list_accounts") == 2
    assert WorkerBeat.objects.count() == 1
    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=15)
    assert worker.returncode == 0, said
    assert "here" in said
    assert "has ended" in said
    assert not WorkerBeat.objects.exists()


@pytest.mark.thorough
def test_it_finishes_the_request_in_hand_and_begins_no_other(
    accounts: dict[str, Account],
    source: Source,
    manager: User,
    actor: Actor,
    sandbox: Sandbox,
    start: Start,
) -> None:
    sandbox.fault("update_calendar", "delay", times=None, seconds=1.5)
    batch = begin_all(source, by=actor, most=12, background_color="#123456")
    tasks.hand_over(batch.parts.all())
    worker = start()
    sending = Change.objects.filter(outcome=Change.Outcome.SENDING)
    assert eventually(lambda: sending.count() == settings.BATCH_IN_FLIGHT, seconds=60)

    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=15)

    assert worker.returncode == 0, said
    assert sorted(outcomes(batch)) == [("done", "")] * 4 + [("intended", "")] * 8
    assert not is_finished(batch)


@pytest.mark.thorough
def test_it_takes_up_what_a_killed_one_has_dropped(
    accounts: dict[str, Account],
    source: Source,
    manager: User,
    actor: Actor,
    sandbox: Sandbox,
    start: Start,
) -> None:
    sandbox.fault("update_calendar", "delay", times=3, seconds=2)
    batch = begin_all(source, by=actor, most=6, background_color="#123456")
    tasks.hand_over(batch.parts.all())
    first = start()
    sending = Change.objects.filter(outcome=Change.Outcome.SENDING)
    assert eventually(lambda: sending.count() > 0, seconds=60)
    first.kill()
    first.wait(timeout=15)

    start()

    assert eventually(lambda: is_finished(batch), seconds=60)
    assert outcomes(batch) == [("done", "")] * 6
