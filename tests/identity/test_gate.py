"""Who is asking behind a proxy: on every request, and by nothing but that request's assertion."""

import pytest
from django.conf import LazySettings

from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from tests.browsing import read
from tests.identity.proxied import CONFIG, ISSUER, Browser, environ

pytestmark = pytest.mark.django_db
RULES = RoleRules({Role.MANAGER: Grants(groups=frozenset({"calendar-admins"}))}, Role.VIEWER)


@pytest.fixture(autouse=True)
def _behind_the_proxy(settings: LazySettings) -> None:
    settings.SIGN_IN, settings.TRUSTED_PEERS = CONFIG, CONFIG.peers
    settings.ROLES = RULES


@pytest.fixture
def bo() -> Browser:
    """Bo's browser."""
    return Browser("bo")


def test_somebody_new_is_known_at_first_sight(bo: Browser) -> None:
    page = bo.get("/workspaces/", **environ(Remote_Name="Bo Bright", Remote_Email="bo@example.com"))

    person = User.objects.get()
    assert page.status_code == 200
    assert page.wsgi_request.user == person
    assert (person.issuer, person.subject) == (ISSUER, "bo")
    assert (person.name, person.email) == ("Bo Bright", "bo@example.com")
    assert not person.has_usable_password()
    assert "Bo Bright" in read(page).words
