import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.focus import consent_problem

ORIGINS = frozenset({"https://accounts.google.com", "http://localhost:8002", "http://[::1]:8002"})
GOOD = "https://accounts.google.com/o/oauth2/auth?state=abc&scope=a%20b,c#x"


@pytest.mark.parametrize(
    "address",
    [
        GOOD,
        "https://accounts.google.com",
        "https://ACCOUNTS.google.com:443/x",
        "HTTPS://accounts.google.com/",
        "http://localhost:8002/consent?x=@evil",
        "http://[::1]:8002/consent",
        GOOD + "x" * (8192 - len(GOOD)),
    ],
)
def test_it_allows_exactly_the_known_origins(address: str) -> None:
    assert consent_problem(address, ORIGINS) is None


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        (None, "no address"),
        ("", "no address"),
        (GOOD + "x" * 8193, "address too long"),
        (f"{GOOD}, {GOOD}", "odd characters in the address"),
        (f"{GOOD} ", "odd characters in the address"),
        (f"\t{GOOD}", "odd characters in the address"),
        (f"{GOOD}\x00", "odd characters in the address"),
        (f"{GOOD}\x7f", "odd characters in the address"),
        ("https://accounts.google.com\\@evil.example", "odd characters in the address"),
        ("https://accounts.google.cöm/", "odd characters in the address"),
        ("https://ａccounts.google.com/", "odd characters in the address"),
        ("/relative", "not an absolute web address"),
        ("//accounts.google.com/", "not an absolute web address"),
        ("https:/accounts.google.com/", "not an absolute web address"),
        ("https:///accounts.google.com/", "not an absolute web address"),
        ("https://", "not an absolute web address"),
        ("https://[::1/", "not an absolute web address"),
        ("https://user@accounts.google.com/", "not an absolute web address"),
        ("https://accounts.google.com@evil.example/", "not an absolute web address"),
        ("https://accounts.google.com:443:443/", "not an absolute web address"),
        ("https://accounts.google.com:/", "not an absolute web address"),
        ("https://accounts%2egoogle.com/", "not an absolute web address"),
        ("https://accounts.google.com;.evil.example/", "not an absolute web address"),
        ("javascript://accounts.google.com/%0aalert(1)", "not an absolute web address"),
        ("ftp://accounts.google.com/", "not an absolute web address"),
        ("http://accounts.google.com/", "origin not allowed"),
        ("https://accounts.google.com:444/", "origin not allowed"),
        ("https://accounts.google.com./", "origin not allowed"),
        ("https://evil.accounts.google.com/", "origin not allowed"),
        ("https://accounts.google.com.evil.example/", "origin not allowed"),
        ("https://accounts-google.com/", "origin not allowed"),
        ("http://localhost/", "origin not allowed"),
        ("http://127.0.0.1:8002/", "origin not allowed"),
        ("https://localhost:8002/", "origin not allowed"),
    ],
)
def test_it_refuses_every_other_address(address: str | None, problem: str) -> None:
    assert consent_problem(address, ORIGINS) == problem


def test_it_allows_nothing_when_there_are_no_origins() -> None:
    assert consent_problem(GOOD, frozenset()) == "origin not allowed"
    assert consent_problem("nonsense", frozenset({"nonsense"})) == "not an absolute web address"


@given(st.text() | st.text().map(lambda text: f"https://{text}@accounts.google.com/"))
@example("https://accounts.google.com/[")
def test_it_neither_raises_nor_allows_what_it_does_not_know(address: str) -> None:
    problem = consent_problem(address, ORIGINS)

    assert problem or address.lower().startswith("https://accounts.google.com")
    assert len(address) < 3 or address not in str(problem)
