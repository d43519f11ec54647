"""Taking changes of rules back: what is added goes, what was edited or deleted comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.roles import Role
from integrations.models import Change, Key, Rule
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at

Asked = Callable[[], list[str]]
Rules = dict[str, dict[str, Any]]


@pytest.fixture
def theirs(sandbox: Sandbox) -> Callable[[], Rules]:
    """What Focus has, by title."""
    owner = sandbox.world.owner(sandbox.shared_key)
    return lambda: {rule["title"]: rule for rule in owner.rules}


@pytest.fixture
def daily(client: Client, asked: Asked) -> Rule:
    """The first rule, just read."""
    client.get(at("rules"))
    asked()
    return Rule.objects.get(title="Daily stand-up")


def add(client: Client) -> Change:
    page = client.get(at("rule-new"))
    send(client, page, button="Add rule", title="Retro", default_project_id=330001)
    return Change.objects.latest("created_at")


def edit(client: Client, rule: Rule) -> Change:
    page = client.get(at("rule", rule.pk))
    send(client, page, button="Save", title="Daily", default_planned_task_id=220001)
    return Change.objects.latest("created_at")


def delete(client: Client, rule: Rule) -> Change:
    send(client, client.get(at("rule", rule.pk)), button="Delete rule")
    return Change.objects.latest("created_at")


def undo(client: Client, change: Change) -> str:
    """Take a change back through the page of the record; return what is said."""
    page = read(client.get(at("change", change.pk)))
    before = client.get(page.links["Undo this change…"])
    return read(client.get(send(client, before, button="Undo this change")["Location"])).words


def test_a_deleted_rule_is_made_again(
    client: Client, daily: Rule, theirs: Callable[[], Rules], asked: Asked
) -> None:
    number = theirs()["Daily stand-up"]["id"]
    change = delete(client, daily)
    asked()

    told = undo(client, change)

    assert asked() == ["list_mappings", "create_mapping"]
    now = theirs()["Daily stand-up"]
    assert (now["project_id"], now["task_id"]) == (330004, None)
    assert now["id"] != number
    assert "Brought the rule “Daily stand-up” back" in told
    assert "It was undone." in read(client.get(at("change", change.pk))).words


def test_an_edit_gets_its_earlier_values(
    client: Client, daily: Rule, theirs: Callable[[], Rules], asked: Asked
) -> None:
    change = edit(client, daily)
    asked()

    told = undo(client, change)

    assert asked() == ["list_mappings", "replace_mapping"]
    assert theirs()["Daily stand-up"]["task_id"] is None
    assert "Undid an edit of the rule “Daily" in told


@pytest.mark.thorough
def test_an_added_rule_goes_and_comes_again(
    client: Client, daily: Rule, theirs: Callable[[], Rules]
) -> None:
    undo(client, add(client))
    assert "Retro" not in theirs()

    undo(client, Change.objects.latest("created_at"))
    assert theirs()["Retro"]["project_id"] == 330001


def test_what_somebody_has_changed_since_is_left_alone(
    client: Client, daily: Rule, theirs: Callable[[], Rules], asked: Asked
) -> None:
    change = edit(client, daily)
    page = client.get(at("rule-undo", change.pk))
    theirs()["Daily"]["task_id"] = 220004
    asked()

    answer = send(client, page, button="Undo this change")

    assert asked() == ["list_mappings"]
    assert theirs()["Daily"]["task_id"] == 220004
    told = read(client.get(answer["Location"])).words
    assert "Somebody has changed the rule since." in told
    assert read(client.get(at("rule-undo", change.pk), follow=True)).words.count("since") >= 1


def test_what_never_came_to_be_is_not_undone(
    client: Client, sandbox: Sandbox, daily: Rule, asked: Asked
) -> None:
    sandbox.fault("delete_mapping", "status", status=403)
    change = delete(client, daily)
    asked()

    page = read(client.get(at("change", change.pk)))
    answer = client.post(at("rule-undo", change.pk), follow=True)

    assert asked() == []
    assert "Undo this change…" not in page.links
    assert "It did not come to be, so there is nothing to undo." in read(answer).words


@pytest.mark.thorough
def test_a_title_that_is_taken_again_is_told(client: Client, daily: Rule) -> None:
    change = delete(client, daily)
    page = client.get(at("rule-new"))
    send(client, page, button="Add rule", title="DAILY stand-up", default_project_id=330001)

    words = read(client.get(at("change", change.pk))).words

    assert "There is a rule with this title again." in words
    assert "Undo this change…" not in words


@pytest.mark.thorough
def test_a_rule_that_is_gone_is_told(client: Client, sandbox: Sandbox, daily: Rule) -> None:
    change = edit(client, daily)
    delete(client, Rule.objects.get(pk=daily.pk))

    assert "The rule is no longer there" in read(client.get(at("change", change.pk))).words
    assert client.post(at("rule-undo", change.pk)).status_code == 302


@pytest.mark.thorough
def test_an_editor_sees_why_not(editor_client: Client, client: Client, daily: Rule) -> None:
    change = delete(client, daily)

    assert "Needs the role Manager" in read(editor_client.get(at("change", change.pk))).words


def test_the_titles_of_other_peoples_rules_are_not_told(client: Client, sandbox: Sandbox) -> None:
    bo = person("bo", Role.MANAGER)
    give_key(bo, "bo", Key.Visibility.ACT)
    theirs = signed_in(bo)
    page = theirs.get(at("rule-new"))
    send(theirs, page, button="Add rule", title="Secret project", default_project_id=330001)
    change = Change.objects.get()

    for address in (
        at("activity"),
        at("change", change.pk),
        f"{at('activity')}?q=secret",
        at("rule-undo", change.pk),
    ):
        answer = client.get(address, follow=True)
        assert "Secret" not in read(answer).words.replace("secret", ""), address
    told = b"".join(client.get(at("activity-export")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Secret" not in told
    assert "(of another person’s key)" in told
    own = b"".join(theirs.get(at("activity-export")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Secret project" in own
    assert "Added a rule of another person’s key" in read(client.get(at("activity"))).words
