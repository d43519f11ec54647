"""Several people at the same moment, each in a thread with a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import Any, TypeVar

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from tests.browsing import read, send
from tests.conftest import WORKSPACE
from tests.teamwork import BO, give_key, person
from tests.views.addresses import at, of

pytestmark = pytest.mark.django_db(transaction=True)
Asked = Callable[[], list[str]]
T = TypeVar("T")
PEOPLE = 5


def together(*works: Callable[[], T]) -> list[T]:
    """Do everything at the same moment and return what came of each."""
    ready = Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        ready.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def browsers(manager: User, sandbox: Sandbox) -> list[Client]:
    """As many browsers, in each of them Mia."""
    sandbox.switches.latency = 0.1
    found = [Client() for _ in range(PEOPLE)]
    for browser in found:
        browser.force_login(manager)
    return found


@pytest.fixture
def calendar(browsers: list[Client]) -> Calendar:
    """A calendar that everybody sees."""
    browsers[0].get(at("accounts"))
    return Calendar.objects.select_related("account").get(name="Equipment")


def test_the_first_page_of_all_costs_one_request(browsers: list[Client], asked: Asked) -> None:
    pages = together(*(lambda b=b: b.get(at("accounts")) for b in browsers))

    assert asked() == ["list_accounts"]
    assert all("6 accounts" in read(page).words for page in pages)
    assert Key.objects.count() == 1
    assert Source.objects.count() == 1


def test_a_page_whose_rows_are_old_costs_everybody_together_one_request(
    browsers: list[Client], calendar: Calendar, asked: Asked
) -> None:
    Source.objects.update(last_good_at="2026-01-01T00:00:00Z")
    asked()

    pages = together(*(lambda b=b: b.get(at("calendars")) for b in browsers))

    assert asked() == ["list_accounts"]
    assert all("30 calendars" in read(page).words for page in pages)


def test_of_several_edits_at_once_one_is_saved_and_the_others_are_told(
    browsers: list[Client], calendar: Calendar, sandbox: Sandbox, asked: Asked
) -> None:
    here = of("calendar-edit", calendar)
    forms = [browser.get(here) for browser in browsers]
    asked()

    def save(number: int) -> Any:
        colour = f"#00000{number}"
        return send(browsers[number], forms[number], button="Save", background_color=colour)

    answers = together(*(lambda n=n: save(n) for n in range(PEOPLE)))

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: PEOPLE - 1}
    assert asked().count("update_calendar") == 1
    outcomes = Counter(change.outcome for change in Change.objects.all())
    assert outcomes["done"] == 1
    assert outcomes["failed"] + outcomes["conflict"] == PEOPLE - 1
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 302)
    stored = sandbox.world.calendar(710002, calendar.calendar_id)["background_color"]
    assert stored == f"#00000{winner}"


def test_reading_refreshing_and_saving_at_once_end_with_what_focus_has(
    browsers: list[Client], calendar: Calendar, sandbox: Sandbox, source: Source
) -> None:
    form = browsers[0].get(of("calendar-edit", calendar))
    refresh = of("account-refresh", Account.objects.get(email="studio@example.com"))

    answers = together(
        lambda: send(browsers[0], form, button="Save", foreground_color="#ffffff"),
        lambda: browsers[1].post(refresh),
        lambda: browsers[2].post(at("check")),
        lambda: browsers[3].post(at("check")),
        lambda: browsers[4].post(refresh),
    )

    assert {answer.status_code for answer in answers} <= {302, 409}
    mirror.read(source)
    rows = {row.calendar_id: row for row in Calendar.objects.filter(gone_at=None)}
    theirs = [c for a in sandbox.world.accounts(sandbox.shared_key) for c in a["calendars"]]
    assert {c["calendar_id"]: c["background_color"] for c in theirs} == {
        number: row.background_color for number, row in rows.items()
    }


def test_a_listing_on_its_way_does_not_undo_a_save_that_overtakes_it(
    browsers: list[Client], calendar: Calendar, sandbox: Sandbox
) -> None:
    form = browsers[0].get(of("calendar-edit", calendar))
    sandbox.switches.latency = 0
    sandbox.fault("list_accounts", "delay", seconds=0.5)

    together(
        lambda: browsers[1].post(at("check")),
        lambda: send(browsers[0], form, button="Save", foreground_color="#ffffff"),
    )

    calendar.refresh_from_db()
    assert calendar.foreground_color == "#ffffff"


def test_a_key_that_is_replaced_is_noticed_once(
    manager: User, sandbox: Sandbox, settings: LazySettings
) -> None:
    before = keys.shared().generation
    settings.FOCUS_API_KEY = BO

    generations = together(*(lambda: keys.shared().generation for _ in range(PEOPLE)))

    assert set(generations) == {before + 1}


def test_an_owner_who_thinks_otherwise_while_somebody_leaves_is_heeded(
    browsers: list[Client], sandbox: Sandbox
) -> None:
    bos = give_key(person("bo"), "bo", Key.Visibility.ACT)
    browsers[0].get(at("accounts"))
    Source.objects.update(last_good_at="2026-01-01T00:00:00Z")
    account = Account.objects.get(email="bo@example.com")
    sandbox.fault("list_accounts", "delay", seconds=1.0)
    before = len(sandbox.requests)

    def keep_it() -> None:
        while len(sandbox.requests) == before:
            sleep(0.01)
        Key.objects.filter(pk=bos.pk).update(visibility=Key.Visibility.HEALTH)

    [page, _kept] = together(lambda: browsers[0].post(of("account-reconnect", account)), keep_it)

    assert [request.operation for request in sandbox.requests[before:]] == ["list_accounts"]
    assert page.status_code == 403
    assert "Bo has not allowed you to act in their name" in read(page).words
    assert not Change.objects.exists()


def test_everybody_who_leaves_has_an_address_of_their_own(
    browsers: list[Client], calendar: Calendar
) -> None:
    address = reverse("account-connect", args=[WORKSPACE])

    pages = together(*(lambda b=b: b.post(address, {"provider": "google"}) for b in browsers))

    links = {href for page in pages for href in read(page).links.values() if "state=" in href}
    assert len(links) == PEOPLE
