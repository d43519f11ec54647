"""What the operator hears at the start, and everybody on every page, of passwords and managers."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.test import Client

from focusadmin.identity import checks
from focusadmin.identity.configuration import HeaderProxy, SignedProxy, TrustedPeers
from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from tests.browsing import read
from tests.config.starting import run

IDS = {"focusadmin.W030", "focusadmin.W031", "focusadmin.W032"}
LOUD = "Password sign-in is on. People are known here by a password"
QUIET = "Password sign-in is on: people are known here by a password"


def signed(preset: str = "jwt", groups: str = "groups") -> SignedProxy:
    """Return a proxy that signs."""
    claims = {"subject_claim": "sub", "email_claim": "email", "name_claim": "name"}
    return SignedProxy(
        preset=preset,
        header="X-Jwt",
        bearer=False,
        algorithms=("ES256",),
        keys="https://sso.example.com/jwks",
        issuer="https://sso.example.com",
        audiences=("focusadmin",),
        max_lifetime=600,
        groups_claim=groups,
        **claims,
    )


def headers(groups: str) -> HeaderProxy:
    """Return a proxy that says who is asking in plain headers."""
    names = ("Remote-User", "Remote-Email", "Remote-Name", groups, ",", "X-Secret")
    return HeaderProxy("headers", *names, ("s" * 32,), TrustedPeers(unix=True))


def manager_by(**grants: Any) -> RoleRules:
    """Return rules that give the highest role."""
    return RoleRules({role: Grants() for role in Role} | {Role.MANAGER: Grants(**grants)})


def told() -> list[tuple[str | None, str]]:
    """Return (id, sentence) of our warnings."""
    return [(found.id, found.msg) for found in run_checks() if found.id in IDS]


GROUPS = {"groups": frozenset({"admins"})}


@pytest.mark.parametrize(
    ("sign_in", "rules", "sentence"),
    [
        (signed(), manager_by(**GROUPS), ""),
        (signed(), manager_by(emails=frozenset({"a@example.com"})), ""),
        (signed(), manager_by(claims=frozenset({("department", "it")})), ""),
        (signed(), RoleRules(manager_by().grants, Role.MANAGER), ""),
        (signed(), manager_by(), "no group, e-mail address or claim"),
        (signed(), RoleRules(manager_by().grants, Role.EDITOR), "no group, e-mail address"),
        (signed("google-iap"), manager_by(**GROUPS), "SIGN_IN=google-iap no groups are known"),
        (signed("google-iap"), manager_by(**GROUPS, emails=frozenset({"a@example.com"})), ""),
        (signed("google-iap", "google.groups"), manager_by(**GROUPS), ""),
        (headers("Remote-Groups"), manager_by(**GROUPS), ""),
        (headers(""), manager_by(**GROUPS), "SIGN_IN=headers no groups are known"),
    ],
)
def test_a_start_with_nobody_able_to_be_manager_warns(
    settings: LazySettings,
    sign_in: SignedProxy | HeaderProxy,
    rules: RoleRules,
    sentence: str,
) -> None:
    settings.SIGN_IN, settings.ROLES = sign_in, rules

    found = told()

    assert [number for number, _said in found] == (["focusadmin.W030"] if sentence else [])
    assert all(said.startswith("Nobody can be Manager") and sentence in said for _, said in found)


@pytest.mark.parametrize("lacks", ["role", "is_active", "issuer"])
def test_with_passwords_it_warns_when_no_active_person_is_manager(
    manager: User, lacks: str
) -> None:
    """The start itself is in tests/check/test_run.py."""
    assert checks.managers() == []

    User.objects.update(**{lacks: {"role": "editor", "is_active": False, "issuer": "sso"}[lacks]})

    [warning] = checks.managers()
    assert warning.id == "focusadmin.W030"
    assert "manage.py user role EMAIL manager" in str(warning)


def test_behind_a_proxy_nobody_asks_who_has_a_password(db: None, settings: LazySettings) -> None:
    settings.SIGN_IN = signed()

    assert checks.managers() == []


def test_rules_that_nothing_reads_are_named(settings: LazySettings) -> None:
    assert told() == []
    settings.ROLES = manager_by(**GROUPS)

    [(number, said)] = told()

    assert (number, "nothing reads them" in said) == ("focusadmin.W032", True)


def test_passwords_in_production_are_a_warning_until_they_are_accepted() -> None:
    loud = run("manage.py", "check", PASSWORD_SIGN_IN_ACCEPTED="false")
    accepted = run("manage.py", "check")

    assert "(focusadmin.W031) People sign in with passwords" in loud.stderr
    assert "W031" not in accepted.stderr + accepted.stdout
    assert (loud.returncode, accepted.returncode) == (0, 0)


@pytest.mark.parametrize("path", ["/workspaces/", "/w/4400001/accounts/", "/nothing/", "/w/1/"])
def test_every_page_says_so_loudly_or_once_accepted_at_its_end(
    client: Client, settings: LazySettings, path: str
) -> None:
    assert "Password sign-in" not in read(client.get(path)).words

    settings.PASSWORDS_IN_PRODUCTION = True
    assert LOUD in read(client.get(path)).words

    settings.PASSWORD_SIGN_IN_ACCEPTED = True
    words = read(client.get(path)).words
    assert QUIET in words
    assert LOUD not in words


def test_the_sign_in_page_says_so_too(
    stranger_client: Client, db: None, settings: LazySettings
) -> None:
    settings.PASSWORDS_IN_PRODUCTION = True

    assert LOUD in read(stranger_client.get("/sign-in/")).words
