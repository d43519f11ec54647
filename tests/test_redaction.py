"""What is cut out of log lines and of reports of errors."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from hypothesis import given
from hypothesis import strategies as st

from focusadmin.identity.configuration import HeaderProxy, TrustedPeers
from focusadmin.redaction import HidingReporterFilter, RedactionFilter, redact

KEY = "toggl_sk_" + "77" * 16
PASSWORD = "dragon-horse-canary"
HIDDEN = (
    KEY,
    f"Bearer {KEY}",
    "Authorization: Basic Ym9AZXhhbXBsZS5jb206ZHJhZ29u",
    "bearer abcdefghijklmnop",
    "GET /connect/x/return/?state=aaaabbbb&code=ccccdddd HTTP/1.1",
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJib0BleGFtcGxlLmNvbSJ9.c2lnbmF0dXJl",
    "12345678:gAAAAABm" + "x" * 90 + "==",
)
SECRETS = ("7777", "Ym9A", "abcdefghij", "aaaabbbb", "ccccdddd", "eyJz", "c2ln", "xxxx")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's own root handler writes."""
    written = io.StringIO()
    [handler] = [each for each in logging.getLogger().handlers if any(map(_is_ours, each.filters))]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def _is_ours(found: object) -> bool:
    return isinstance(found, RedactionFilter)


@pytest.mark.parametrize("text", HIDDEN)
def test_it_cuts_out_what_looks_like_a_secret(text: str) -> None:
    assert "[removed]" in redact(text)
    assert not any(secret in redact(text) for secret in SECRETS)


@pytest.mark.parametrize(
    "text",
    [
        "focus code=unavailable request=GET /integrations/calendar",
        "GET /integrations/calendar: 200 in 2 ms",
        "change id=1 outcome=done actor=local:mia@example.com fields=name",
        "",
    ],
)
def test_it_leaves_the_rest_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(st.text(), st.text(alphabet="0123456789abcdef", min_size=20, max_size=40), st.text())
def test_a_key_never_gets_through_whatever_is_around_it(
    before: str, digits: str, after: str
) -> None:
    text = f"{before} toggl_sk_{digits} {after}"

    assert f"sk_{digits}" not in redact(text)


def test_the_root_handler_writes_none_in_messages_arguments_or_tracebacks(
    log: io.StringIO,
) -> None:
    logger = logging.getLogger("tests.redaction")
    logger.warning("plain " + KEY)  # noqa: G003  # a careless message is the point
    logger.warning("with %s and %r", KEY, {"Authorization": f"Bearer {KEY}"})
    logger.warning("too few: %s %s", KEY)
    logger.warning("named %(key)s", {"key": KEY}, stack_info=True)
    try:
        raise ValueError(f"Invalid header: {KEY}")
    except ValueError:
        logger.exception("it failed")

    written = log.getvalue()
    assert written.count("[removed]") == 6
    assert "its arguments do not fit" in written
    assert "ValueError: Invalid header" in written
    assert "7777" not in written


def test_django_has_no_handler_of_its_own() -> None:
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django").propagate


def report(settings: LazySettings, debug: bool) -> str:
    """Return the report of an error that met secrets everywhere, as page and as text."""
    settings.DEBUG = debug
    form = {"secret": KEY, "password": PASSWORD, "visibility": "health"}
    request = RequestFactory().post("/me/key/", form, headers={"x-pomerium-jwt-assertion": KEY})
    request.COOKIES["sessionid"] = PASSWORD
    header = {"Authorization": f"Bearer {KEY}"}
    try:
        raise RuntimeError(len(header))
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())
    assert type(reporter.filter) is HidingReporterFilter
    return reporter.get_traceback_html() + reporter.get_traceback_text()


@pytest.mark.parametrize("debug", [True, False])
def test_a_report_shows_no_secret(settings: LazySettings, debug: bool) -> None:
    told = report(settings, debug)

    assert "7777" not in told
    assert PASSWORD not in told
    assert "health" in told
    assert "RuntimeError" in told


@sensitive_post_parameters("colour")
@sensitive_variables()
def careful(request: HttpRequest) -> None:
    """Fail over what was declared sensitive, and has neither a secret's name nor its shape."""
    held = request.POST["colour"] + "-held"
    raise RuntimeError(len(held))


@pytest.mark.parametrize("debug", [True, False])
def test_what_a_view_declared_sensitive_is_hidden_even_where_debug_is_on(
    settings: LazySettings, debug: bool
) -> None:
    settings.DEBUG = debug
    request = RequestFactory().post("/", {"colour": PASSWORD})
    try:
        careful(request)
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())

    assert reporter.filter.is_active(request)
    [frame] = [each for each in reporter.get_traceback_frames() if each["function"] == "careful"]
    assert dict(frame["vars"])["held"] == HidingReporterFilter.cleansed_substitute
    assert PASSWORD not in reporter.get_traceback_html() + reporter.get_traceback_text()


def test_a_report_shows_no_secret_of_the_proxy_and_no_address_with_a_password(
    settings: LazySettings,
) -> None:
    secret = "for-tests-only-not-a-secret-0123456789"
    settings.SIGN_IN = HeaderProxy(
        "headers", "X-User", "", "", "", ",", "X-Gate", (secret,), TrustedPeers()
    )
    settings.FOCUS_PROXY_URL = f"http://proxy:{PASSWORD}@proxy.example.com"
    settings.DEBUG = True
    headers = {"x-gate": secret, "x-company-id": f"Bearer {KEY}"}
    request = RequestFactory(DATABASE_URL=f"postgres://x:{PASSWORD}@db").get("/", headers=headers)
    reporter = ExceptionReporter(request, RuntimeError, RuntimeError("oh"), None)
    told = reporter.get_traceback_html() + reporter.get_traceback_text()

    assert "X-User" in told
    assert secret not in told
    assert PASSWORD not in told
    assert "7777" not in told
