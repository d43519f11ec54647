"""What is drawn once and kept: with its rows, or by every value that it is drawn from."""

from typing import Any

from django.template import Context, Template
from django.utils import translation

from integrations.templatetags import kept
from integrations.templatetags.kept import Rows, draw_part

TWICE = Template(
    "{% load kept %}{% once rows %}{{ word }},{% endonce %}{% once rows %}{{ other }}{% endonce %}"
)


def drawn(rows: Any, **words: str) -> str:
    """Return what is drawn around rows."""
    return TWICE.render(Context({"rows": rows, **words}))


def test_what_is_around_rows_is_drawn_once_for_them() -> None:
    rows = Rows([{"pk": 1}])

    assert drawn(rows, word="first", other="place") == "first,place"
    assert drawn(rows, word="second", other="time") == "first,place"
    assert drawn(Rows(rows), word="third", other="time") == "third,time"


def test_around_rows_that_nobody_keeps_it_is_drawn_anew() -> None:
    for word in ("first", "second"):
        assert drawn([], word=word) == f"{word},"


def test_a_part_of_a_page_is_kept_by_what_it_is_given_and_the_language() -> None:
    def tabs(**options: Any) -> str:
        return draw_part("components/tabs.html", nav="accounts", workspace_id=1, **options)

    viewers = tabs(role="VIEWER")
    before = kept._drawn.cache_info().misses

    assert tabs(role="VIEWER") == viewers
    assert kept._drawn.cache_info().misses == before
    assert "/people/" in tabs(role="MANAGER")
    assert "/people/" not in viewers
    with translation.override("de"):
        assert "Konten" in tabs(role="VIEWER")
