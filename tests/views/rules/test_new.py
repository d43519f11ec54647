"""A new rule: made, refused where its title is there, and honest about what Focus did with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Change, Rule, Source
from integrations.sandbox import Sandbox
from integrations.services import changes
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.views.addresses import at

Asked = Callable[[], list[str]]
Theirs = Callable[[], dict[str, dict[str, Any]]]
Rules = dict[str, Rule]
MAKE = ["list_mappings", "create_mapping"]


def make(client: Client, **typed: Any) -> Any:
    return send(client, client.get(at("rule-new")), button="Add rule", **typed)


def test_it_is_made_with_a_fresh_list_before(
    client: Client, rules: Rules, theirs: Theirs, asked: Asked
) -> None:
    answer = make(client, title=" Retro ", default_project_id=330001, note="For the sprint")

    assert asked() == MAKE
    page = read(client.get(answer["Location"]))
    assert asked() == []
    assert "Added the rule “Retro”." in page.words
    assert "5 rules" in page.words
    assert theirs()["Retro"]["project_id"] == 330001
    change = Change.objects.get()
    assert (change.action, change.outcome, change.note) == ("rule-add", "done", "For the sprint")
    assert change.after == {"title": "Retro", "project_id": 330001, "task_id": None}
    assert (change.rule_title, change.rule_id) == ("Retro", theirs()["Retro"]["id"])
    assert page.links["Undo…"] == at("rule-undo", change.pk)


def test_a_title_that_is_there_leads_to_its_rule_and_nothing_is_written(
    client: Client, rules: Rules, theirs: Theirs, asked: Asked
) -> None:
    before = theirs()

    answer = make(client, title="client CALL", default_project_id=330001)

    assert (answer.status_code, asked()) == (409, ["list_mappings"])
    page = read(answer)
    assert "There is a rule with this title already. Nothing was written." in page.words
    assert page.links["Open the existing rule"] == at("rule", rules["Client call"].pk)
    assert page.form(button="Add rule").values["title"] == "client CALL"
    assert theirs() == before
    change = Change.objects.get()
    assert (change.outcome, change.found["title"]) == ("conflict", "Client call")


@pytest.mark.thorough
@pytest.mark.usefixtures("rules")
def test_a_rule_that_appeared_elsewhere_meanwhile_is_noticed(
    client: Client, sandbox: Sandbox, theirs: Theirs
) -> None:
    rule = {"id": 7, "title": "Retro", "project_id": 1, "task_id": None, "workspace_id": 4400001}
    sandbox.world.owner(sandbox.shared_key).rules.append(rule | {"updated_at": ""})

    answer = make(client, title="Retro", default_project_id=330001)

    assert answer.status_code == 409
    assert theirs()["Retro"]["project_id"] == 1
    assert read(answer).links["Open the existing rule"] == at("rule", Rule.objects.latest("pk").pk)


@pytest.mark.usefixtures("rules")
def test_a_rule_that_focus_wrote_over_is_told_and_can_be_brought_back(
    client: Client, sandbox: Sandbox, theirs: Theirs, asked: Asked
) -> None:
    sandbox.switches.loose_titles = True

    answer = make(client, title="Daily standup!", default_planned_task_id=220001)

    page = read(client.get(answer["Location"]))
    assert "wrote over that rule" in page.words
    assert "Another rule was written over" in page.words
    assert "Daily stand-up" not in theirs()
    asked()
    send(client, client.get(page.links["Undo this change…"]), button="Undo this change")
    assert asked() == ["list_mappings", "replace_mapping"]
    assert theirs()["Daily stand-up"]["project_id"] == 330004
    assert theirs()["Daily stand-up"]["task_id"] is None


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": "", "default_project_id": 1}, "Enter the title that the rule is for."),
        ({"title": "x"}, "a rule needs one of them"),
        ({"title": "x", "default_project_id": 0}, "a rule needs one of them"),
        ({"title": "x", "default_project_id": "one"}, "Enter a whole number."),
        ({"title": "x", "default_planned_task_id": 2**63}, "9223372036854775807"),
        ({"title": "x" * 1001, "default_planned_task_id": 1}, "at most 1000 characters"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: Client, asked: Asked, typed: dict[str, Any], told: str
) -> None:
    answer = make(client, **typed)

    assert told in read(answer).words
    assert "There is a problem" in read(answer).words
    assert asked() == []


@pytest.mark.thorough
def test_a_title_from_the_box_is_filled_in(client: Client) -> None:
    form = read(client.get(at("rule-new"), {"title": "Retro"})).form(button="Add rule")

    assert form.values["title"] == "Retro"


@pytest.mark.usefixtures("rules")
def test_an_answer_that_never_came_is_looked_up(
    client: Client, sandbox: Sandbox, theirs: Theirs
) -> None:
    sandbox.fault("create_mapping", "reset", performed=True)

    answer = make(client, title="Retro", default_project_id=330001)

    assert "We do not know whether this was saved" in read(answer).words
    assert Change.objects.get().outcome == "unknown"
    client.get(at("rules"))
    change = Change.objects.get()
    assert (change.outcome, change.rule_id) == ("done", theirs()["Retro"]["id"])


@pytest.mark.usefixtures("rules")
def test_after_an_answer_that_says_nothing_the_next_page_asks(
    client: Client, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.fault("create_mapping", "status", status=201, body="", performed=True)

    answer = make(client, title="Retro", default_project_id=330001)

    assert asked() == MAKE
    assert "5 rules" in read(client.get(answer["Location"])).words
    assert asked() == ["list_mappings"]
    assert Change.objects.get().outcome == "done"


@pytest.mark.thorough
@pytest.mark.usefixtures("rules")
def test_what_did_not_arrive_is_found_out(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("create_mapping", "reset", performed=False)
    make(client, title="Retro", default_project_id=330001)
    Change.objects.update(lease_until=None)

    client.get(at("rules"))

    change = Change.objects.get()
    assert (change.outcome, change.error) == ("failed", "not-saved")


@pytest.mark.thorough
@pytest.mark.usefixtures("rules")
def test_a_service_without_rules_any_more_is_told(client: Client, sandbox: Sandbox) -> None:
    page = client.get(at("rule-new"))
    sandbox.switches.offers_rules = False

    answer = send(client, page, button="Add rule", title="Retro", default_project_id=1)

    assert answer.status_code == 404
    assert "no rules at all. Nothing was written." in read(answer).words
    assert Change.objects.get().outcome == "refused"


@pytest.mark.usefixtures("rules")
def test_what_focus_kept_instead_is_told(client: Client, sandbox: Sandbox) -> None:
    kept = {"id": 77, "title": "Retro", "project_id": 5, "task_id": None}
    sandbox.fault("create_mapping", "wrong_shape", payload=kept)

    answer = make(client, title="Retro", default_project_id=330001)

    assert "took over something else" in read(answer).words
    change = Change.objects.get()
    assert (change.outcome, change.error) == ("failed", "not-taken")
    assert change.found == {"project_id": 5}


@pytest.mark.usefixtures("rules")
def test_two_people_never_pass_each_other(
    client: Client, source: Source, actor: Actor, theirs: Theirs, asked: Asked
) -> None:
    first = changes.intend(Change.Action.RULE_EDIT, source, by=actor, rule=(7, "Retro"))
    with changes.sending(first):
        answer = make(client, title="retro", default_project_id=330002)

    assert (answer.status_code, asked()) == (409, [])
    assert "Somebody else is saving a rule right now." in read(answer).words
    assert "retro" not in theirs()
    assert Change.objects.get(rule_title="retro").error == "busy"
    # Nor while the first one's request may still arrive: it is somebody else's.
    lease = timezone.now() + timedelta(seconds=30)
    Change.objects.filter(pk=first.pk).update(
        outcome="unknown", lease_until=lease, actor_subject="ed@example.com"
    )
    assert make(client, title="retro", default_project_id=330002).status_code == 409


def test_a_project_is_found_by_name_and_nothing_typed_is_lost(client: Client, asked: Asked) -> None:
    page = client.get(at("rule-new"))

    search = {"find": "default_project_id", "find_default_project_id": "relaunch"}
    page = send(client, page, button="Add rule", **search)

    assert asked() == ["projects", "clients"]
    assert "There is a problem" not in read(page).words
    assert "Website relaunch" in read(page).words
    pick = {"pick": "default_project_id", "picked_default_project_id": "330001"}
    page = send(client, page, button="Add rule", title="Retro", **pick)
    form = read(page).form(button="Add rule")
    assert (form.values["default_project_id"], form.values["title"]) == ("330001", "Retro")
    send(client, page, button="Add rule", press="save")
    assert Change.objects.get().names["project_id"]["330001"]["name"] == "Website relaunch"
    assert "Website relaunch" in read(client.get(at("rules"))).words
