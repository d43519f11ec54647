"""Cells of a CSV file: never a formula, and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.services.cells import guarded, unguarded

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
#: Texts that often begin with what matters.
TEXTS = st.one_of(
    st.text(),
    st.builds("".join, st.lists(st.sampled_from(["'", "=", "-", "\t", "a"]), max_size=5)),
)


@pytest.mark.parametrize("start", STARTS)
def test_it_puts_an_apostrophe_before_what_a_spreadsheet_would_run(start):
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert unguarded(f"'{start}1+1") == f"{start}1+1"


@pytest.mark.parametrize("text", ["", "Team", " =1", "a=1", "'quoted'", "7", "#112233", "''"])
def test_it_leaves_harmless_texts_alone(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text


@given(TEXTS)
def test_no_cell_begins_as_a_formula_does(text):
    assert not guarded(text).startswith(tuple(STARTS))
