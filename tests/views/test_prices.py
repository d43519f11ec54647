"""The price list: what everything costs, by what Focus really received and counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import (
    Account,
    Batch,
    Calendar,
    Change,
    ConnectAttempt,
    Quota,
    Rule,
    RuleBook,
    Source,
    Workspace,
)
from integrations.sandbox import Sandbox
from tests.browsing import send
from tests.bulk import tally
from tests.conftest import signed_in
from tests.consenting import consent
from tests.support.plugin import PROVE
from tests.teamwork import ALEX, BO, give_key, person
from tests.views.addresses import at, of
from tests.views.connect.trips import leave, way_out
from tests.views.walking import choose, run, select, work

Accounts = dict[str, Account]
Operations = list[str]

READ, EDIT = ["list_accounts"], ["list_calendars", "update_calendar"]
RULES = ["list_mappings"]
#: Of pages, by five people, in a minute.
VIEWS = 100 if PROVE else 20
ANYWHERE = [
    "/sign-in/",
    "/static/app.css",
    "/healthz",
    "/readyz",
    "/me/",
    "/me/key/",
    "/me/stored/",
    "/people/",
    "/workspaces/",
    "/workspaces/manage/",
    "/status/",
    "/w/4400001/activity/",
    "/w/4400001/activity/export/",
    "/w/4400001/accounts/connect/",
    "/w/4400001/calendars/import/",
]


@dataclass
class Shop:
    """Mia's browser in front of the mirrored first workspace, and what Focus is asked."""

    client: Client
    sandbox: Sandbox
    account: Account
    calendar: Calendar

    @property
    def used(self) -> int:
        """How many requests Focus has counted."""
        return sum(window.used for window in self.sandbox.world.windows.values())

    def costs(self, step: Callable[[], Any]) -> Operations:
        """Take a step and return what Focus was asked; it, our ledger and the headers agree."""
        seen, used, spent = len(self.sandbox.requests), self.used, self.spent()
        step()
        asked = [r for r in self.sandbox.requests[seen:] if r.path.startswith("/api/")]
        assert self.used - used == len(asked)
        assert self.spent() - spent == len(asked)
        return [request.operation for request in asked]

    def spent(self) -> int:
        """How many requests our ledger says we made."""
        return sum(Quota.objects.values_list("spent", flat=True))

    def get(self, address: str) -> Operations:
        """Open a page."""
        return self.costs(lambda: self.client.get(address))

    def grow_old(self) -> None:
        """Let what was seen be older than a minute."""
        then = timezone.now() - timedelta(seconds=61)
        Source.objects.update(last_good_at=then)
        RuleBook.objects.update(last_good_at=then)

    def edit(self, colour: str) -> Operations:
        """Save another colour."""
        page = self.client.get(of("calendar-edit", self.calendar))
        return self.costs(lambda: send(self.client, page, button="Save", background_color=colour))


@pytest.fixture
def shop(client: Client, sandbox: Sandbox, accounts: Accounts) -> Shop:
    """A shop whose rows were seen just now."""
    account = accounts["studio@example.com"]
    return Shop(client, sandbox, account, account.calendars.get(name="Equipment"))


@pytest.mark.parametrize("address", ANYWHERE)
def test_pages_that_show_nothing_of_focus_cost_nothing(shop: Shop, address: str) -> None:
    shop.grow_old()

    assert shop.get(address) == []


@pytest.mark.parametrize(
    "name",
    [
        "accounts",
        "calendars",
        "calendars-export",
        "account",
        "account-reconnect",
        "account-write-access",
        "account-disconnect",
        "calendar-edit",
    ],
)
def test_a_page_costs_one_request_when_its_rows_are_old_and_none_before(
    shop: Shop, name: str
) -> None:
    if name in ("accounts", "calendars", "calendars-export"):
        address = at(name)
    else:
        address = of(name, shop.calendar if name == "calendar-edit" else shop.account)

    assert shop.get(address) == []
    shop.grow_old()
    assert shop.get(address) == READ
    assert shop.get(address) == []


def test_a_list_costs_one_request_of_each_key(shop: Shop) -> None:
    give_key(person("mia2"), "bo")
    assert shop.get(at("accounts")) == READ  # the other one's first look
    shop.grow_old()

    assert shop.get(at("accounts")) == READ * 2
    assert {request.key for request in shop.sandbox.requests[-2:]} == {ALEX, BO}


def test_an_edit_costs_two_and_the_pages_after_it_nothing(shop: Shop) -> None:
    assert shop.edit("#123456") == EDIT

    for address in (
        of("calendar-edit", shop.calendar),
        of("account", shop.account),
        at("accounts"),
        at("calendars"),
        at("activity"),
        at("change", Change.objects.get().pk),
    ):
        assert shop.get(address) == [], address


def test_an_edit_that_changes_nothing_costs_nothing(shop: Shop) -> None:
    assert shop.edit(shop.calendar.background_color) == []


def test_an_undo_costs_two(shop: Shop) -> None:
    shop.edit("#123456")
    here = at("change-undo", Change.objects.get().pk)
    page = shop.client.get(here)

    assert shop.costs(lambda: send(shop.client, page, button="Undo this edit")) == EDIT


def test_the_list_of_rules_and_a_rule_cost_one_when_they_are_old_and_none_before(
    shop: Shop,
) -> None:
    assert shop.get(at("rules")) == RULES
    rule = at("rule", Rule.objects.get(title="Daily stand-up").pk)

    for address in (at("rules"), rule):
        assert shop.get(address) == []
        shop.grow_old()
        assert shop.get(address) == RULES
    assert shop.get(at("rule-new")) == []
    assert shop.get(f"{at('rules')}?title=x") == []


def test_writes_to_rules_cost_two_and_the_pages_after_them_nothing(shop: Shop) -> None:
    shop.get(at("rules"))
    rule = at("rule", Rule.objects.get(title="Daily stand-up").pk)
    page = shop.client.get(at("rule-new"))

    def add() -> Any:
        return send(shop.client, page, button="Add rule", title="Retro", default_project_id=330001)

    def save() -> Any:
        return send(
            shop.client, shop.client.get(rule), button="Save", default_planned_task_id=220001
        )

    def delete() -> Any:
        return send(shop.client, shop.client.get(rule), button="Delete rule")

    def undo() -> Any:
        here = at("rule-undo", Change.objects.latest("created_at").pk)
        return send(shop.client, shop.client.get(here), button="Undo this change")

    assert shop.costs(add) == [*RULES, "create_mapping"]
    assert shop.get(at("rules")) == []
    assert shop.costs(save) == [*RULES, "replace_mapping"]
    assert shop.costs(delete) == [*RULES, "delete_mapping"]
    assert shop.costs(undo) == [*RULES, "create_mapping"]
    assert shop.get(at("rules")) == []


def test_hiding_events_costs_one_or_two_where_focus_tells_of_them(shop: Shop) -> None:
    here = of("hidden-events", shop.calendar)
    assert shop.get(here) == []

    def hide(uid: str) -> Operations:
        page = shop.client.get(here)
        return shop.costs(lambda: send(shop.client, page, button="Replace the list", uids=uid))

    assert hide("a@x") == ["hide_events"]
    assert shop.get(here) == []
    world, account = shop.sandbox.world, shop.account
    world.calendar(account.integration_id, shop.calendar.calendar_id)["ical_uids"] = ["a@x"]
    shop.client.post(at("check"), follow=True)
    assert hide("b@x") == ["list_calendars", "hide_events"]


def test_a_refresh_costs_one_and_the_pages_after_it_nothing(shop: Shop) -> None:
    refresh = of("account-refresh", shop.account)

    assert shop.costs(lambda: shop.client.post(refresh, follow=True)) == ["refresh"]
    assert shop.get(at("accounts")) == []


def test_a_disconnection_costs_one_and_the_pages_after_it_nothing(shop: Shop) -> None:
    here = of("account-disconnect", shop.account)
    page = shop.client.get(here)

    cost = shop.costs(lambda: send(shop.client, page, button="Disconnect", entries="keep"))

    assert cost == ["disconnect"]
    assert shop.get(at("accounts")) == []


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("account-connect", "setup"),
        ("account-reconnect", "reauth"),
    ],
)
def test_a_trip_to_the_provider_costs_one_on_the_way_and_one_on_the_return(
    shop: Shop, name: str, operation: str
) -> None:
    page_address = "" if operation == "setup" else of(name, shop.account)
    gone: list[Any] = []

    assert shop.costs(lambda: gone.append(leave(shop.client, page_address))) == [operation]
    back = consent(way_out(gone[0]), identity="noor.new@example.com")
    assert back is not None
    path = back.removeprefix("http://127.0.0.1:8000")
    assert shop.costs(lambda: shop.client.get(path, follow=True)) == READ
    assert shop.get(f"/connect/{ConnectAttempt.objects.get().pk}/") == []
    assert shop.get(at("accounts")) == []


def test_a_trip_costs_one_more_where_the_list_is_older_than_a_minute(shop: Shop) -> None:
    page = shop.client.get(at("account-connect"))
    shop.grow_old()

    def go() -> Any:
        return send(shop.client, page, button="Continue", provider="google")

    assert shop.costs(go) == [*READ, "setup"]


def test_check_now_costs_one_and_not_more_often_than_every_ten_seconds(shop: Shop) -> None:
    def press() -> Any:
        return shop.client.post(at("check"), follow=True)

    assert shop.costs(press) == READ
    assert shop.costs(press) == []
    pressed = timezone.now() - timedelta(seconds=10.1)
    Source.objects.update(pressed_at=pressed)
    assert shop.costs(press) == READ


def test_checking_a_key_costs_one_of_its_own(shop: Shop) -> None:
    page = shop.client.get("/me/key/")

    def store() -> Any:
        return send(shop.client, page, button="Check and", secret=BO)

    assert shop.costs(store) == ["settings"]


def test_adding_a_workspace_costs_one(shop: Shop) -> None:
    Workspace.objects.filter(workspace_id=4400002).delete()
    page = shop.client.get("/workspaces/manage/")

    def add() -> Any:
        return send(shop.client, page, button="Add workspace", where="5500942/4400002", label="New")

    assert shop.costs(add) == READ


@pytest.mark.parametrize("number", [1, 5])
def test_a_bulk_edit_costs_a_read_and_a_write_for_each_calendar(shop: Shop, number: int) -> None:
    calendars = list(Calendar.objects.filter(gone_at=None).order_by("pk")[:number])

    def begin() -> None:
        page = choose(
            shop.client,
            select(shop.client, *calendars),
            background_color_choice="set",
            background_color="#123456",
        )
        run(shop.client, page)

    assert shop.costs(begin) == []
    batch = Batch.objects.get()
    assert shop.costs(lambda: work(batch)) == READ + ["update_calendar"] * number
    assert tally(batch) == {"done": number}
    assert shop.get(at("batch", batch.pk)) == []
    assert shop.get(at("calendars")) == []


def test_names_cost_nothing_but_where_somebody_asks(shop: Shop) -> None:
    form, calendars = of("calendar-edit", shop.calendar), at("calendars")
    for address in (form, calendars, of("account", shop.account), at("calendars-export")):
        assert shop.get(address) == []

    names = shop.costs(lambda: shop.client.post(at("names"), follow=True))

    assert names == ["projects", "clients", "tasks"]
    page = shop.client.get(form)
    find = {"find": "default_project_id", "find_default_project_id": "web"}
    assert shop.costs(lambda: send(shop.client, page, button="Find a project", **find)) == []
    assert shop.costs(lambda: shop.client.post(at("names"), follow=True)) == []
    assert shop.get(calendars) == []


def test_a_first_search_costs_two_and_the_next_nothing(shop: Shop) -> None:
    page = shop.client.get(of("calendar-edit", shop.calendar))

    def find(text: str) -> Any:
        find = {"find": "default_project_id", "find_default_project_id": text}
        return send(shop.client, page, button="Find a project", **find)

    assert shop.costs(lambda: find("web")) == ["projects", "clients"]
    assert shop.costs(lambda: find("camp")) == []


def test_the_pages_of_five_people_in_one_minute_cost_at_most_two_requests_of_each_key(
    shop: Shop,
) -> None:
    give_key(person("bo"), "bo")
    browsers = [shop.client, *(signed_in(person(f"viewer{n}")) for n in range(4))]
    shop.grow_old()
    addresses = [at("accounts"), at("calendars"), of("account", shop.account), at("activity")]

    def look() -> None:
        for number in range(VIEWS):
            if number == VIEWS // 2:  # half a minute later the rows have become too old once more
                shop.grow_old()
            answer = browsers[number % 5].get(addresses[number // 5 % 4])
            assert answer.status_code == 200

    cost = shop.costs(look)

    keys = [request.key for request in shop.sandbox.requests[-len(cost) :]]
    assert set(cost) == {"list_accounts"}
    assert set(keys) == {ALEX, BO}
    assert (keys.count(ALEX), keys.count(BO) <= 2) == (2, True)
