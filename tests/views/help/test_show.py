"""The help: every word of the product is in it, and whatever links to it finds its place."""

import re
from collections.abc import Callable

from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from focusadmin.identity.roles import Role
from integrations.models import Account, Change, Key
from integrations.views import meanings, words
from tests.browsing import read
from tests.conftest import WORKSPACE

PATH = "/help/"


def anchors(client: Client) -> set[str]:
    """Return every place of the help that can be linked to."""
    return set(re.findall(r' id="([^"]+)"', client.get(PATH).content.decode()))


def test_it_explains_every_word_and_asks_focus_nothing(
    client: Client, accounts: dict[str, Account], asked: Callable[[], list[str]]
) -> None:
    asked()

    found = read(client.get(PATH))

    for state in Account.State:
        meaning = meanings.STATES[state]
        assert f"{state.label} {meaning.what} What to do: {meaning.todo}" in found.words
    for outcome in Change.Outcome:
        assert f"{outcome.label} {meanings.OUTCOMES[outcome]}" in found.words
    for visibility in Key.Visibility:
        assert f"{visibility.label} {meanings.VISIBILITIES[visibility]}" in found.words
    for name in words.PERMISSIONS:
        assert str(meanings.PERMISSIONS[name]) in found.words
    for role in Role:
        assert str(meanings.ROLES[role]) in found.words
    assert asked() == []


def test_every_page_leads_to_it(client: Client, accounts: dict[str, Account]) -> None:
    for path in (f"/w/{WORKSPACE}/accounts/", "/me/", "/people/", PATH):
        assert read(client.get(path)).links["Help"] == PATH


def test_a_stranger_is_not_led_to_it(stranger_client: Client) -> None:
    assert "Help" not in read(stranger_client.get(reverse("sign-in"))).links


def test_whatever_links_to_a_place_in_it_finds_it(
    client: Client, accounts: dict[str, Account]
) -> None:
    there = anchors(client)
    led = set()
    for account in accounts.values():
        shown = reverse("account", args=[WORKSPACE, account.pk])
        edit = reverse("calendar-edit", args=[WORKSPACE, account.pk, account.calendars.all()[0].pk])
        for path in (shown, f"{shown}disconnect/", edit, PATH):
            html = client.get(path).content.decode()
            led |= set(re.findall(r'href="(?:/help/)?#([^"]+)"', html)) - {"main"}

    assert {f"state-{account.state}" for account in accounts.values()} <= led
    assert {"permissions", "disconnecting", "numbers"} <= led
    assert led <= there


def test_it_says_whom_to_ask(client: Client, settings: LazySettings) -> None:
    settings.CONTACT = "Helpdesk, 4711"

    assert "ask: Helpdesk, 4711" in read(client.get(PATH)).words
