"""One person's page."""

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Source, Workspace
from integrations.services import changes, people_keys
from integrations.services.actors import Actor
from tests.browsing import read
from tests.seen import failed, holder, person, saw

State = Account.State
PROXY = "https://sso.example.com"


def page(client: Client, person: User | None) -> str:
    """Return the words of a person's page, with the reminder's text."""
    assert person is not None
    response = client.get(f"/people/{person.pk}/")
    assert response.status_code == 200
    words = read(response).words
    return words if isinstance(words, str) else ""


def reminder(client: Client, person: User | None) -> str:
    """Return the text to copy, empty where there is none."""
    assert person is not None
    text: str = client.get(f"/people/{person.pk}/").context["reminder"]
    return text


def edited(source: Source, by: Actor) -> Change:
    """Let somebody have edited a calendar."""
    account = source.accounts.first()
    calendar = Calendar.objects.filter(account=account).first()
    change = changes.intend(Change.Action.EDIT, source, by=by, account=account, calendar=calendar)
    changes.finish(change, Change.Outcome.DONE)
    return change


def test_it_shows_key_workspaces_and_accounts(client: Client) -> None:
    key = holder("Bo", State.WORKING, State.RECONNECT)
    failed(key, "unavailable")

    words = page(client, key.owner)

    for phrase in (
        "Yes, entered",
        "Focus accepts the key.",
        "Example Studio",
        "Focus cannot be reached",
        "2 accounts, 1 needs attention (1 × Needs reconnecting)",
        *Account.objects.values_list("email", flat=True),
    ):
        assert phrase in words


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("credentials", "Focus refuses the key"),
        ("key-unreadable", "The key cannot be decrypted"),
        ("key-expired", "The key has expired"),
        ("key-doubted", "Whose key it is has to be answered first"),
        ("quota", "The hourly requests are used up"),
        ("something-new", "something-new"),
    ],
)
def test_it_says_in_words_what_went_wrong_last(client: Client, error: str, sentence: str) -> None:
    key = holder("Bo")
    failed(key, error)

    assert sentence in page(client, key.owner)


def test_it_calls_nobody_broken_who_is_not_in_a_workspace(client: Client) -> None:
    key = holder("Bo", State.WORKING)
    failed(key, "forbidden", workspace=4400002)

    words = page(client, key.owner)

    assert "Does not belong to this workspace" in words
    assert "Focus accepts the key." in words


def test_of_a_private_key_it_says_that_it_is_there_and_nothing_else(client: Client) -> None:
    key = holder("Bo", State.RECONNECT, visibility=Key.Visibility.PRIVATE)
    failed(key, "credentials")
    Key.objects.update(hint="9z9z", expires_on="2020-01-01")

    words = page(client, key.owner)

    assert "Bo keeps to themselves what this key sees." in words
    assert "Yes, entered" in words
    for phrase in ("Example Studio", "refuse", "2020", "9z9z", "reconnecting", "Last good"):
        assert phrase not in words
    for email in Account.objects.values_list("email", flat=True):
        assert email not in words


def test_no_calendar_that_is_off_is_named_even_in_what_they_did(
    client: Client, actor: Actor
) -> None:
    key = holder("Bo", State.WORKING)
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))

    words = page(client, key.owner)

    assert change.calendar_name.startswith("Secret plans")
    assert f"Edit calendar: {change.email}" in words
    assert "Secret plans" not in words


def test_what_was_done_through_somebodys_private_key_is_not_listed(
    client: Client, actor: Actor
) -> None:
    key = holder("Bo", State.WORKING)
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))
    assert change.email in page(client, key.owner)

    Key.objects.update(visibility=Key.Visibility.PRIVATE)

    assert change.email not in page(client, key.owner)


def test_what_was_done_through_a_key_that_is_gone_is_listed(client: Client, actor: Actor) -> None:
    bo = person("Bo")
    holder("Cem", State.WORKING)
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))
    Key.objects.all().delete()

    assert change.email in page(client, bo)


@pytest.mark.parametrize("visibility", [Key.Visibility.PRIVATE, Key.Visibility.HEALTH])
def test_what_was_done_through_a_private_key_stays_private_when_it_goes(
    client: Client, manager: User, actor: Actor, visibility: Key.Visibility
) -> None:
    bo = holder("Bo", State.WORKING, visibility=visibility).owner
    assert bo is not None
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))
    changes.finish(change, Change.Outcome.DONE)
    address = reverse("change", args=[change.workspace_id, change.pk])
    is_shown = visibility != Key.Visibility.PRIVATE

    people_keys.remove(bo)

    assert (change.email in page(client, bo)) is is_shown
    assert (client.get(address).status_code == 200) is is_shown
    client.post(reverse("person-remove", args=[bo.pk]))
    assert (client.get(address).status_code == 200) is is_shown


@pytest.mark.parametrize("visibility", [Key.Visibility.PRIVATE, Key.Visibility.HEALTH])
def test_it_stays_private_when_its_owner_is_removed(
    client: Client, manager: User, actor: Actor, visibility: Key.Visibility
) -> None:
    bo = holder("Bo", State.WORKING, visibility=visibility).owner
    assert bo is not None
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))
    changes.finish(change, Change.Outcome.DONE)

    assert client.post(reverse("person-remove", args=[bo.pk])).status_code == 302

    seen = client.get(reverse("change", args=[change.workspace_id, change.pk])).status_code
    assert (seen == 200) is (visibility != Key.Visibility.PRIVATE)


def test_what_was_done_in_a_hidden_workspace_has_no_page_to_lead_to(
    client: Client, actor: Actor
) -> None:
    key = holder("Bo", State.WORKING)
    change = edited(Source.objects.get(), replace(actor, subject="bo@example.com", name="Bo"))
    Workspace.objects.update(from_environment=False)

    assert change.email not in page(client, key.owner)


@pytest.mark.parametrize("state", [State.RECONNECT, State.PERMISSION, State.UNKNOWN])
def test_the_reminder_names_page_address_and_button(
    client: Client, settings: LazySettings, state: Account.State
) -> None:
    settings.PUBLIC_URL = "https://focusadmin.example.com"
    key = holder("Bo", State.WORKING, state)
    broken = Account.objects.get(state=state)

    text = reminder(client, key.owner)

    address = f"https://focusadmin.example.com/w/4400001/accounts/{broken.pk}/reconnect/"
    assert text.startswith("Hello Bo,")
    assert f"1. {broken.email} (Google)" in text
    assert f"Open {address}, press “Continue”" in text
    assert Account.objects.get(state=State.WORKING).email not in text


def test_the_reminder_sends_to_it_first_where_it_must_approve(client: Client) -> None:
    key = holder("Bo", State.ADMIN)

    assert "Ask your IT to approve Toggl first." in reminder(client, key.owner)


@pytest.mark.parametrize(
    ("fields", "phrase", "path"),
    [
        (None, "is missing", "/me/key/"),
        ({"expires_on": "2020-01-01"}, "does not work any more", "/me/key/"),
        ({"expires_on": "today"}, "ends on", "/me/key/"),
        ({"doubted_at": "2026-01-01T00:00Z"}, "answer whose the key is", "/me/whose/"),
    ],
)
def test_the_reminder_is_about_the_key(
    client: Client,
    settings: LazySettings,
    fields: dict[str, str] | None,
    phrase: str,
    path: str,
) -> None:
    if fields is None:
        bo = person("Bo")
    else:
        today = timezone.localdate().isoformat()
        holder("Bo", **{n: today if v == "today" else v for n, v in fields.items()})
        bo = User.objects.get(name="Bo")

    text = reminder(client, bo)

    assert phrase in text
    assert f"{settings.PUBLIC_URL}{path}" in text


def test_there_is_no_reminder_where_there_is_nothing_to_do(client: Client) -> None:
    assert reminder(client, holder("Bo", State.WORKING, State.EMPTY).owner) == ""
    assert reminder(client, person("Cem", is_active=False)) == ""
    replaced = holder("Dot", generation=2)
    assert reminder(client, replaced.owner) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "editor"}, "Editor"),
        ({}, "No role"),
        ({"issuer": PROXY}, "From the proxy, at each visit"),
    ],
)
def test_it_says_what_is_known_of_the_role(
    client: Client, fields: dict[str, str], words: str
) -> None:
    assert f"Role {words}" in page(client, person("Bo", **fields))


@pytest.mark.parametrize(("role", "says"), [("", True), ("viewer", False)])
def test_it_says_who_could_not_open_the_page_of_the_reminder(
    client: Client, role: str, says: bool
) -> None:
    assert ("They have no role yet" in page(client, person("Bo", role=role))) is says


def test_it_offers_nobody_to_shut_themselves_out(client: Client, manager: User) -> None:
    response = client.get(f"/people/{manager.pk}/")

    assert "You cannot disable or remove yourself." in read(response).words
    assert not [form for form in read(response).forms if form.action.endswith("able/")]


def test_it_says_when_the_key_was_good_in_each_workspace(client: Client) -> None:
    key = holder("Bo")
    saw(key, workspace=4400002)

    words = page(client, key.owner)

    assert "Example Studio" in words
    assert "Field work" in words
