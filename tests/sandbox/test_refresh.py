"""What a refresh brings from the provider."""

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, SCOPES, call


@pytest.mark.parametrize("scope", SCOPES)
def test_the_first_refresh_shows_one_of_each(box: Sandbox, scope: str) -> None:
    before = {c["calendar_id"]: c for c in call(box, "GET", f"{ACCOUNTS}/710002").json()}

    answer = call(
        box, "POST", f"{scope}/integrations/calendar/710002/update?focus_auto_track_default=true"
    )

    after = {c["calendar_id"]: c for c in answer.json()}
    [gone], [new] = before.keys() - after.keys(), after.keys() - before.keys()
    both = before.keys() & after.keys()
    renamed = [n for n in both if before[n]["name"] != after[n]["name"]]
    recoloured = [n for n in both if before[n]["background_color"] != after[n]["background_color"]]
    assert before[gone]["name"] == "Old office"
    assert (after[new]["name"], after[new]["focus_auto_track"]) == ("Showroom", True)
    assert [after[n]["name"] for n in renamed] == ["Production plan"]
    assert [after[n]["name"] for n in recoloured] == ["Equipment"]


def test_a_second_refresh_brings_nothing(box: Sandbox) -> None:
    first = call(box, "POST", f"{ACCOUNTS}/710002/update")
    second = call(box, "POST", f"{ACCOUNTS}/710002/update")

    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("dialect", "query", "expected"),
    [("observed", "", False), ("documented", "?focus_auto_track_default=true", False)],
)
def test_new_calendars_are_not_tracked_unless_asked(
    box: Sandbox, dialect: str, query: str, expected: bool
) -> None:
    box.switches.dialect = "documented" if dialect == "documented" else "observed"

    call(box, "POST", f"{ACCOUNTS}/710002/update{query}")

    [new] = [c for c in box.world.account(710002)["calendars"] if c["name"] == "Showroom"]
    assert new["focus_auto_track"] is expected


def test_a_test_can_queue_more(box: Sandbox) -> None:
    box.world.queue(710001, "renamed", calendar_id=810002, name="Key clients")
    box.world.queue(710001, "vanished", calendar_id=810003)
    box.world.queue(710001, "vanished", calendar_id=1)

    names = [c["name"] for c in call(box, "POST", f"{ACCOUNTS}/710001/update").json()]

    assert "Key clients" in names
    assert len(names) == 7


def test_a_broken_account_cannot_be_refreshed(box: Sandbox) -> None:
    answer = call(box, "POST", f"{ACCOUNTS}/710004/update")

    assert answer.status_code == 400
    assert answer.json()["error_values"] == {"status": "invalid_grant"}
