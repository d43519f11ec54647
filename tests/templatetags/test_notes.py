"""The field in which people say why."""

from django.template import Context, Template
from django.test import RequestFactory

from tests.browsing import Page

FIELD = Template("{% load notes %}<form>{% note_field %}</form>")


def drawn(**typed: str) -> str:
    """Return the field on a page that answers what was typed."""
    return FIELD.render(Context({"request": RequestFactory().post("/", typed)}))


def test_it_comes_back_as_it_was_typed() -> None:
    assert Page(drawn(note='"New" <brand>')).form().values == {"note": '"New" <brand>'}
    assert Page(drawn()).form().values == {"note": ""}


def test_it_says_that_it_is_kept_and_takes_no_more_than_is() -> None:
    html = drawn()

    assert "kept in the record" in html
    assert 'maxlength="500"' in html
    assert 'aria-describedby="id_note_helptext"' in html
