"""The variables that say what earns a role."""

import pytest

from focusadmin.config import ConfigurationError, Reader
from focusadmin.identity import role_reading
from focusadmin.identity.roles import Grants, Role, RoleRules
from tests.config.starting import Start

LDAP = "cn=Calendar admins,ou=groups,dc=example,dc=com"


def test_the_variables_become_the_rules(start: Start) -> None:
    rules = start(
        ROLE_VIEWER_GROUPS=f"staff; {LDAP} ;;",
        ROLE_EDITOR_EMAILS="Ed@Example.com, bo@example.com;",
        ROLE_MANAGER_CLAIMS="realm.roles=calendar=admins; https://example.com/role=it",
        ROLE_DEFAULT="Viewer",
    )["ROLES"]

    assert rules == RoleRules(
        {
            Role.VIEWER: Grants(groups=frozenset({"staff", LDAP})),
            Role.EDITOR: Grants(emails=frozenset({"ed@example.com", "bo@example.com"})),
            Role.MANAGER: Grants(
                claims=frozenset(
                    {("realm.roles", "calendar=admins"), ("https://example.com/role", "it")}
                )
            ),
        },
        Role.VIEWER,
    )


def test_without_the_variables_nobody_is_anything(start: Start) -> None:
    assert start()["ROLES"] == RoleRules({role: Grants() for role in Role}, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROLE_VIEWER_GROUPS", ";;"),
        ("ROLE_EDITOR_EMAILS", "nobody"),
        ("ROLE_EDITOR_EMAILS", "a@b@c"),
        ("ROLE_EDITOR_EMAILS", "@example.com"),
        ("ROLE_EDITOR_EMAILS", "Ed <ed@example.com>"),
        ("ROLE_MANAGER_CLAIMS", "department"),
        ("ROLE_MANAGER_CLAIMS", "=it"),
        ("ROLE_MANAGER_CLAIMS", "department="),
        ("ROLE_DEFAULT", "admin"),
    ],
)
def test_what_makes_no_sense_stops_the_start(name: str, value: str) -> None:
    read = Reader({name: value})

    role_reading.rules(read)

    with pytest.raises(ConfigurationError, match=f"{name}: .*Example: {name}="):
        read.finish()
