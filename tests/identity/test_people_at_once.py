"""Whoever comes, in whatever order: nobody is ever served as somebody else.

A state machine draws people, browsers and their open pages; the model of who may be served is
eight lines long, and every answer is compared with it.
"""

import os
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from tests.conftest import PASSWORD
from tests.identity.proxied import CONFIG, ISSUER, environ

pytestmark = pytest.mark.django_db

#: How the proxy spells people, and who they are.
SPELT = {
    "bo": "bo",
    "Bo": "bo",
    "b0": "b0",
    "dana@example.com": "dana@example.com",
}
ADMINS = "calendar-admins"
PAGE, CONNECT = "/workspaces/", "/w/4400001/accounts/connect/"
#: What a request may come without, or with too much of.
LOST: dict[str, dict[str, Any]] = {
    "user": {"user": None},
    "empty user": {"user": ""},
    "secret": {"secret": None},
    "wrong secret": {"secret": "x" * 40},
    "another peer": {"peer": "192.0.2.9"},
    "two users": {"user": "bo,chidi"},
}
BROWSERS = st.integers(0, 1)
TABS = st.integers(0, 2)
PEOPLE = st.sampled_from(sorted(SPELT))
EXAMPLES, STEPS = (400, 60) if os.environ.get("PROVE") == "1" else (12, 30)


@dataclass
class Model:
    """What a browser ought to be: whose its session is, and how often that has ended."""

    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    whose: str = ""
    age: int = 0
    #: The pages that are open: the token of a form, and the age of the session it was made in.
    tabs: dict[int, tuple[str, int]] = field(default_factory=dict)

    def comes(self, who: str) -> None:
        """Somebody is served here: another person, or one whose session ended, begins anew."""
        if self.whose != who:
            self.whose, self.age = who, self.age + 1


class People(RuleBasedStateMachine):
    """Two browsers with three tabs each, four spellings of three people, one proxy."""

    served = 0
    refused = 0

    def __init__(self) -> None:
        super().__init__()
        Session.objects.all().delete()
        User.objects.all().delete()
        self.local = User.objects.create_local(email="mia@x.example", name="Mia", password=PASSWORD)
        self.browsers = [Model(), Model()]
        self.disabled: set[str] = set()
        self.admins: set[str] = set()

    def ask(
        self, browser: int, spelt: str, method: str = "get", path: str = PAGE, **form: str
    ) -> Any:
        """Let the proxy send a request of ``spelt``, with their groups as they are now."""
        groups = f"it,{ADMINS}" if SPELT[spelt] in self.admins else "it"
        client = self.browsers[browser].browser
        return getattr(client, method)(path, form, **environ(spelt, groups))

    def compare(self, answer: Any, who: str) -> None:
        """Fail where an answer, or the request it answers, is not ``who``'s."""
        shown = re.findall(r'class="person"[^>]*>([^<]*)<', answer.content.decode())
        user = answer.wsgi_request.user
        known = (user.issuer, user.subject) if user.is_authenticated else ("", "")
        assert shown == ([who] if who else [])
        assert known == ((ISSUER, who) if who else ("", ""))
        type(self).served += bool(who)
        type(self).refused += not who

    @rule(browser=BROWSERS, tab=TABS, spelt=PEOPLE)
    def opens_a_page(self, browser: int, tab: int, spelt: str) -> None:
        who, model = SPELT[spelt], self.browsers[browser]

        answer = self.ask(browser, spelt)

        if who in self.disabled:
            assert answer.status_code == 403
            self.compare(answer, "")
            return
        model.comes(who)
        assert answer.status_code == 200
        self.compare(answer, who)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
        assert token
        model.tabs[tab] = token[1], model.age

    @rule(browser=BROWSERS, tab=TABS, spelt=PEOPLE)
    def sends_a_form_that_was_open(self, browser: int, tab: int, spelt: str) -> None:
        """A form counts while its session does: not for another person, nor after its end."""
        who, model = SPELT[spelt], self.browsers[browser]
        token, age = model.tabs.get(tab, ("x" * 64, -1))

        answer = self.ask(browser, spelt, "post", "/sign-out/", csrfmiddlewaretoken=token)

        if who in self.disabled:
            assert answer.status_code == 403
            self.compare(answer, "")
            return
        model.comes(who)
        assert answer.status_code == (200 if age == model.age else 403)
        if age == model.age:  # they signed out
            model.whose = ""
            self.compare(answer, "")
        else:
            self.compare(answer, who)

    @rule(browser=BROWSERS, spelt=PEOPLE)
    def opens_what_admins_may(self, browser: int, spelt: str) -> None:
        who = SPELT[spelt]

        answer = self.ask(browser, spelt, path=CONNECT)

        if who in self.disabled:
            assert answer.status_code == 403
            return
        self.browsers[browser].comes(who)
        self.compare(answer, who)
        assert answer.status_code == (200 if who in self.admins else 403)

    @rule(browser=BROWSERS, spelt=PEOPLE, lost=st.sampled_from(sorted(LOST)))
    def loses_a_header(self, browser: int, spelt: str, lost: str) -> None:
        brought = environ(**({"user": spelt, "groups": ADMINS} | LOST[lost]))

        answer = self.browsers[browser].browser.get(PAGE, **brought)

        assert answer.status_code == 403
        self.compare(answer, "")

    @rule(browser=BROWSERS, spelt=PEOPLE)
    def loads_a_part(self, browser: int, spelt: str) -> None:
        who, model = SPELT[spelt], self.browsers[browser]
        is_new = bool(model.whose) and model.whose != who
        client = model.browser

        answer = client.get(PAGE, headers={"HX-Request": "true"}, **environ(spelt, "it"))

        if who in self.disabled:
            assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")
            return
        model.comes(who)
        assert answer.has_header("HX-Refresh") is is_new
        if not is_new:
            self.compare(answer, who)

    @rule(browser=BROWSERS)
    def lets_the_session_expire(self, browser: int) -> None:
        model = self.browsers[browser]
        found = model.browser.cookies.get("sessionid")
        if found is not None:
            Session.objects.filter(pk=found.value).update(expire_date=timezone.now())
        model.whose = ""

    @rule(browser=BROWSERS)
    def brings_a_session_of_local_sign_in(self, browser: int) -> None:
        model = self.browsers[browser]
        model.browser.cookies.pop("sessionid", None)
        model.browser.force_login(self.local)
        model.whose = ""

    @rule(browser=BROWSERS)
    def is_disabled_in_the_middle(self, browser: int) -> None:
        who = self.browsers[browser].whose or "bo"
        if User.objects.filter(issuer=ISSUER, subject=who).update(is_active=False):
            self.disabled.add(who)

    @rule()
    def come_back(self) -> None:
        User.objects.update(is_active=True)
        self.disabled.clear()

    @rule(who=st.sampled_from(sorted(set(SPELT.values()))))
    def joins_or_leaves_the_admins(self, who: str) -> None:
        self.admins ^= {who}

    @invariant()
    def everybody_is_known_once(self) -> None:
        known = list(User.objects.filter(issuer=ISSUER).values_list("subject", flat=True))
        assert len(known) == len(set(known))
        assert set(known) <= set(SPELT.values())


@pytest.mark.thorough
def test_nobody_is_ever_served_as_somebody_else(settings_: None) -> None:
    People.served = People.refused = 0

    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert People.served > EXAMPLES
    assert People.refused > EXAMPLES


@pytest.fixture
def settings_(settings: LazySettings) -> None:
    """Header mode, in which one group makes admins."""
    settings.SIGN_IN, settings.TRUSTED_PEERS = CONFIG, CONFIG.peers
    settings.ROLES = RoleRules({Role.MANAGER: Grants(groups=frozenset({ADMINS}))}, Role.VIEWER)
