"""What every operation does when all is well, in both dialects and both scopes."""

import json

import pytest

from integrations.focus import BasicLogin, BearerKey, Calendar, FocusClient, Scope
from integrations.sandbox import Sandbox
from tests.contract.conftest import MakeFocus
from tests.contract.operations import BACK, OPERATIONS, account_id, calendar, healthy


def test_it_lists_accounts_with_their_calendars(focus: FocusClient, box: Sandbox) -> None:
    found = focus.list_accounts()

    rows = box.world.accounts(box.shared_key)
    assert found.unreadable == ()
    assert [account.integration_id for account in found.items] == [
        row["calendar_integration_id"] for row in rows
    ]
    for account, row in zip(found.items, rows, strict=True):
        assert (account.email, account.provider) == (row["email"], row["provider"])
        assert account.has_write_scope is row["has_write_scope"]
        assert account.error_status == (row["error_status"] or "")
        assert account.scopes == tuple(row["scopes"])
        assert account.created_at is not None
        assert account.calendars.unreadable == ()
        assert [item.name for item in account.calendars.items] == [
            item["name"] or "" for item in row["calendars"]
        ]
    assert any(account.error_status for account in found.items)


def test_it_lists_the_calendars_of_one_account(focus: FocusClient, box: Sandbox) -> None:
    found = focus.list_calendars(account_id(box))

    rows = healthy(box)["calendars"]
    assert found.unreadable == ()
    assert [item.calendar_id for item in found.items] == [row["calendar_id"] for row in rows]
    assert {item.integration_id for item in found.items} == {account_id(box)}
    assert [item.default_project_id for item in found.items] == [
        row["default_project_id"] for row in rows
    ]
    known = box.switches.documented
    assert all((item.focus_auto_track is None) == known for item in found.items)


def test_it_asks_for_consent_to_connect(focus: FocusClient, box: Sandbox) -> None:
    address = focus.setup("google", BACK)

    assert address.startswith(f"{box.provider_url}/")
    assert box.requests[-1].query == {"provider": "google", "return_to": BACK}
    assert focus.setup("outlook").startswith(f"{box.provider_url}/")
    assert box.requests[-1].query == {"provider": "outlook"}


@pytest.mark.parametrize("preserve", [True, False])
def test_it_asks_for_consent_again(focus: FocusClient, box: Sandbox, preserve: bool) -> None:
    address = focus.reauth(account_id(box), BACK, preserve_scope=preserve)

    assert address.startswith(f"{box.provider_url}/")
    expected = {"return_to": BACK} | ({"preserve_scope": "true"} if preserve else {})
    assert box.requests[-1].query == expected


def test_it_refreshes(focus: FocusClient, box: Sandbox) -> None:
    found = focus.refresh(account_id(box), focus_auto_track_default=True)

    assert [item.name for item in found.items] == [
        row["name"] or "" for row in healthy(box)["calendars"]
    ]
    assert box.requests[-1].query == {"focus_auto_track_default": "true"}


def test_it_updates_a_calendar_and_leaves_the_rest_alone(focus: FocusClient, box: Sandbox) -> None:
    row = healthy(box)["calendars"][0]
    row["unheard_of"] = {"deep": [1.5, None, "é\u0000"]}
    before = dict(row)
    read = focus.list_calendars(account_id(box)).items[0]

    found = focus.update_calendar(read, {"background_color": "#123456", "default_project_id": None})

    after = box.world.calendar(account_id(box), read.calendar_id)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"background_color", "updated_at"} | (
        {"default_project_id"} if before["default_project_id"] is not None else set()
    )
    assert after["background_color"] == "#123456"
    if box.switches.documented:
        assert found is not None
        assert found.items[0].background_color == "#123456"
    else:
        assert found is None


def test_it_sends_the_bytes_that_it_read(focus: FocusClient, box: Sandbox) -> None:
    odd = calendar(box)

    focus.update_calendar(odd, {"name": "New"})

    assert box.requests[-1].body == odd.raw[:-1] + b',"name":"New"}'


def test_it_writes_back_every_calendar_of_the_world(focus: FocusClient, box: Sandbox) -> None:
    """Names of every script, null and zero defaults, odd colours: all survive unchanged."""
    found = [item for account in focus.list_accounts().items for item in account.calendars.items]
    before = json.dumps(box.world.accounts(box.shared_key))

    for item in found:
        focus.update_calendar(item, {})

    after = json.dumps(box.world.accounts(box.shared_key))
    stamps = [item["updated_at"] for a in json.loads(after) for item in a["calendars"]]
    for account, seen in zip(json.loads(before), json.loads(after), strict=True):
        for one, other in zip(account["calendars"], seen["calendars"], strict=True):
            assert one | {"updated_at": ""} == other | {"updated_at": ""}
    assert len(found) == len(stamps) >= 25


@pytest.mark.parametrize("preserve", [True, False])
def test_it_disconnects(focus: FocusClient, box: Sandbox, preserve: bool) -> None:
    gone = account_id(box)

    focus.disconnect(gone, preserve_entities=preserve)

    assert gone not in [account.integration_id for account in focus.list_accounts().items]
    assert box.requests[-2].query == {"preserve_entities": "true" if preserve else "false"}


def test_it_reads_the_settings(focus: FocusClient) -> None:
    assert focus.settings().current_workspace_id == 4400001


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_is_one_request_in_the_right_scope(
    focus: FocusClient, box: Sandbox, scope: Scope, operation: str
) -> None:
    OPERATIONS[operation](focus, box)

    (seen,) = box.requests
    assert seen.operation == operation
    assert seen.key == box.shared_key
    assert ("/organizations/5500001/" in seen.path) == (
        scope.organization_id is not None and operation != "settings"
    )
    assert focus.calls == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_tells_what_is_left(focus: FocusClient, box: Sandbox, operation: str) -> None:
    OPERATIONS[operation](focus, box)

    assert focus.quota is not None
    assert focus.quota.remaining == 599
    assert focus.quota.resets_at is not None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_works_without_quota_headers(focus: FocusClient, box: Sandbox, operation: str) -> None:
    box.switches.quota_headers = False

    OPERATIONS[operation](focus, box)

    assert focus.quota is None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_works_with_a_password(make_focus: MakeFocus, box: Sandbox, operation: str) -> None:
    person = box.world.owner(box.shared_key)
    person.password = "wörd: żółć 🗝"  # noqa: S105 - a letter of every kind

    OPERATIONS[operation](make_focus(BasicLogin(person.email, person.password)), box)

    assert box.requests[-1].key is None


def test_an_empty_list_may_be_null(make_focus: MakeFocus, box: Sandbox) -> None:
    box.switches.null_for_empty = True
    box.world.accounts(box.shared_key).clear()

    assert make_focus().list_accounts().items == ()


def test_each_key_sees_its_own_accounts(make_focus: MakeFocus, box: Sandbox) -> None:
    seen = {}
    for person in box.world.people[:3]:
        found = make_focus(BearerKey(person.key)).list_accounts()
        seen[person.email] = {account.integration_id for account in found.items}

    assert len(set.union(*seen.values())) == sum(map(len, seen.values()))


def test_one_odd_entry_never_hides_the_others(focus: FocusClient, box: Sandbox) -> None:
    rows = healthy(box)["calendars"]
    rows[0]["calendar_id"] = 0
    rows[1]["name"] = ["odd"]
    rows[2]["name"] = "\ud83d"
    rows[3]["created_at"] = 10**400

    found = focus.list_calendars(account_id(box))

    assert [odd.reason for odd in found.unreadable] == ["id-zero"]
    assert len(found.items) == len(rows) - 1
    assert all(isinstance(item, Calendar) for item in found.items)
    assert [item.name for item in found.items[:2]] == ["", "\ufffd"]
