"""What is wrong with a settings file, told all at once, and what a good one wishes for."""

from typing import Any

import pytest

from integrations.models import Account, Calendar
from integrations.services import mirror, operators, sheet_reading, sheet_wishes, sheets
from integrations.services.sheet_problems import SheetError
from tests.conftest import WORKSPACE
from tests.services.answers import account, answer, calendar

pytestmark = pytest.mark.django_db
SAVE_AS = "Save it again as “CSV UTF-8”, one of the file types that a spreadsheet offers."
NAMELESS = "The first line has to name the columns, with integration_id and calendar_id among them."


@pytest.fixture
def found(source: Any, sandbox: Any) -> Any:
    """Two calendars of one account."""
    odd = {"background_color": "light\nyellow", "default_project_id": -5, "external_id": "one two"}
    rows = [
        calendar(8, "Team", selected=True, background_color="#aabbcc", default_project_id=3),
        calendar(-9, "Odd", auto_track=False, **odd),
    ]
    answer(sandbox, account(7, "ann@example.com", calendars=rows))
    mirror.read(source)
    return operators.calendars(source)


def wishes(found: Any, data: str | bytes) -> dict[int, dict[str, Any]]:
    """Return {calendar's id: its wish}."""
    content = data.encode() if isinstance(data, str) else data
    read = sheet_wishes.read(content, found, WORKSPACE)
    ids = dict(Calendar.objects.values_list("pk", "calendar_id"))
    return {ids[pk]: wish for pk, wish in read.items()}


def told(found: Any, data: str | bytes) -> list[str]:
    """Return every problem in words."""
    with pytest.raises(SheetError) as caught:
        wishes(found, data)
    assert caught.value.more == 0
    return str(caught.value).splitlines()


def lines(name: str, *values: str) -> str:
    """Return a file that gives the first calendar a value each time, in a column of this name."""
    return f"integration_id,calendar_id,{name}\n" + "".join(f"7,8,{value}\n" for value in values)


@pytest.mark.parametrize(
    ("name", "text", "wish"),
    [
        ("background_color", "#FFF", {"background_color": "#ffffff"}),
        ("background_color", " 1a73e8 ", {"background_color": "#1a73e8"}),
        ("background_color", "", {}),
        ("background_color", " ", {}),
        ("default_project_id", "12", {"default_project_id": 12}),
        ("default_project_id", " +12 ", {"default_project_id": 12}),
        ("default_project_id", "", {"default_project_id": None}),
        ("default_project_id", "0", {"default_project_id": None}),
        ("selected", "FALSE", {"selected": False}),
        ("selected", "true", {"selected": True}),
        ("selected", "", {}),
        ("auto_track", "", {}),
        ("name", "another", {}),
        ("account", "another", {}),
        ("provider", "another", {}),
        ("external_id", "", {}),
        ("external_id", "c8", {}),
        ("workspace_id", "", {}),
        ("workspace_id", str(WORKSPACE), {}),
        ("", "", {}),
        (" Selected ", "true", {"selected": True}),
    ],
)
def test_it_takes(found: Any, name: str, text: str, wish: dict[str, Any]) -> None:
    assert wishes(found, lines(name, text)) == {8: wish}


def test_what_focus_has_may_stand_even_where_nobody_could_enter_it(found: Any) -> None:
    data = (
        "integration_id,calendar_id,external_id,background_color,default_project_id,auto_track\n"
        "7,'-9,one  two,light  yellow,'-5,false\n"
    )

    assert wishes(found, data) == {-9: {"default_project_id": -5, "auto_track": False}}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_it_reads_what_programs_write(found: Any, separator: str, end: str, mark: bytes) -> None:
    cells = [['"calendar_id"', "integration_id", "selected"], ["8", "7", '"false"'], ["", "", ""]]
    text = end.join(["", *(separator.join(line) for line in cells), ""])

    assert wishes(found, mark + text.encode()) == {8: {"selected": False}}


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("background_color", "pink", "“pink” is no colour: six or three hex digits are,"),
        ("background_color", "#12345", "“#12345” is no colour"),
        ("background_color", "x" * 99, f"“{'x' * 39}…” is no colour"),
        ("background_color", "\x1b[2J", "“�[2J” is no colour"),
        ("default_project_id", "1.5", "“1.5” is no whole number."),
        ("default_project_id", "1.23E+18", "A spreadsheet may have shortened it."),
        ("default_project_id", "٣", "“٣” is no whole number"),
        ("default_project_id", "9223372036854775808", "is no whole number"),
        ("default_project_id", "-1", "“-1” is less than nothing."),
        ("selected", "yes", "“yes” is neither true nor false."),
        ("auto_track", "true", "Focus does not offer this field for it."),
        ("workspace_id", "7", "This is about workspace 7, and here is 4400001."),
        ("external_id", "c9", "This is another calendar now."),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(
    found: Any, name: str, text: str, problem: str
) -> None:
    [said] = told(found, lines(name, text))

    assert said.startswith(f"Line 2, column {name}: ")
    assert problem in said


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("integration_id,calendar_id\n7,1e1\n", "Line 2, column calendar_id: “1e1” is no whole"),
        ("integration_id,calendar_id\n,8\n", "Line 2, column integration_id: “” is no whole"),
        (
            "integration_id,calendar_id\n7,10\n",
            "Line 2: There is no such calendar here, or not for you to see.",
        ),
        ("integration_id,calendar_id\n7\n", "Line 2: It has 1 cells instead of 2."),
        ("integration_id,calendar_id\n7,8,9\n", "Line 2: It has 3 cells instead of 2."),
        ("integration_id,calendar_id,\n7,8,x\n", "Line 2: A cell stands under a column without"),
        ("integration_id,calendar_id\n7,'8'\n7,\"8\"x\n", "Line 3: A quotation mark is missing"),
        ('integration_id,calendar_id\n7,"8\n', "Line 2: A quotation mark is missing"),
        (f"integration_id,calendar_id\n7,{'8' * 140_000}\n", "or a cell is far too long"),
        ("calendar_id,selected\n8,true\n", f"Line 1, column integration_id: {NAMELESS}"),
        ("name\nTeam\n", f"Line 1: {NAMELESS}"),
        ("7,8,true\n", f"Line 1: {NAMELESS}"),
        ('"', f"Line 1: {NAMELESS}"),
        (
            "integration_id,calendar_id,backgroud_color\n7,8,#fff\n",
            "Line 1, column backgroud_color: No column is called so. Is background_color meant?",
        ),
        ("integration_id,calendar_id,zzz\n7,8,\n", "Line 1, column zzz: No column is called so."),
        (
            "integration_id,calendar_id,selected,Selected\n7,8,true,false\n",
            "Line 1, column selected: This column is there twice.",
        ),
        ("integration_id,calendar_id\n7,8\n\n7,8\n", "Line 4: This is the same calendar as in"),
        (b"integration_id,calendar_id\n7,\xfc\n", f"Line 2: This is not UTF-8 text. {SAVE_AS}"),
        (b"integration_id,calendar_id\n7,8\0\n", "Line 2: A NUL character is no part of any text."),
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (
            "integration_id".encode("utf-16"),
            f"The text of this file is UTF-16, not UTF-8. {SAVE_AS}",
        ),
        ("integration_id".encode("utf-16-be"), "The text of this file is UTF-16"),
        (b"PK\x03\x04...", f"This is a workbook, not CSV. {SAVE_AS}"),
        (b"x" * 5_000_001, "The file is larger than 5 MB."),
    ],
)
def test_a_bad_file_is_told_in_words(found: Any, data: str | bytes, problem: str) -> None:
    assert problem in "\n".join(told(found, data))


def test_everything_is_told_at_once_in_the_order_of_the_lines(found: Any) -> None:
    data = (
        "integration_id,calendar_id,selected,background_color,extra\n"
        "7,8,yes,pink,\n"
        "7,-9\n"
        "7,-9,maybe,,\n"
        "7,8,true,,\n"
        "1,1,true,,\n"
    )

    assert [problem.partition(":")[0] for problem in told(found, data)] == [
        "Line 1, column extra",
        "Line 2, column background_color",
        "Line 2, column selected",
        "Line 3",
        "Line 4, column selected",
        "Line 5",
        "Line 6",
    ]


def test_it_tells_the_line_where_a_calendar_begins(found: Any) -> None:
    data = 'integration_id,calendar_id,name,selected\n7,8,"a\nb\r\nc",true\n7,-9,x,perhaps\n'

    assert told(found, data)[0].startswith("Line 5, column selected: ")


def test_there_are_not_too_many_calendars(found: Any) -> None:
    rows = "7,8\n" * (sheet_reading.MAX_LINES + 1)

    with pytest.raises(SheetError) as caught:
        wishes(found, f"integration_id,calendar_id\n{rows}")

    assert (len(caught.value.problems), caught.value.more) == (100, 19_900)
    assert [str(problem) for problem in caught.value.problems[:2]] == [
        "A file may have at most 20,000 calendars.",
        "Line 3: This is the same calendar as in line 2.",
    ]


def test_calendars_that_a_person_may_not_see_are_as_good_as_none(
    found: Any, accounts: dict[str, Account]
) -> None:
    data = lines("selected", "true")

    assert "There is no such calendar here" in told(found.none(), data)[0]


@pytest.mark.thorough
def test_1500_calendars_in_one_file(source: Any, sandbox: Any) -> None:
    many = [calendar(number, f"C{number}", selected=True) for number in range(1, 1501)]
    answer(sandbox, account(7, "ann@example.com", calendars=many))
    mirror.read(source)
    found = operators.calendars(source)
    text = "".join(sheets.lines(found))

    read = wishes(found, text.replace(",true,", ",false,"))

    assert len(read) == 1500
    assert {wish["selected"] for wish in read.values()} == {False}
