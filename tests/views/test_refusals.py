"""A refusal says what is needed, what one is, why, and who can give it; and it is in the log."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from integrations.models import Account, Change
from tests.browsing import read
from tests.conftest import signed_in
from tests.identity.proxied import CONFIG, Browser, environ
from tests.views.addresses import at, of

Accounts = dict[str, Account]
PATH = "account-connect"
RULES = RoleRules(
    {
        Role.VIEWER: Grants(groups=frozenset({"staff"})),
        Role.EDITOR: Grants(groups=frozenset({"planners", "cn=Plan, ners"})),
        Role.MANAGER: Grants(
            groups=frozenset({"calendar-admins"}),
            emails=frozenset({"boss@example.com"}),
            claims=frozenset({("department", "it")}),
        ),
    },
    Role.VIEWER,
)


def words(response: Any) -> str:
    """Return what a refusal says."""
    assert response.status_code == 403
    return read(response).words


@pytest.fixture
def proxy(settings: LazySettings, db: None) -> LazySettings:
    """An installation behind a proxy, with rules for every role."""
    settings.SIGN_IN, settings.TRUSTED_PEERS = CONFIG, CONFIG.peers
    settings.ROLES = RULES
    return settings


def test_with_passwords_it_names_the_operators_command(viewer_client: Client) -> None:
    said = words(viewer_client.get(at(PATH)))

    assert "This needs the role Manager. Your role is Viewer." in said
    assert "Nothing was changed." in said
    assert "manage.py user role vera@example.com manager" in said


def test_without_any_role_every_page_says_so(nobody_yet: User) -> None:
    said = words(signed_in(nobody_yet).get("/", follow=True))

    assert "This needs the role Viewer. You have no role." in said
    assert "manage.py user role noor@example.com viewer" in said


def test_it_names_whom_to_ask(viewer_client: Client, settings: LazySettings) -> None:
    assert "Ask:" not in words(viewer_client.get(at(PATH)))

    settings.CONTACT = "IT service desk"

    assert "Ask: IT service desk" in words(viewer_client.get(at(PATH)))


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        (None, "sent no groups for you, so none could count"),
        ("", "you are in no group"),
        ("staff", "sent your groups, and none of them brings the role Manager"),
    ],
)
def test_no_groups_sent_is_not_the_same_as_none_that_counts(
    proxy: LazySettings, groups: str | None, why: str
) -> None:
    sent = {} if groups is None else {"Remote_Groups": groups}

    said = words(Browser("bo").get(at(PATH), **environ(**sent)))

    assert why in said
    assert "Your role is Viewer." in said


def test_it_names_the_groups_that_bring_the_role_and_nobodys_address(proxy: LazySettings) -> None:
    page = Browser("bo").get(at(PATH), **environ(Remote_Groups="staff"))

    said = words(page)
    assert "calendar-admins" in said
    assert "planners" not in said
    assert "can list your e-mail address for it" in said
    assert "department = it" in said
    assert b"boss@example.com" not in page.content


def test_a_higher_roles_groups_bring_a_lower_one_too(
    proxy: LazySettings, accounts: Accounts
) -> None:
    path = of("account-refresh", accounts["alex.admin@example.net"])

    said = words(Browser("bo").post(path, **environ(Remote_Groups="staff")))

    assert "This needs the role Editor." in said
    assert said.index("calendar-admins") < said.index("cn=Plan, ners") < said.index("planners")
    assert not Change.objects.exists()


def test_it_says_so_when_nothing_brings_the_role(proxy: LazySettings) -> None:
    proxy.ROLES = RoleRules({role: Grants() for role in Role}, Role.VIEWER)

    said = words(Browser("bo").get(at(PATH), **environ(Remote_Groups="staff")))

    assert "No group brings the role Manager in this installation." in said
    assert "Nothing gives the role Manager yet" in said


def test_a_group_that_is_taken_counts_on_the_next_request(proxy: LazySettings) -> None:
    bo = Browser("bo")
    assert bo.get(at("accounts"), **environ(Remote_Groups="calendar-admins")).status_code == 200

    proxy.ROLES = RoleRules(RULES.grants, None)

    assert "You have no role." in words(bo.get(at("accounts"), **environ(Remote_Groups="")))


def test_each_refusal_is_one_line_of_the_log(
    viewer_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    refused = viewer_client.post(at(PATH), {"provider": "google"})

    [line] = [message for message in caplog.messages if message.startswith("refused ")]
    assert line == (
        "refused route=account-connect method=POST needs=MANAGER role=VIEWER"
        f" person=local:vera@example.com address=127.0.0.1 request={refused['X-Request-ID']}"
    )
    assert refused["X-Request-ID"] in read(refused).words
    assert "Traceback" not in caplog.text
