"""Addresses of the configuration: one spelling for each, and a sentence for what is none."""

import re

import pytest
from django.http.request import validate_host

from focusadmin import addresses
from focusadmin.config import ConfigurationError
from tests.config.starting import Start


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://focus.example.com/", "https://focus.example.com"),
        ("https://focus.example.com:443", "https://focus.example.com"),
        ("https://focus.example.com:8443", "https://focus.example.com:8443"),
        ("https://focus.example.com:80", "https://focus.example.com:80"),
        ("HTTPS://Focus.Example.COM", "https://focus.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_spelt_as_browsers_spell_it(written: str, meant: str) -> None:
    assert addresses.origin(written) == meant


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("https://bücher.example", "punycode"),
        ("https://[::1", "not an http(s) address"),
        ("https://*", "not an http(s) address"),
        ("https://.example.com", "not an http(s) address"),
        ("https://example.com.", "not an http(s) address"),
        ("https://exa mple.com", "not an http(s) address"),
        ("https://example.com:0", "not an http(s) address"),
        ("https://example.com:99999", "not an http(s) address"),
        ("ftp://example.com", "not an http(s) address"),
        ("https://", "not an http(s) address"),
        ("https://example.com/path", "without path"),
        ("https://example.com?q", "without path"),
        ("https://example.com#f", "without path"),
        ("http://example.com", "must use https"),
    ],
)
def test_what_is_no_origin_is_refused(written: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        addresses.origin(written)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "FOCUS_API_URL", "FOCUS_CONSENT_ORIGINS"])
@pytest.mark.parametrize("login", ["alex:hush@", "alex:hüsh@", "hush@", "@"])
def test_a_login_in_an_address_is_refused_and_not_repeated(
    start: Start, name: str, login: str
) -> None:
    with pytest.raises(ConfigurationError, match="user name or password") as told:
        start(**{name: f"https://{login}example.com"})

    assert "sh@" not in str(told.value)


@pytest.mark.parametrize("written", ["http://hush@[::1", "http://hüsh℀@proxy.example.com", "hush"])
def test_a_proxy_that_is_none_is_not_repeated(start: Start, written: str) -> None:
    with pytest.raises(ConfigurationError, match="FOCUS_PROXY_URL: it is not") as told:
        start(FOCUS_PROXY_URL=written)

    assert "sh" not in str(told.value).partition("FOCUS_PROXY_URL: ")[2].partition("Example")[0]


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("http://[::1]:8000", "[::1]"),
        ("http://[::1]", "[::1]"),
        ("https://Focusadmin.Example.com:8443", "focusadmin.example.com"),
    ],
)
def test_the_host_of_the_public_address_is_allowed(start: Start, written: str, host: str) -> None:
    settings = start(PUBLIC_URL=written)

    assert settings["ALLOWED_HOSTS"] == [host]
    assert validate_host(host, settings["ALLOWED_HOSTS"])
    assert settings["CSRF_TRUSTED_ORIGINS"] == [settings["PUBLIC_URL"]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Focus.example.com:443/API/", "https://focus.example.com/API"),
        ("http://localhost:8001", "http://localhost:8001"),
    ],
)
def test_the_api_address_keeps_its_path(written: str, meant: str) -> None:
    assert addresses.api_url(written) == meant
