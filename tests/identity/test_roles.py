"""What a person may be, by what the proxy asserts of them in one request."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focusadmin.identity.asserted import Asserted
from focusadmin.identity.roles import Grants, Role, RoleRules, role_for

LDAP = "cn=Calendar admins,ou=groups,dc=example,dc=com"
RULES = RoleRules(
    {
        Role.VIEWER: Grants(groups=frozenset({"staff"})),
        Role.EDITOR: Grants(claims=frozenset({("department", "it"), ("realm.roles", "7")})),
        Role.MANAGER: Grants(groups=frozenset({LDAP}), emails=frozenset({"boss@example.com"})),
    }
)


def asserted(
    *groups: str, email: str = "vera@example.com", claims: Mapping[str, Any] | None = None
) -> Asserted:
    """Return what the proxy says of Vera."""
    return Asserted("https://sso", "vera", email, "Vera", frozenset(groups), claims or {})


def role(*groups: str, **said: Any) -> Role | None:
    """Return Vera's role under the rules above."""
    return role_for(asserted(*groups, **said), RULES)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), None),
        (("staff",), Role.VIEWER),
        (("other", "staff"), Role.VIEWER),
        ((LDAP,), Role.MANAGER),
        (("staff", LDAP), Role.MANAGER),
        (("Staff",), None),
        (("staff ",), None),
        (("ｓtaff",), None),
        (("cn=Calendar admins",), None),
        (("",), None),
    ],
)
def test_a_group_counts_to_the_letter_and_the_highest_wins(
    groups: tuple[str, ...], expected: Role | None
) -> None:
    assert role(*groups) == expected


def test_a_proxy_that_sent_no_groups_gives_what_needs_none() -> None:
    unsaid = Asserted("https://sso", "vera", "boss@example.com", "Vera", None)

    assert role_for(unsaid, RULES) == Role.MANAGER


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("boss@example.com", Role.MANAGER),
        ("Boss@Example.COM", Role.MANAGER),
        (" boss@example.com", Role.MANAGER),
        ("boſs@example.com", None),  # casefold() makes the long s an s
        ("boß@example.com", None),
        ("bоss@example.com", None),  # a Cyrillic o
        ("boss@example.com.evil.example", None),
        ("boss@example.com\x00", None),
        ("", None),
    ],
)
def test_an_address_counts_in_any_case_and_for_no_other(email: str, expected: Role | None) -> None:
    assert role(email=email) == expected


@pytest.mark.parametrize("verified", [False, "false", None, "no", 0])
def test_an_address_that_nobody_verified_earns_nothing(verified: Any) -> None:
    assert role(email="boss@example.com", claims={"email_verified": verified}) is None


@pytest.mark.parametrize("verified", [True, "true", "True"])
def test_an_address_that_was_verified_counts(verified: Any) -> None:
    assert role(email="boss@example.com", claims={"email_verified": verified}) == Role.MANAGER


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"department": "it"}, Role.EDITOR),
        ({"department": ["hr", "it"]}, Role.EDITOR),
        ({"department": "IT"}, None),
        ({"department": "it, hr"}, None),
        ({"department": {"it": True}}, None),
        ({"department": None}, None),
        ({"department": [["it"]]}, None),
        ({"realm": {"roles": [1, 7]}}, Role.EDITOR),
        ({"realm": {"roles": 7}}, Role.EDITOR),
        ({"realm.roles": "7"}, Role.EDITOR),
        ({"realm.roles": "8", "realm": {"roles": 7}}, None),  # the claim of that very name counts
        ({"realm": ["roles"]}, None),
        ({"realm": "roles"}, None),
        ({"realm": {"roles": 7.0}}, None),
    ],
)
def test_a_claim_counts_where_it_is_or_holds_the_value(
    claims: dict[str, Any], expected: Role | None
) -> None:
    assert role(claims=claims) == expected


@pytest.mark.parametrize(("said", "value"), [(True, "true"), (False, "false")])
def test_a_claim_that_is_true_or_false_is_spelt_so(said: bool, value: str) -> None:
    rules = RoleRules({Role.EDITOR: Grants(claims=frozenset({("admin", value)}))})

    assert role_for(asserted(claims={"admin": said}), rules) == Role.EDITOR
    assert role_for(asserted(claims={"admin": not said}), rules) is None


@pytest.mark.parametrize("default", [None, *Role])
def test_the_default_is_the_least_that_anybody_has(default: Role | None) -> None:
    rules = RoleRules(RULES.grants, default)

    assert role_for(asserted(), rules) == default
    assert role_for(asserted("staff"), rules) == max(Role.VIEWER, default or 0)
    assert role_for(asserted(LDAP), rules) == Role.MANAGER


NAMES = st.sampled_from(["staff", "Staff", LDAP, "it", ""]) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(
    groups=st.none() | st.frozensets(NAMES, max_size=4),
    email=NAMES,
    claims=st.dictionaries(st.sampled_from(["department", "realm", "realm.roles", "x"]), VALUES),
)
def test_whatever_is_asserted_only_what_the_rules_name_earns_anything(
    groups: frozenset[str] | None, email: str, claims: dict[str, Any]
) -> None:
    found = role_for(Asserted("i", "s", email, "", groups, claims), RULES)

    if LDAP not in (groups or ()):
        assert found != Role.MANAGER
        if "staff" not in (groups or ()) and not {"department", "realm", "realm.roles"} & {*claims}:
            assert found is None


def test_nothing_configured_gives_nobody_anything() -> None:
    assert role_for(asserted(LDAP, email="boss@example.com"), RoleRules()) is None
