"""The fields of a list's filter: drawn once, and never as they were for another question."""

from django.http import QueryDict
from django.utils import translation

from integrations.forms.filters import AccountFilter, CalendarFilter
from integrations.templatetags import filters as tag
from integrations.templatetags.filters import filter_fields

ACCOUNTS = [(1, "alex@example.com (Google)"), (2, "bo@example.com (Outlook)")]


def asked(query: str = "", accounts: list[tuple[int, str]] = ACCOUNTS) -> str:
    """Return what is drawn of the calendars' filter."""
    form = CalendarFilter(QueryDict(query), accounts=accounts, people=[], backgrounds={})
    return filter_fields(form)


def drawn() -> int:
    """Return how many filters were drawn so far."""
    return tag._drawn.cache_info().misses


def test_the_same_filter_is_drawn_once() -> None:
    first = asked("q=board&sort=name")
    before = drawn()

    assert asked("q=board&page=2") == first
    assert drawn() == before


def test_what_was_asked_is_shown_and_escaped() -> None:
    assert 'value="&lt;board&gt;"' in asked("q=<board>")
    assert 'value="2" selected' in asked("account=2")
    assert 'value="2" selected' not in asked()
    assert "&lt;me&gt;" in asked(accounts=[(3, "<me>")])


def test_whatever_is_offered_draws_it_again() -> None:
    assert "bo@example.com" in asked()
    assert "bo@example.com" not in asked(accounts=ACCOUNTS[:1])
    assert "other@example.com" in asked(accounts=[(1, "other@example.com")])
    assert "Provider" in filter_fields(AccountFilter(QueryDict(), providers=[], people=[]))


def test_a_question_that_makes_no_sense_says_so() -> None:
    assert "field-bad" not in asked("account=1")
    assert "field-bad" in asked("account=3")


def test_another_language_draws_it_again() -> None:
    asked()
    before = drawn()

    with translation.override("de"):
        asked()

    assert drawn() == before + 1
