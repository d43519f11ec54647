"""Whose accounts one sees and changes: the union over keys, and what each owner allows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Calendar, Change, Key
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.conftest import WORKSPACE, signed_in
from tests.teamwork import BO, CHIDI, give_key, person
from tests.views.addresses import at, of

Asked = Callable[[], list[str]]
BOS = {"bo@example.com", "bo.larsen@example.net"}
#: What can be done to an account by its address.
ACTS = ("account-refresh", "account-reconnect", "account-write-access", "account-disconnect")


@pytest.fixture
def bo(db: None) -> User:
    """Bo, who has two accounts."""
    return person("bo", Role.VIEWER)


def emails(client: Client, query: str = "") -> set[str]:
    """Return the addresses on the list."""
    return {row["email"] for row in client.get(at("accounts") + query).context["rows"]}


def theirs(client: Client) -> Account:
    """Return Bo's account, after a look at the list."""
    client.get(at("accounts"))
    return Account.objects.get(email="bo@example.com")


def listed(client: Client) -> list[dict[str, Any]]:
    """Return the rows of the list of calendars."""
    rows: list[dict[str, Any]] = client.get(at("calendars")).context["rows"]
    return rows


def at_account(client: Client, account: Account) -> list[dict[str, Any]]:
    """Return the rows of an account's page."""
    rows: list[dict[str, Any]] = client.get(of("account", account)).context["rows"]
    return rows


@pytest.mark.parametrize("visibility", [Key.Visibility.HEALTH, Key.Visibility.ACT])
def test_a_manager_sees_what_people_show(
    client: Client, bo: User, visibility: Key.Visibility, asked: Asked
) -> None:
    key = give_key(bo, "bo", visibility)

    page = read(client.get(at("accounts")))

    assert asked() == ["list_accounts"] * 2
    assert "8 accounts" in page.words
    assert "Using 2 keys" in page.words
    assert emails(client, f"?person={key.pk}") == BOS
    assert emails(client) > BOS


def test_nobody_sees_what_its_owner_keeps(client: Client, bo: User) -> None:
    give_key(bo, "bo", Key.Visibility.PRIVATE)

    assert not emails(client) & BOS
    assert not Account.objects.filter(email__in=BOS).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_managers_see_what_people_show(sandbox: Sandbox, bo: User, role: Role) -> None:
    give_key(bo, "bo", Key.Visibility.ACT)

    assert not emails(signed_in(person("eve", role))) & BOS


def test_one_sees_ones_own_first(sandbox: Sandbox, bo: User) -> None:
    give_key(bo, "bo", Key.Visibility.PRIVATE)
    browser = signed_in(bo)

    assert emails(browser) > BOS
    assert "Using your key" in read(browser.get(of("account", theirs(browser)))).words


def test_to_others_a_calendar_that_is_off_is_a_number(
    client: Client, sandbox: Sandbox, bo: User
) -> None:
    give_key(bo, "bo")
    account = theirs(client)
    off = account.calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=off.pk).update(selected=False, name="Clinic visits")
    account.calendars.exclude(pk=off.pk).update(selected=True)

    shown = read(client.get(of("account", account))).words
    mine = signed_in(bo).get(of("account", account))

    assert "Clinic visits" not in shown
    assert "1 more calendar is switched off. Only Bo sees which it is." in shown
    assert "Clinic visits" not in read(client.get(at("calendars"))).words
    assert "Clinic visits" not in read(client.get(at("calendars") + "?q=clinic")).words
    assert client.get(of("calendar-edit", off)).status_code == 404
    assert "Clinic visits" in read(mine).words


def test_what_is_off_does_not_show_in_the_names_of_its_twins(
    client: Client, sandbox: Sandbox, bo: User
) -> None:
    give_key(bo, "bo", Key.Visibility.ACT)
    first = theirs(client)
    off, twin = first.calendars.order_by("pk")[:2]
    second = Account.objects.get(email="bo.larsen@example.net").calendars.order_by("pk")[0]
    same = {"name": "Clinic", "external_id": "clinic@example.com"}
    Calendar.objects.filter(pk=off.pk).update(selected=False, **same)
    Calendar.objects.filter(pk=twin.pk).update(selected=True, **same | {"external_id": "x@y.z"})
    Calendar.objects.filter(pk=second.pk).update(selected=True, **same)

    [shown] = [row for row in at_account(client, first) if row["name"].startswith("Clinic")]
    theirs_too = [row for row in listed(client) if row["name"].startswith("Clinic")]
    mine = [row for row in listed(signed_in(bo)) if row["name"].startswith("Clinic")]

    assert shown["name"] == "Clinic"
    assert "x@y.z" not in client.get(of("calendar-edit", twin)).context["label"]
    assert [(row["name"], row["also_elsewhere"]) for row in theirs_too] == [("Clinic", False)] * 2
    assert {row["also_elsewhere"] for row in mine} == {True, False}
    assert len({row["name"] for row in mine}) == 3


def test_the_record_does_not_name_it_either(client: Client, sandbox: Sandbox, bo: User) -> None:
    key = give_key(bo, "bo")
    account = theirs(client)
    off = account.calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=off.pk).update(selected=False)
    named = {"name": "Clinic visits", "external_id": "x", "calendar_id": off.calendar_id}
    change = Change.objects.create(
        action=Change.Action.REFRESH,
        outcome=Change.Outcome.DONE,
        key=key.pk,
        workspace_id=WORKSPACE,
        integration_id=account.integration_id,
        difference={"new": [named]},
    )
    edit = Change.objects.create(
        action=Change.Action.EDIT,
        outcome=Change.Outcome.DONE,
        key=key.pk,
        workspace_id=WORKSPACE,
        integration_id=account.integration_id,
        calendar_id=off.calendar_id,
        calendar_name="Clinic visits",
    )

    for path in (of("account", account), at("change", change.pk), at("change", edit.pk)):
        assert "Clinic visits" not in read(client.get(path)).words
        assert signed_in(bo).get(path).status_code == 200
    assert "1 entry is about a calendar" in read(client.get(at("change", change.pk))).words
    assert "Clinic visits" in read(signed_in(bo).get(at("change", change.pk))).words


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("visibility", "status"),
    [(Key.Visibility.PRIVATE, 404), (Key.Visibility.HEALTH, 403)],
)
def test_nobody_acts_in_a_name_that_was_not_given_to_them(
    client: Client,
    sandbox: Sandbox,
    bo: User,
    asked: Asked,
    name: str,
    visibility: Key.Visibility,
    status: int,
) -> None:
    key = give_key(bo, "bo")
    account = theirs(client)
    Key.objects.filter(pk=key.pk).update(visibility=visibility)
    asked()

    response = client.post(of(name, account))

    assert response.status_code == status
    assert asked() == []
    assert not Change.objects.exists()


def test_with_leave_a_manager_acts_through_the_owners_key(
    client: Client, sandbox: Sandbox, bo: User, asked: Asked
) -> None:
    key = give_key(bo, "bo", Key.Visibility.ACT)
    account = theirs(client)
    asked()

    response = client.post(of("account-refresh", account))

    assert response.status_code == 302
    assert asked() == ["refresh"]
    change = Change.objects.get()
    assert (change.key, change.key_label, change.actor_name) == (key.pk, "Bo", "Mia Manager")
    assert sandbox.requests[-1].key == BO


def test_whoever_switches_anothers_calendar_off_is_led_to_its_account(
    client: Client, sandbox: Sandbox, bo: User
) -> None:
    give_key(bo, "bo", Key.Visibility.ACT)
    account = theirs(client)
    calendar = account.calendars.get(name="bo@example.com")
    form = client.get(of("calendar-edit", calendar))

    saved = send(client, form, button="Save", selected=None)

    calendar.refresh_from_db()
    assert calendar.selected is False
    assert saved["Location"] == of("account", account)
    assert "Saved bo@example.com." in read(client.get(saved["Location"])).words


def test_a_failing_key_says_so_and_shows_its_last_answer(
    client: Client, sandbox: Sandbox, bo: User
) -> None:
    give_key(bo, "bo")
    client.get(at("accounts"))
    sandbox.world.person("bo@example.com").key = "toggl_sk_" + "ee" * 16

    client.post(at("check"))
    page = read(client.get(at("accounts")))

    assert "1 key was not read" in page.words
    assert "Focus refuses the key of Bo" in page.words
    assert "Ask Bo to replace it" in page.words
    assert emails(client) > BOS


def test_someone_outside_the_workspace_is_no_failure(
    client: Client, sandbox: Sandbox, bo: User
) -> None:
    give_key(bo, "bo")

    page = read(client.get(reverse("accounts", args=[4400002])))

    assert "Without access to this workspace: Bo’s key." in page.words
    assert "could not be read" not in page.words


def test_one_connects_in_a_name_of_ones_choice(
    client: Client, sandbox: Sandbox, manager: User, bo: User, asked: Asked
) -> None:
    give_key(bo, "bo", Key.Visibility.ACT)
    chidis = give_key(manager, "chidi")
    address = at("account-connect")
    offered = read(client.get(address)).form(button="Continue").offered["key"]

    page = read(client.post(address, {"provider": "google", "key": str(chidis.pk)}))

    assert offered[0] == str(chidis.pk), "one's own comes first"
    assert len(offered) == 3
    assert asked()[-1] == "setup"
    assert sandbox.requests[-1].key == CHIDI
    assert "Mia Manager" in page.words
    assert Change.objects.get().key == chidis.pk


def test_one_connects_in_no_other_name(
    client: Client, sandbox: Sandbox, bo: User, asked: Asked
) -> None:
    others = give_key(bo, "bo", Key.Visibility.HEALTH)
    give_key(person("chidi"), "chidi", Key.Visibility.ACT)

    page = client.post(at("account-connect"), {"provider": "google", "key": str(others.pk)})

    assert page.status_code == 200
    assert "setup" not in asked()
    assert not Change.objects.exists()


def test_an_account_that_two_keys_see_is_named_once(
    client: Client, sandbox: Sandbox, manager: User
) -> None:
    give_key(manager, "alex")

    page = read(client.get(at("accounts")))

    assert "6 accounts" in page.words
    assert "also seen through the shared key" in page.words


def test_the_record_of_a_removed_key_is_the_managers(
    client: Client, viewer_client: Client, sandbox: Sandbox, bo: User
) -> None:
    key = give_key(bo, "bo", Key.Visibility.ACT)
    client.post(of("account-refresh", theirs(client)))
    key.delete()

    path = at("change", Change.objects.get().pk)

    assert client.get(path).status_code == 200
    assert viewer_client.get(path).status_code == 404
