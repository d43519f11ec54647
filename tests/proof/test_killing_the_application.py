"""``kill -9`` of the application in the middle of a save, and of a confirmation."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from django.test import Client

from focusadmin.identity.models import User
from integrations import tasks
from integrations.management.processes import serves
from integrations.models import Batch, BatchPart, Calendar, Change, Source
from integrations.sandbox import RequestSeen, Sandbox
from tests.browsing import Form, read
from tests.check.demos import HOST, eventually
from tests.conftest import signed_in
from tests.proof.processes import Crew
from tests.proof.whole import calendars
from tests.support.plugin import PROVE
from tests.support.postgres import free_port
from tests.views.addresses import of
from tests.views.walking import choose, run, select

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMATIONS = 10 if PROVE else 1
#: When the application is killed, and whether its write arrives all the same.
MOMENTS = [
    ("before", "list_calendars", False),
    ("after", "list_calendars", False),
    ("before", "update_calendar", True),
    ("after", "update_calendar", True),
]


@pytest.fixture
def mia(manager: User, everything: Source) -> Client:
    """Mia's browser as the tests have it, in front of the same database."""
    return signed_in(manager)


def doomed(staff: Crew) -> tuple[Callable[[], None], str]:
    """Start the application; returns what kills it, and its address."""
    port = free_port()
    application = staff.application(port)
    assert eventually(lambda: serves(HOST, port, "/healthz"), seconds=60), staff.log.read_text()
    return lambda: staff.kill(application), f"http://{HOST}:{port}"


def send(url: str, browser: Client, page: Any, form: Form, **changes: str) -> None:
    """Send a form of a page to an application that is killed before it answers, or has answered."""
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    address = url + urljoin(page.request["PATH_INFO"], form.action)
    values = form.values | changes
    with suppress(requests.ConnectionError):
        requests.post(address, values, cookies=cookies, allow_redirects=False, timeout=30)


@pytest.mark.parametrize(("moment", "operation", "is_written"), MOMENTS if PROVE else MOMENTS[1:3])
def test_a_save_that_nobody_finished_is_told_truly(
    box: Sandbox,
    staff: Crew,
    mia: Client,
    moment: str,
    operation: str,
    is_written: bool,
) -> None:
    calendar = Calendar.objects.select_related("account").order_by("pk")[0]
    here = of("calendar-edit", calendar)
    page = mia.get(here)
    kill, url = doomed(staff)

    def between(now: str, seen: RequestSeen) -> None:
        if (now, seen.operation) == (moment, operation):
            kill()

    box.let_happen(between)
    send(url, mia, page, read(page).form(button="Save"), background_color="#123456")
    box.let_happen(None)

    change = Change.objects.get()
    assert change.outcome == Change.Outcome.SENDING  # what is known is that it was begun
    time.sleep(2.5)  # its lease ends
    page = read(mia.get(here))
    change.refresh_from_db()
    written = box.world.calendar(calendar.account.integration_id, calendar.calendar_id)
    assert (written["background_color"] == "#123456") is is_written
    assert (change.outcome == Change.Outcome.DONE) is is_written
    assert (change.outcome, change.error) in {("done", ""), ("failed", "not-saved")}


@pytest.mark.parametrize("confirmation", range(CONFIRMATIONS))
def test_a_confirmation_is_kept_whole_or_not_at_all(
    box: Sandbox, staff: Crew, mia: Client, confirmation: int
) -> None:
    rows = Calendar.objects.order_by("pk")
    preview = choose(
        mia, select(mia, *rows), background_color_choice="set", background_color="#0b8044"
    )
    kill, url = doomed(staff)
    form = read(preview).form("/run/")

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send, url, mia, preview, form)
        time.sleep(random.uniform(0.02, 0.6))
        kill()
        sent.result()
    begun = Batch.objects.count()
    assert Change.objects.count() == begun * len(rows)
    assert BatchPart.objects.count() == begun

    run(mia, preview)  # pressed again, once the application is back

    batch = Batch.objects.get()
    while not Batch.objects.filter(pk=batch.pk).exclude(finished_at=None).exists():
        tasks.take_up()
        tasks.run_next()
    assert {calendar["background_color"] for calendar in calendars(box).values()} == {"#0b8044"}
    changes = Change.objects.filter(batch=batch)
    assert changes.count() == len(rows)
    assert set(changes.values_list("outcome", flat=True)) == {"done"}
