"""Who is asking behind a proxy: on every request, and by nothing but that request's assertion."""

import logging
import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from focusadmin.identity import assertion, middleware, refusals
from focusadmin.identity.errors import SignInError
from focusadmin.identity.models import User
from focusadmin.identity.roles import Grants, Role, RoleRules
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.check.sources import ROOT
from tests.conftest import PASSWORD, WORKSPACE
from tests.identity.proxied import CONFIG, ISSUER, SECRET, Browser, environ
from tests.views.test_races import together

pytestmark = pytest.mark.django_db
RULES = RoleRules({Role.MANAGER: Grants(groups=frozenset({"calendar-admins"}))}, Role.VIEWER)
PAGE = "/workspaces/"


@pytest.fixture(autouse=True)
def _behind_the_proxy(settings: LazySettings) -> None:
    settings.SIGN_IN, settings.TRUSTED_PEERS = CONFIG, CONFIG.peers
    settings.ROLES = RULES


@pytest.fixture
def bo() -> Browser:
    """Bo's browser."""
    return Browser("bo")


def name_of(response: Any) -> str:
    """Return whom the header of a page names, '' where nobody."""
    found = re.search(r'class="person"[^>]*>([^<]*)<', response.content.decode())
    return found[1] if found else ""


# --- People -------------------------------------------------------------------------------------


def test_somebody_new_is_known_at_first_sight(bo: Browser) -> None:
    page = bo.get(PAGE, **environ(Remote_Name="Bo Bright", Remote_Email="bo@example.com"))

    person = User.objects.get()
    assert page.status_code == 200
    assert page.wsgi_request.user == person
    assert (person.issuer, person.subject) == (ISSUER, "bo")
    assert (person.name, person.email) == ("Bo Bright", "bo@example.com")
    assert not person.has_usable_password()
    assert name_of(page) == "Bo Bright"


def test_somebody_without_name_and_address_is_named_by_the_subject(bo: Browser) -> None:
    page = bo.get(PAGE)

    assert name_of(page) == str(page.wsgi_request.user) == "bo"


def test_the_second_request_writes_nothing(bo: Browser) -> None:
    bo.get(PAGE)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        bo.get(PAGE)

    assert not [q["sql"] for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]
    assert User.objects.count() == 1
    assert Session.objects.count() == 1


def test_name_and_address_follow_the_proxy(bo: Browser) -> None:
    bo.get(PAGE, **environ(Remote_Name="Bo", Remote_Email="bo@example.com"))

    page = bo.get(PAGE, **environ(Remote_Name="Bo Bright", Remote_Email="bright@example.com"))

    person = User.objects.get()
    assert (person.name, person.email) == ("Bo Bright", "bright@example.com")
    assert name_of(page) == "Bo Bright"


def test_an_address_makes_nobody_the_person_who_has_it() -> None:
    """Two people with one address are two; only (issuer, subject) counts."""
    taken = User.objects.create_local(email="mia@example.com", name="Mia", password=PASSWORD)

    one, two = (
        Browser().get(PAGE, **environ(user, Remote_Email="mia@example.com")).wsgi_request.user
        for user in ("mia@example.com", "eve")
    )

    assert len({taken.pk, one.pk, two.pk}) == 3


def test_one_subject_of_two_proxies_is_two_people(bo: Browser, settings: LazySettings) -> None:
    first = bo.get(PAGE).wsgi_request.user
    settings.SIGN_IN = replace(CONFIG, preset="headers")

    second = bo.get(PAGE).wsgi_request.user

    assert first.subject == second.subject
    assert first != second


@pytest.mark.django_db(transaction=True)
def test_first_requests_at_the_same_moment_are_one_person() -> None:
    answers = together(*(lambda: Browser("bo").get(PAGE) for _ in range(6)))

    assert {answer.status_code for answer in answers} == {200}
    assert User.objects.count() == 1


def test_no_proxy_speaks_for_the_people_of_local_sign_in(settings: LazySettings) -> None:
    with pytest.raises(SignInError, match="issuer"):
        middleware.people.asserted(middleware.Asserted("local", "mia@example.com", "", "", None))


@pytest.mark.parametrize("text", ["", "x" * 201, "a\x00b", "a\ud800", "a\nb"])
def test_what_cannot_be_a_key_of_a_person_is_refused_and_never_cut(text: str) -> None:
    for issuer, subject in (("https://sso.example.com", text), (text, "bo")):
        with pytest.raises(SignInError, match="malformed"):
            middleware.people.asserted(middleware.Asserted(issuer, subject, "", "", None))


def test_what_is_only_shown_is_made_fit_to_be_shown() -> None:
    shown = middleware.people.asserted(
        middleware.Asserted("https://sso.example.com", "bo", "é" * 300, "B\x00o\ud800\u202e", None)
    )

    shown.refresh_from_db()
    assert (shown.email, shown.name) == ("é" * 254, "Bo")


# --- Nobody is anybody without an assertion -----------------------------------------------------


def test_a_live_session_is_nobody_without_an_assertion(bo: Browser) -> None:
    bo.get(PAGE)
    bo.user = None

    refused = bo.get(PAGE)

    assert refused.status_code == 403
    assert name_of(refused) == ""
    assert refused.wsgi_request.user.is_anonymous
    assert Session.objects.count() == 1


def routes() -> list[str]:
    """Return every address of the URLconf that names no row, and some that nothing answers."""
    found = {str(p.pattern) for r in get_resolver().url_patterns for p in r.url_patterns}
    plain = sorted(f"/{route}" for route in found if "<" not in route)
    return [*plain, f"/w/{WORKSPACE}/accounts/", "/nothing/", "/static/nothing.css", "/admin/"]


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "options"])
def test_no_address_answers_a_request_without_an_assertion(method: str) -> None:
    for path in routes():
        refused = getattr(Client(), method)(path)

        assert refused.status_code == 403, path
        assert not refused.cookies
    assert not User.objects.exists()
    assert not Session.objects.exists()


def test_health_alone_is_answered_to_anybody() -> None:
    assert Client().get("/healthz").status_code == 200


def test_a_session_of_local_sign_in_is_worth_nothing(bo: Browser) -> None:
    mia = User.objects.create_local(email="mia@example.com", name="Mia Manager", password=PASSWORD)
    bo.force_login(mia)
    old = bo.cookies["sessionid"].value

    page = bo.get(PAGE)

    assert name_of(page) == "bo"
    assert not Session.objects.filter(pk=old).exists()
    bo.user = None
    assert bo.get(PAGE).status_code == 403


def test_a_password_opens_nothing(bo: Browser) -> None:
    User.objects.create_local(email="mia@example.com", name="Mia Manager", password=PASSWORD)

    answer = bo.post("/sign-in/", {"username": "mia@example.com", "password": PASSWORD})

    assert answer["Location"] == "/"
    assert bo.get("/sign-in/")["Location"] == "/"
    assert name_of(bo.get(PAGE)) == "bo"
    assert "_auth_user_id" not in bo.session


@pytest.mark.parametrize("path", ["/password/", "/password/changed/"])
def test_there_are_no_pages_about_passwords(bo: Browser, path: str) -> None:
    assert bo.get(path).status_code == 404
    assert bo.post(path, {"old_password": ""}).status_code == 404
    assert "password" not in read(bo.get(PAGE)).words


def test_a_disabled_person_is_refused_on_the_next_request(bo: Browser) -> None:
    assert bo.get(PAGE).status_code == 200
    User.objects.update(is_active=False)

    refused = bo.get(PAGE)

    assert refused.status_code == 403
    assert "You may no longer sign in here" in read(refused).words
    User.objects.update(is_active=True)
    assert bo.get(PAGE).status_code == 200


# --- Roles --------------------------------------------------------------------------------------


def test_a_removed_group_loses_its_right_on_the_very_first_request(
    bo: Browser, sandbox: Sandbox
) -> None:
    path = f"/w/{WORKSPACE}/accounts/connect/"
    bo.groups = "it,calendar-admins"
    assert bo.get(path).status_code == 200

    for groups in ("it", "", None, "calendar-admins2", "Calendar-Admins"):
        bo.groups = groups
        assert bo.get(path).status_code == 403
        assert bo.get(path).wsgi_request.role == Role.VIEWER
        bo.groups = "calendar-admins"
        assert bo.get(path).status_code == 200


def test_the_role_of_local_people_does_not_count_here(bo: Browser) -> None:
    bo.get(PAGE)
    User.objects.update(role="manager")

    assert bo.get(PAGE).wsgi_request.role == Role.VIEWER


def test_somebody_without_a_role_is_known_and_may_do_nothing(
    bo: Browser, settings: LazySettings
) -> None:
    settings.ROLES = RoleRules()

    refused = bo.get(PAGE)

    assert refused.status_code == 403
    assert name_of(refused) == "bo"
    assert refused.wsgi_request.role is None


# --- The session --------------------------------------------------------------------------------


def test_a_session_ends_when_another_person_comes_with_it(bo: Browser) -> None:
    bo.get(PAGE)
    session = bo.session
    session["draft"] = "Bo's own"
    session.save()

    bo.user = "chidi"
    page = bo.get(PAGE)

    assert name_of(page) == "chidi"
    assert "draft" not in bo.session
    assert not Session.objects.filter(pk=session.session_key).exists()
    assert bo.session["person"] == [ISSUER, "chidi"]


def test_a_message_for_one_person_is_not_shown_to_the_next(bo: Browser, sandbox: Sandbox) -> None:
    bo.post(f"/w/{WORKSPACE}/check/", **environ("bo", "calendar-admins"))
    assert "_messages" in bo.session

    bo.user = "chidi"
    page = bo.get(f"/w/{WORKSPACE}/accounts/")

    assert not list(page.context["messages"])


def test_a_form_that_one_person_opened_is_not_sent_as_another() -> None:
    browser = Browser("bo", enforce_csrf_checks=True)
    page = browser.get(PAGE)

    browser.user = "chidi"
    refused = send(browser, page, "/sign-out/")

    assert refused.status_code == 403
    assert "This form was open for too long" in read(refused).words
    assert name_of(refused) == "chidi"
    browser.user = "bo"
    assert send(browser, page, "/sign-out/").status_code == 403
    assert send(browser, browser.get(PAGE), "/sign-out/").status_code == 200


@pytest.mark.parametrize(("user", "offered"), [("chidi", False), ("bo", True)])
def test_what_one_person_typed_is_offered_to_nobody_else(user: str, offered: bool) -> None:
    browser = Browser("bo", enforce_csrf_checks=True, headers={"origin": "http://127.0.0.1:8000"})
    browser.get(PAGE)

    browser.user = user
    refused = browser.post("/workspaces/manage/", {"label": "typed-by-bo"})

    assert refused.status_code == 403
    assert (b'value="typed-by-bo"' in refused.content) is offered


def test_a_part_of_somebody_elses_page_loads_the_whole_page(bo: Browser) -> None:
    bo.get(PAGE)

    bo.user = "chidi"
    part = bo.get(PAGE, headers={"HX-Request": "true"})

    assert part["HX-Refresh"] == "true"
    assert part.content == b""
    assert "HX-Refresh" not in bo.get(PAGE, headers={"HX-Request": "true"})


# --- The diagnosis ------------------------------------------------------------------------------


def test_it_says_why_and_what_to_check_and_nothing_that_was_sent(
    caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    settings.CONTACT = "Ask the help desk."
    brought = environ("mallory\xa0", "secret-group", secret=SECRET)

    refused = Client().get("/workspaces/?q=asked-for", **brought)

    page = read(refused)
    assert refused.status_code == 403
    assert "The company sign-on could not be read. Nothing was done." in page.words
    assert "Remote-User is refused: it holds what cannot be printed. (malformed)" in page.words
    assert "What the proxy sends as the assertion" in page.words
    assert "Ask the help desk." in page.words
    assert refused["X-Request-ID"] in page.words
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    line = record.getMessage()
    assert line.startswith(f"sign-in refused reason=malformed request_id={refused['X-Request-ID']}")
    for sent in ("mallory", "secret-group", SECRET, "asked-for"):
        assert sent not in refused.content.decode() + line


def test_what_is_logged_stays_one_line(caplog: pytest.LogCaptureFixture) -> None:
    Client().get("/a%0Asign-in%20refused%20reason=none")

    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "\n" not in record.getMessage()


def test_a_refused_part_of_a_page_loads_the_page_that_says_why() -> None:
    refused = Client().get(PAGE, headers={"HX-Request": "true"})

    assert (refused.status_code, refused["HX-Refresh"]) == (403, "true")


def test_a_refusal_asks_no_database_and_is_nobodys_to_keep(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(0):
        refused = Client().get(PAGE)

    assert "no-store" in refused["Cache-Control"]
    assert "default-src 'none'" in refused["Content-Security-Policy"]
    assert refused["X-Frame-Options"] == "DENY"


def test_every_reason_has_its_words() -> None:
    source = "".join(path.read_text() for path in (ROOT / "focusadmin/identity").glob("*.py"))
    reasons = set(re.findall(r'SignInError\(\s*"([a-z-]+)"', source))
    reasons |= {reason for _error, reason, _detail in assertion.FAULTS}

    assert len(reasons) > 10
    assert reasons == set(refusals.TOLD)


def test_a_reason_that_nobody_wrote_words_for_has_some(rf: Any) -> None:
    request = rf.get("/")
    request.request_id, request.client_address = "0" * 32, ""
    page = refusals.page(request, SignInError("unheard-of", "Something else."))

    assert "The company sign-on was refused" in page.content.decode()


# --- Sign-out -----------------------------------------------------------------------------------


def test_signing_out_leads_to_the_proxys_own(bo: Browser, settings: LazySettings) -> None:
    settings.SIGN_OUT_URL = "https://sso.example.com/logout?client=focusadmin"

    answer = send(bo, bo.get(PAGE), "/sign-out/")

    page = read(answer)
    assert answer.status_code == 200
    assert page.links["End the company sign-on"] == settings.SIGN_OUT_URL
    assert "autofocus>End the company" in answer.content.decode()
    assert name_of(answer) == ""
    assert not Session.objects.exists()


def test_without_a_sign_out_of_the_proxy_it_says_so(bo: Browser) -> None:
    answer = send(bo, bo.get(PAGE), "/sign-out/")

    assert "Your company sign-on is still open" in read(answer).words
    assert "End the company sign-on" not in read(answer).links


def test_a_form_from_before_signing_out_is_refused_after_it() -> None:
    browser = Browser("bo", enforce_csrf_checks=True)
    page = browser.get(PAGE)
    assert send(browser, page, "/sign-out/").status_code == 200

    assert send(browser, page, "/sign-out/").status_code == 403


# --- What is forwarded --------------------------------------------------------------------------


@pytest.mark.parametrize(("peer", "client"), [("127.0.0.1", "203.0.113.7"), ("", "203.0.113.7")])
def test_the_client_is_where_a_trusted_proxy_says(bo: Browser, peer: str, client: str) -> None:
    page = bo.get(PAGE, **environ("bo", peer=peer, X_Forwarded_For=f"192.0.2.1, {client}"))

    assert page.wsgi_request.client_address == client


def test_what_a_stranger_forwards_has_no_effect_anywhere(settings: LazySettings) -> None:
    forwarded = environ(
        "bo",
        peer="192.0.2.66",
        X_Forwarded_For="203.0.113.7",
        X_Forwarded_Host="evil.example.net",
        X_Forwarded_Proto="https",
        X_Forwarded_User="bo",
    )
    request = Client().get(PAGE, **forwarded).wsgi_request

    assert request.client_address == "192.0.2.66"
    assert request.get_host() == "testserver"
    assert not request.is_secure()
    assert request.user.is_anonymous
