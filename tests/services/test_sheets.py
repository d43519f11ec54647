"""The settings file as it is written."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror, sheets
from integrations.services.cells import unguarded
from tests.conftest import WORKSPACE
from tests.services.answers import account, answer, calendar

HEADER = (
    "workspace_id,account,provider,integration_id,calendar_id,external_id,name,"
    "background_color,foreground_color,default_workspace_id,default_project_id,"
    "default_planned_task_id,selected,auto_track,focus_auto_track,remind_tracking\n"
)


def written(sandbox: Sandbox, source: Source, *accounts: dict[str, Any]) -> list[str]:
    """Return the lines of a file after Focus has listed exactly these accounts."""
    answer(sandbox, *accounts)
    mirror.read(source)
    return list(sheets.lines(Calendar.objects.all()))


def test_it_names_its_columns_even_where_there_is_nothing_else(db: Any) -> None:
    assert list(sheets.lines(Calendar.objects.all())) == [HEADER]


def test_a_line_holds_what_tells_a_calendar_and_then_its_settings(
    sandbox: Sandbox, source: Source
) -> None:
    row = calendar(
        9,
        "Team",
        background_color="#ABCDEF",
        foreground_color=None,
        selected=True,
        default_workspace_id=None,
        default_project_id=0,
        default_planned_task_id=12,
        auto_track=False,
    )

    lines = written(sandbox, source, account(7, "ann@example.com", calendars=[row]))

    assert lines[1:] == [
        f"{WORKSPACE},ann@example.com,google,7,9,c9,Team,#ABCDEF,,,,12,true,false,,\n"
    ]


def test_lines_are_in_an_order_that_stays(sandbox: Sandbox, source: Source) -> None:
    lines = written(
        sandbox,
        source,
        account(8, "zoe@example.com", calendars=[calendar(1, "A")]),
        account(7, "ann@example.com", calendars=[calendar(3, "B"), calendar(2, "B")]),
        account(9, "ann@example.com", calendars=[calendar(2, "B"), calendar(5, "A")]),
    )

    found = [line.split(",")[1:5] for line in lines[1:]]
    assert [(email, one, other) for email, _google, one, other in found] == [
        ("ann@example.com", "9", "5"),
        ("ann@example.com", "7", "2"),
        ("ann@example.com", "9", "2"),
        ("ann@example.com", "7", "3"),
        ("zoe@example.com", "8", "1"),
    ]


def test_a_cell_is_no_formula_and_what_needs_quotes_has_them(
    sandbox: Sandbox, source: Source
) -> None:
    row = calendar(-9, '=HYPERLINK("http://example.com")', external_id="a,b;c\rd")

    lines = written(sandbox, source, account(-7, "@ann", provider="+1", calendars=[row]))

    assert lines[1].startswith(f"{WORKSPACE},'@ann,'+1,'-7,'-9,\"a,b;c\rd\",")
    assert ',"\'=HYPERLINK(""http://example.com"")",' in lines[1]


def test_texts_too_long_for_a_cell_are_cut_but_no_colour_is(
    sandbox: Sandbox, source: Source
) -> None:
    row = calendar(9, "n" * 900, background_color="x" * 501, foreground_color="y" * 500)

    lines = written(sandbox, source, account(7, "ann@example.com", calendars=[row]))

    assert lines[1].split(",")[6:9] == ["n" * 500, "", "y" * 500]


def test_it_holds_every_calendar_of_the_sandbox(accounts: dict[str, Account]) -> None:
    found = Calendar.objects.filter(gone_at=None)

    text = "".join(sheets.lines(found))

    read = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(read) == found.count() == 30
    assert {row["name"] for row in read} >= {"🎨 Design critique 👩‍🎨✨", "اجتماعات الفريق"}
    assert tuple(read[0]) == sheets.COLUMNS


@pytest.mark.parametrize("name", ["name", "background_color"])
@given(text=st.text(max_size=40))
def test_any_text_comes_back_through_a_reader_of_csv(name: str, text: str) -> None:
    line = sheets._line([sheets.cell(name, text), "end"])

    [[first, last]] = csv.reader(io.StringIO(line, newline=""), strict=True)

    assert (unguarded(first), last) == (text, "end")
