"""Long addresses break after their signs."""

from integrations.templatetags.lines import softly


def test_a_long_address_breaks_after_its_signs() -> None:
    assert softly("alexandra.b-c_d@mail.example.org") == (
        "alexandra.<wbr>b-<wbr>c_<wbr>d@<wbr>mail.<wbr>example.<wbr>org"
    )


def test_a_short_address_stays_whole() -> None:
    assert softly("bo.larsen@example.com") == "bo.larsen@example.com"


def test_nothing_of_it_is_markup() -> None:
    assert softly("<b>@a-very-long-name.example.org") == (
        "&lt;b&gt;@<wbr>a-<wbr>very-<wbr>long-<wbr>name.<wbr>example.<wbr>org"
    )
