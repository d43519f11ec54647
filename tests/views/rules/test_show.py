"""One rule: shown to everybody, saved by managers, never over somebody else's change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Change, Rule, RuleBook
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at

Asked = Callable[[], list[str]]
Theirs = Callable[[], dict[str, dict[str, Any]]]
Rules = dict[str, Rule]
SAVE = ["list_mappings", "replace_mapping"]


@pytest.fixture
def daily(rules: Rules) -> Rule:
    """The first rule."""
    return rules["Daily stand-up"]


def save(client: Client, rule: Rule, **typed: Any) -> Any:
    return send(client, client.get(at("rule", rule.pk)), button="Save", **typed)


def test_only_what_was_touched_is_recorded_and_the_rest_is_sent_as_it_was(
    client: Client, sandbox: Sandbox, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    theirs()["Daily stand-up"]["colour"] = [1.5]

    answer = save(client, daily, default_project_id="", default_planned_task_id=220001)

    assert asked() == SAVE
    assert "Saved the rule “Daily stand-up”." in read(client.get(answer["Location"])).words
    now = theirs()["Daily stand-up"]
    assert (now["project_id"], now["task_id"], now["colour"]) == (None, 220001, [1.5])
    change = Change.objects.get()
    assert change.before == {"project_id": 330004, "task_id": None}
    assert change.after == {"project_id": None, "task_id": 220001}


@pytest.mark.thorough
def test_nothing_touched_is_nothing_sent(client: Client, daily: Rule, asked: Asked) -> None:
    answer = save(client, daily)

    assert "nothing was sent" in read(client.get(answer["Location"])).words
    assert asked() == []


def test_a_spelling_that_focus_has_is_kept(client: Client, sandbox: Sandbox) -> None:
    [first, *_rest] = sandbox.world.owner(sandbox.shared_key).rules
    first["title"] = "  Odd\tone "
    client.get(at("rules"))

    save(client, Rule.objects.get(rule_id=first["id"]), default_project_id=330001)

    assert (first["title"], first["project_id"]) == ("  Odd\tone ", 330001)


@pytest.mark.thorough
def test_a_title_of_another_rule_leads_there(
    client: Client, rules: Rules, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    answer = save(client, daily, title="PHOTO shoot")

    assert (answer.status_code, asked()) == (409, ["list_mappings"])
    assert read(answer).links["Open the existing rule"] == at("rule", rules["Photo shoot"].pk)
    assert "Daily stand-up" in theirs()


def test_a_409_of_focus_itself_is_told(
    client: Client, sandbox: Sandbox, daily: Rule, asked: Asked
) -> None:
    sandbox.switches.loose_titles = True

    answer = save(client, daily, title="Photo-shoot")

    assert (answer.status_code, asked()) == (409, SAVE)
    assert "in a spelling that we do not see" in read(answer).words
    assert Change.objects.get().outcome == "conflict"


def test_what_focus_refuses_is_told(
    client: Client, sandbox: Sandbox, daily: Rule, asked: Asked
) -> None:
    sandbox.fault("replace_mapping", "status", status=422)

    answer = save(client, daily, default_planned_task_id=220001)

    assert (answer.status_code, asked()) == (502, SAVE)
    assert "Focus did not accept this" in read(answer).words
    change = Change.objects.get()
    assert (change.outcome, change.error) == ("refused", "rejected")


def test_a_rule_that_was_kept_damaged_is_not_sent_back(
    client: Client, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    page = client.get(at("rule", daily.pk))
    Rule.objects.filter(pk=daily.pk).update(raw="{")
    # Nor does the list that is read before mend it, being older than our own last write.
    RuleBook.objects.update(written_at=timezone.now() + timedelta(seconds=5))

    send(client, page, button="Save", default_planned_task_id=220001)

    assert asked() == ["list_mappings"]
    assert theirs()["Daily stand-up"]["task_id"] is None
    assert Change.objects.get().outcome == "failed"


def test_somebody_elses_change_is_shown_and_not_written_over(
    client: Client, daily: Rule, theirs: Theirs, asked: Asked
) -> None:
    page = client.get(at("rule", daily.pk))
    theirs()["Daily stand-up"]["project_id"] = 330002

    answer = send(client, page, button="Save", default_planned_task_id=220001)

    told = read(answer)
    assert (answer.status_code, asked()) == (409, ["list_mappings"])
    assert "Somebody has changed this rule since you opened it." in told.words
    assert "What Focus has by now" in told.words
    assert "Project 330002" in told.words
    assert told.form(button="Save").values["default_planned_task_id"] == "220001"

    answer.request = page.request
    again = send(client, answer, button="Save")
    assert again.status_code == 302
    assert theirs()["Daily stand-up"]["project_id"] == 330004


@pytest.mark.thorough
def test_a_rule_that_is_gone_is_told(
    client: Client, sandbox: Sandbox, daily: Rule, asked: Asked
) -> None:
    page = client.get(at("rule", daily.pk))
    sandbox.world.owner(sandbox.shared_key).rules.clear()

    answer = send(client, page, button="Save", default_planned_task_id=220001)

    assert (
        "The rule “Daily stand-up” is no longer there."
        in read(client.get(answer["Location"])).words
    )
    assert client.get(at("rule", daily.pk)).status_code == 404


@pytest.mark.thorough
def test_a_viewer_sees_it_and_why_not_more(viewer_client: Client, daily: Rule) -> None:
    page = read(viewer_client.get(at("rule", daily.pk)))

    assert "You can see this rule, not change it. Needs the role Manager." in page.words


def test_a_damaged_form_writes_nothing(client: Client, daily: Rule, asked: Asked) -> None:
    for shown in ("", "[]", "{", '{"title": 1, "project_id": 2, "task_id": 3}'):
        answer = save(client, daily, shown=shown, default_planned_task_id=1)
        assert answer.status_code == 409
        assert "damaged on its way" in read(answer).words
    assert asked() == []


@pytest.mark.thorough
def test_its_history_is_beside_it(client: Client, daily: Rule) -> None:
    save(client, daily, default_planned_task_id=220001)

    page = read(client.get(at("rule", daily.pk)))

    assert page.links["Edited the rule “Daily stand-up”"] == at("change", Change.objects.get().pk)


@pytest.mark.thorough
def test_what_became_of_an_edit_is_looked_up(client: Client, sandbox: Sandbox, daily: Rule) -> None:
    for performed, outcome in ((True, "done"), (False, "failed")):
        sandbox.fault("replace_mapping", "reset", performed=performed)
        answer = save(client, daily, default_planned_task_id=220001 if performed else 220003)
        assert "We do not know whether this was saved" in read(answer).words
        Change.objects.update(lease_until=None)

        client.get(at("rules"))

        assert Change.objects.latest("created_at").outcome == outcome
