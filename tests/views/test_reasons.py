"""What one may not do is on the page with the reason, and nothing of it can be pressed."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Change, Key, Source
from integrations.services import keys
from tests.browsing import read
from tests.conftest import signed_in
from tests.views.addresses import at, of

Accounts = dict[str, Account]
BROKEN, WORKING = "events@example.com", "alex.admin@example.net"
MANAGER = "Needs the role Manager. Your role is {}."
EDITOR = "Needs the role Editor. Your role is {}."


def off(html: str) -> dict[str, str]:
    """Return what is switched off on a page: label to reason, as a screen reader tells them."""
    found = {}
    for named, label in re.findall(
        r'<button[^>]*type="button"\s+aria-disabled="true"\s+aria-describedby="([^"]+)"[^>]*>(.*?)</button>',
        html,
        re.DOTALL,
    ):
        reasons = re.findall(rf'id="{named}">(.*?)</span>', html)
        assert len(reasons) == 1, f"{named} describes {len(reasons)} times"
        found[" ".join(re.sub(r"<[^>]+>", " ", label).split())] = reasons[0]
    return found


def shown(client: Client, path: str) -> dict[str, str]:
    """Return what is switched off at an address that the person may open."""
    response = client.get(path)
    assert response.status_code == 200
    return off(response.content.decode())


def test_a_viewer_is_told_at_every_action(viewer_client: Client, accounts: Accounts) -> None:
    manager, editor = MANAGER.format("Viewer"), EDITOR.format("Viewer")

    assert shown(viewer_client, at("accounts")) == {
        "Connect calendar": manager,
        f"Reconnect {BROKEN}": manager,
    }
    assert shown(viewer_client, of("account", accounts[BROKEN])) == {
        "Reconnect": manager,
        "Refresh calendars": editor,
        f"Disconnect {BROKEN}…": manager,
    }
    assert shown(viewer_client, of("account", accounts[WORKING])) == {
        "Refresh calendars": editor,
        "Reconnect": manager,
        f"Disconnect {WORKING}…": manager,
    } | {name: manager for name in ["Grant write access"] if not accounts[WORKING].has_write_scope}


def test_an_editor_is_told_at_what_is_left(editor_client: Client, accounts: Accounts) -> None:
    manager = MANAGER.format("Editor")

    assert shown(editor_client, of("account", accounts[BROKEN])) == {
        "Reconnect": manager,
        f"Disconnect {BROKEN}…": manager,
    }
    [calendar, *_rest] = accounts[WORKING].calendars.order_by("pk")
    assert shown(editor_client, of("calendar-edit", calendar)) == {}


def test_a_manager_is_told_nothing(client: Client, accounts: Accounts) -> None:
    [calendar, *_rest] = accounts[WORKING].calendars.order_by("pk")

    for path in (at("accounts"), of("account", accounts[BROKEN]), of("calendar-edit", calendar)):
        assert shown(client, path) == {}


@pytest.mark.parametrize("name", ["accounts", "calendars"])
def test_an_empty_list_tells_too(
    viewer_client: Client, accounts: Accounts, source: Source, name: str
) -> None:
    Account.objects.update(gone_at=source.last_good_at)

    assert shown(viewer_client, at(name)) == {"Connect calendar": MANAGER.format("Viewer")}


def test_a_viewer_reads_a_calendars_form_and_can_send_nothing(
    viewer_client: Client, accounts: Accounts, asked: Callable[[], list[str]]
) -> None:
    [calendar, *_rest] = accounts[WORKING].calendars.order_by("pk")

    page = viewer_client.get(of("calendar-edit", calendar))

    html = page.content.decode()
    assert '<fieldset class="fields" disabled>' in html
    assert off(html) == {
        "Save": EDITOR.format("Viewer"),
        "Use readable text": EDITOR.format("Viewer"),
    }
    form = read(page).form("", button="Save")
    assert form.values["background_color"] == calendar.background_color
    assert form.buttons == []
    assert html.count('type="submit"') == 3  # signing out, finding and checking now
    asked()
    for sent in ({"selected": "on"}, {"readable": "1"}):
        assert viewer_client.post(of("calendar-edit", calendar), sent).status_code == 403
    assert (asked(), Change.objects.count()) == ([], 0)


@pytest.fixture
def theirs(source: Source, accounts: Accounts) -> Key:
    """Bo's key, through which everything is seen, and which lends itself to nobody."""
    bo = User.objects.create_local(email="bo@example.com", name="Bo", password=None, role=None)
    key = Key.objects.create(owner=bo, fingerprint="f", visibility=Key.Visibility.HEALTH)
    row = keys.source(key, source.workspace)
    row.last_good_at, row.key_generation = source.last_good_at, key.generation
    row.save()
    Account.objects.update(source=row)
    return key


def test_a_manager_is_told_that_it_is_not_their_key(
    client: Client, accounts: Accounts, theirs: Key
) -> None:
    reason = "Not your key: Bo has not allowed you to act in their name."

    told = shown(client, of("account", accounts[BROKEN]))

    assert set(told.values()) == {reason}
    assert {"Reconnect", "Refresh calendars", f"Disconnect {BROKEN}…"} <= set(told)
    assert shown(client, at("accounts")) == {
        f"Reconnect {BROKEN}": "Not your key: its owner has not allowed you to act in their name."
    }


def test_a_forced_address_says_who_can_allow_it(
    client: Client, accounts: Accounts, theirs: Key
) -> None:
    answer = client.post(of("account-refresh", accounts[BROKEN]))

    page = read(answer)
    assert answer.status_code == 403
    assert "Not your key: Bo has not allowed you to act in their name." in page.words
    assert "Bo can allow it" in page.words
    assert not Change.objects.exists()


def test_an_owner_who_allows_it_takes_the_reason_away(
    client: Client, accounts: Accounts, theirs: Key
) -> None:
    Key.objects.filter(pk=theirs.pk).update(visibility=Key.Visibility.ACT)

    assert shown(client, of("account", accounts[BROKEN])) == {}


def test_a_role_that_was_taken_counts_on_the_page_at_hand(
    client: Client, manager: User, accounts: Accounts
) -> None:
    assert shown(client, at("accounts")) == {}

    User.objects.update(role=Role.VIEWER.name.lower())

    assert set(shown(client, at("accounts")).values()) == {MANAGER.format("Viewer")}
    assert shown(signed_in(manager), at("accounts")) != {}
