"""The list of rules: whose they are, what they say, and every state of not having any."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from integrations.models import Rule, RuleBook, Workspace
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at

Asked = Callable[[], list[str]]
LIST = ["list_mappings"]


def age(minutes: int = 2) -> None:
    """Let the rules be older than a page shows them."""
    RuleBook.objects.update(last_good_at=timezone.now() - timedelta(minutes=minutes))


def test_it_lists_the_rules_of_the_nearest_key(client: Client, asked: Asked) -> None:
    page = read(client.get(at("rules")))

    assert asked() == LIST
    assert "4 rules" in page.words
    assert "Daily stand-up 330004" in page.words
    assert "the rules of whoever owns the key that this page uses: the shared key" in page.words
    assert "Site visit" not in page.words


@pytest.mark.django_db
def test_ones_own_key_is_nearer_than_the_shared_one(sandbox: Sandbox, asked: Asked) -> None:
    bo = person("bo")
    give_key(bo, "bo")

    page = read(signed_in(bo).get(at("rules")))

    assert asked() == LIST
    assert "Site visit" in page.words
    assert "uses: your key" in page.words
    assert "Daily stand-up" not in page.words


def test_it_is_asked_again_when_the_rules_are_old(
    client: Client, sandbox: Sandbox, rules: dict[str, Rule], asked: Asked
) -> None:
    [daily, *_rest] = sandbox.world.owner(sandbox.shared_key).rules
    daily["title"] = "Daily"
    sandbox.world.owner(sandbox.shared_key).rules.pop()

    assert "Daily stand-up" in read(client.get(at("rules"))).words
    assert asked() == []
    age()
    page = read(client.get(at("rules")))

    assert asked() == LIST
    assert "3 rules" in page.words
    assert page.links["Daily"] == at("rule", rules["Daily stand-up"].pk)


@pytest.mark.thorough
@pytest.mark.usefixtures("rules")
def test_a_search_looks_in_titles(client: Client) -> None:
    page = read(client.get(at("rules"), {"q": "  CLIENT"}))

    assert "1 of 4 rules" in page.words
    assert "Client call" in page.words
    assert "Daily stand-up" not in page.words
    assert "No rule matches" in read(client.get(at("rules"), {"q": "xyz"})).words


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("title", ["Daily stand-up", "  daily STAND-UP "])
def test_a_title_is_tried_without_asking_focus(client: Client, asked: Asked, title: str) -> None:
    page = read(client.get(at("rules"), {"title": title}))

    assert asked() == []
    assert "This rule would: Daily stand-up Project 330004" in page.words
    assert "As far as we know" in page.words


@pytest.mark.usefixtures("rules")
def test_a_title_that_only_holds_a_rules_title_is_told_apart(client: Client) -> None:
    page = read(client.get(at("rules"), {"title": "Client call with Noor"}))

    assert "No rule has the title “Client call with Noor”." in page.words
    assert "Should Focus also look for titles within titles" in page.words
    assert "these could catch it: Client call Task 220002" in page.words
    assert page.links["Add one"].endswith("?title=Client%20call%20with%20Noor")


def test_no_rules_is_said_apart_from_not_loaded(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("list_mappings", "status", status=500)
    assert "The rules could not be loaded yet" in read(client.get(at("rules"))).words

    sandbox.world.owner(sandbox.shared_key).rules.clear()
    RuleBook.objects.update(last_error_at=timezone.now() - timedelta(seconds=11))
    assert "There is no rule yet" in read(client.get(at("rules"))).words


def test_a_service_without_rules_is_asked_once_an_hour(
    client: Client, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.switches.offers_rules = False

    for _time in range(2):
        page = read(client.get(at("rules")))
        assert "Focus does not offer rules here" in page.words
        assert "Add rule" not in page.words
    assert asked() == LIST

    sandbox.switches.offers_rules = True
    RuleBook.objects.update(last_error_at=timezone.now() - timedelta(minutes=61))
    assert "4 rules" in read(client.get(at("rules"))).words


def test_a_workspace_without_its_organization_is_not_asked(client: Client, asked: Asked) -> None:
    Workspace.objects.update(organization_id=None)

    page = read(client.get(at("rules")))

    assert "Rules cannot be asked for in this workspace" in page.words
    assert asked() == []
    assert client.get(at("rule-new")).status_code == 302


@pytest.mark.thorough
def test_an_outage_shows_what_was_seen_last(
    client: Client, sandbox: Sandbox, rules: dict[str, Rule]
) -> None:
    age()
    sandbox.fault("list_mappings", "status", status=503, times=None)

    page = read(client.get(at("rules")))

    assert "Focus cannot be reached" in page.words
    assert "Daily stand-up" in page.words


@pytest.mark.thorough
def test_the_last_tenth_of_the_hour_is_not_spent_on_it(
    client: Client, sandbox: Sandbox, rules: dict[str, Rule], asked: Asked
) -> None:
    sandbox.world.spent("alex@example.com", 560)
    client.post(at("rules-check"), follow=True)  # so that it is known
    asked()
    age(600)

    page = read(client.get(at("rules")))

    assert asked() == []
    assert "The hour’s last requests are left to the key’s owner" in page.words


@pytest.mark.thorough
def test_a_quota_that_is_used_up_is_told(
    client: Client, sandbox: Sandbox, rules: dict[str, Rule], asked: Asked
) -> None:
    sandbox.fault("list_mappings", "quota", resets_in=900)
    age()

    assert "The hourly requests are used up" in read(client.get(at("rules"))).words
    assert asked() == LIST
    client.get(at("rules"))
    client.post(at("rules-check"))
    assert asked() == []


@pytest.mark.thorough
def test_rules_that_focus_did_not_list_are_counted(
    client: Client, sandbox: Sandbox, settings: LazySettings
) -> None:
    payload = {"data": [{"id": 1, "title": "One", "project_id": 2}, {"id": 0}], "total": 7}
    sandbox.fault("list_mappings", "wrong_shape", payload=payload)

    page = read(client.get(at("rules")))

    assert "By its own count Focus has 5 rules more than it listed." in page.words
    assert "1 entry of Focus’ answer has no usable number" in page.words
