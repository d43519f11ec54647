"""Colours: what is read as one, how they contrast, and what reads well."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from integrations.services import colours

HEX = st.text("0123456789abcdefABCDEF", min_size=6, max_size=6).map("#".__add__)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("#1a73e8", "#1a73e8"),
        ("#fff", "#ffffff"),
        ("FFF", "#ffffff"),
        (" #FFFFFF ", "#ffffff"),
        ("0aB", "#00aabb"),
        ("", None),
        (None, None),
        ("lightyellow", None),
        ("#ffff", None),
        ("##fff", None),
        ("#ggg", None),
        ("# fff", None),
        ("#fff;}", None),
        ("٠٠٠", None),
        ("#fff\x00", None),
    ],
)
def test_it_reads_three_or_six_hex_digits_alone(text: str | None, read: str | None) -> None:
    assert colours.parse(text) == read


@given(st.text())
def test_it_reads_any_text_as_a_colour_or_as_none(text: str) -> None:
    read = colours.parse(text)

    assert read is None or (len(read) == 7 and colours.parse(read) == read)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#fff", "#000", 21.0),
        ("#777777", "#777777", 1.0),
        # The two greys on either side of WCAG's border, as every checker gives them.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_it_computes_contrast_as_wcag_does(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("pair", [("red", "#fff"), ("#fff", None), ("", "")])
def test_it_knows_no_contrast_of_what_is_no_colour(pair: tuple[str | None, str | None]) -> None:
    assert colours.contrast(*pair) is None


def test_it_cuts_the_ratio_instead_of_rounding_it_up() -> None:
    assert colours.ratio_text(4.4999) == "4.4"
    assert colours.ratio_text(21.0) == "21.0"
    assert colours.ratio_text(None) is None
    with translation.override("de"):
        assert colours.ratio_text(4.4999) == "4,4"


@given(HEX)
def test_it_always_finds_a_readable_text_colour(background: str) -> None:
    found = colours.readable_on(background)

    assert found in (colours.BLACK, colours.WHITE)
    assert (colours.contrast(background, found) or 0) >= 4.58


@pytest.mark.parametrize(
    ("colour", "ways"),
    [
        ("#0088FF", ["#0088ff", "0088ff", "#08f", "08f"]),
        ("08f", ["#0088ff", "0088ff", "#08f", "08f"]),
        ("#0089ff", ["#0089ff", "0089ff"]),
        ("reddish", []),
    ],
)
def test_a_colour_has_several_spellings(colour: str, ways: list[str]) -> None:
    assert colours.spellings(colour) == ways
    assert {colours.parse(way) for way in ways} <= {colours.parse(colour)}
