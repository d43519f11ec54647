"""Deleting a rule, and making it again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Change, Rule
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at

Asked = Callable[[], list[str]]
Theirs = Callable[[], dict[str, dict[str, Any]]]


@pytest.fixture
def daily(rules: dict[str, Rule]) -> Rule:
    """The first rule."""
    return rules["Daily stand-up"]


def delete(client: Client, rule: Rule) -> Any:
    return send(client, client.get(at("rule", rule.pk)), button="Delete rule")


def test_it_is_deleted_and_the_page_offers_to_undo_it(
    client: Client, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    answer = delete(client, daily)

    assert asked() == ["list_mappings", "delete_mapping"]
    assert "Daily stand-up" not in theirs()
    page = read(client.get(answer["Location"]))
    assert asked() == []
    change = Change.objects.get()
    assert (change.action, change.outcome) == ("rule-delete", "done")
    assert change.before == {"title": "Daily stand-up", "project_id": 330004, "task_id": None}
    assert "Deleted the rule “Daily stand-up”." in page.words
    assert page.links["Undo…"] == at("rule-undo", change.pk)


def test_a_rule_that_somebody_changed_is_not_deleted(
    client: Client, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    page = client.get(at("rule", daily.pk))
    theirs()["Daily stand-up"]["project_id"] = 330002

    answer = send(client, page, button="Delete rule")

    assert asked() == ["list_mappings"]
    assert "so it was not deleted" in read(client.get(answer["Location"])).words
    assert "Daily stand-up" in theirs()


@pytest.mark.thorough
def test_one_that_is_gone_already_is_told(client: Client, sandbox: Sandbox, daily: Rule) -> None:
    page = client.get(at("rule", daily.pk))
    sandbox.world.owner(sandbox.shared_key).rules.clear()

    answer = send(client, page, button="Delete rule")

    assert "is no longer there" in read(client.get(answer["Location"])).words
    assert Change.objects.get().error == "gone"


def test_one_that_goes_at_the_last_moment_counts_as_deleted(
    client: Client, sandbox: Sandbox, daily: Rule, asked: Asked
) -> None:
    sandbox.fault("delete_mapping", "status", status=404)

    page = read(client.get(delete(client, daily)["Location"]))

    assert asked() == ["list_mappings", "delete_mapping"]
    assert "Daily stand-up 330004" not in page.words
    change = Change.objects.get()
    assert (change.outcome, change.error) == ("done", "not-found")


def test_what_became_of_it_is_looked_up(client: Client, sandbox: Sandbox, daily: Rule) -> None:
    sandbox.fault("delete_mapping", "reset", performed=True)

    answer = delete(client, daily)

    assert "We do not know whether this was saved" in read(answer).words
    client.get(at("rules"))
    assert Change.objects.get().outcome == "done"
