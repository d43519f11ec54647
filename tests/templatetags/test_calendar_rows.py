"""The rows of a table of calendars: drawn once, and never another's."""

from typing import Any

from django.template import engines
from django.utils import translation

from integrations.templatetags import kept
from integrations.templatetags.calendar_rows import calendar_rows
from integrations.views.naming import Told


def project(number: int, name: str = "") -> Told:
    """Return a project of which nothing else is known."""
    return Told(number, name, color=None, client="", marks=(), is_dead=False, advice="")


ROW: dict[str, Any] = {
    "pk": 1,
    "url": "/w/1/accounts/1/calendars/1/",
    "account_url": "/w/1/accounts/1/",
    "name": "Client <calls>",
    "email": "alex@example.com",
    "provider": "Google",
    "person": "Alex",
    "background": "#112233",
    "foreground": "#ffffff",
    "pair": "",
    "background_text": "#112233",
    "foreground_text": "#ffffff",
    "hard_to_read": False,
    "ratio": "12.6",
    "on": True,
    "workspace": None,
    "project": project(330001),
    "task": None,
    "provisional": False,
    "also_elsewhere": False,
}


def drawn() -> int:
    """Return how many rows were drawn so far."""
    return kept._drawn.cache_info().misses


def test_what_people_typed_is_escaped() -> None:
    told = calendar_rows([ROW], with_account=True)

    assert "Client &lt;calls&gt;" in told
    assert "<calls>" not in told


def test_a_row_is_drawn_once() -> None:
    first = calendar_rows([ROW, ROW | {"pk": 2, "name": "Travel"}])
    before = drawn()

    assert calendar_rows([ROW, ROW | {"pk": 2, "name": "Travel"}]) == first
    assert drawn() == before


def test_whatever_is_shown_of_it_draws_it_again() -> None:
    calendar_rows([ROW], with_account=True, several=True)
    for name, other, words in (
        ("name", "Calls", "Calls"),
        ("on", None, "Not reported"),
        ("project", project(330002), "330002"),
        ("project", project(330001, "Website"), "Website"),
        ("person", "Bo", "Bo"),
    ):
        before, row = drawn(), ROW | {name: other}

        told = calendar_rows([row], with_account=True, several=True)

        assert drawn() == before + 1
        assert words in told


def test_a_number_is_not_taken_for_a_yes() -> None:
    assert 'number">1</span>' in calendar_rows([ROW | {"workspace": 1}])
    assert 'number">1</span>' in calendar_rows([ROW | {"workspace": 1, "on": True}])


def test_each_way_of_showing_it_is_its_own() -> None:
    told = {
        calendar_rows([ROW]),
        calendar_rows([ROW], with_account=True),
        calendar_rows([ROW], with_account=True, several=True),
        calendar_rows([ROW], with_account=True, selectable=True),
        calendar_rows([ROW], plain=True),
    }

    assert len(told) == 5


def test_each_language_is_its_own() -> None:
    english = calendar_rows([ROW])
    before = drawn()
    with translation.override("de"):
        german = calendar_rows([ROW])

    assert drawn() == before + 1
    assert "easy to read" in english
    assert "gut lesbar" in german


def test_it_is_a_tag() -> None:
    text = "{% load calendar_rows %}{% calendar_rows rows %}"

    assert engines["django"].from_string(text).render({"rows": [ROW]}) == calendar_rows([ROW])
