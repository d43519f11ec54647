"""Forged tokens on the way that every request takes: nobody comes in, and nothing breaks."""

import random
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from tests.identity.forgeries import FORGERIES
from tests.identity.signing import draft, environ
from tests.identity.test_assertion import MUTANTS, mutate, proxy

RULES = RoleRules({Role.MANAGER: Grants(groups=frozenset({"admins"}))}, Role.VIEWER)


@pytest.mark.thorough
@pytest.mark.django_db
def test_no_forged_token_is_served_and_none_breaks_a_page(
    settings: LazySettings, tmp_path: Path
) -> None:
    config = settings.SIGN_IN = proxy(tmp_path / "jwks.json", "ES256")
    settings.ROLES = RULES
    good, chance, browser = draft(config, groups=["admins"]), random.Random(5), Client()
    token = good.text()
    mutants = {mutate(token, chance) for _ in range(MUTANTS // 5)} - {token}
    forged = [*(forge(good) for _, _, forge in FORGERIES), *mutants]

    codes = [browser.get("/workspaces/", **environ(config, bad)).status_code for bad in forged]

    assert set(codes) == {403}
    assert User.objects.count() == Session.objects.count() == 0
    assert browser.get("/workspaces/", **environ(config, good.text())).status_code != 403
    assert User.objects.get().subject == "00u1-alex"


@pytest.mark.django_db
def test_a_session_helps_no_forged_token(settings: LazySettings, tmp_path: Path) -> None:
    config = settings.SIGN_IN = proxy(tmp_path / "jwks.json", "ES256")
    settings.ROLES = RULES
    good, browser = draft(config, groups=["admins"]), Client()
    browser.get("/workspaces/", **environ(config, good.text()))

    assert browser.get("/workspaces/").status_code == 403
    for _, _, forge in FORGERIES[::10]:
        assert browser.get("/workspaces/", **environ(config, forge(good))).status_code == 403
