"""The benchmark measures what it is asked to and tells the truth of it; nothing is timed here."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.__main__ import arguments
from tests.bench.measuring import Line
from tests.bench.reporting import as_json, exit_code, report, table_row
from tests.check.sources import ROOT

MET = Line("a page", 0.2, 0.25, "1.0 ms, admin 5.0 ms")
MISSED = replace(MET, ratio=0.3)
MORE = replace(MET, ratio=5, goal=4, at_least=True)
TOLD = replace(MISSED, goal=None)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark as ``make bench`` does."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("name", "works"),
    [
        ("a_minute_of_views", ["requests for 100 page views by 5 people, one key"]),
        pytest.param(
            "a_first_visit",
            ["bytes of the first visit", "bytes of the next page"],
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_a_work_is_measured_and_told_twice(tmp_path: Path, name: str, works: list[str]) -> None:
    file = tmp_path / "lines.json"

    done = bench("--quick", "--json", str(file), name)

    found = json.loads(file.read_text())
    assert done.returncode == 0, done.stderr
    assert [line["work"] for line in found] == works
    assert all(line.pop("met") is True for line in found)
    table = done.stdout.splitlines()
    assert table[-len(works) :] == [table_row(Line(**line)) for line in found]
    assert any(row.startswith("warm: ") for row in table)


def test_a_work_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "lines.json"

    done = bench("--json", str(file), "a_warm_lsit")

    assert done.returncode == 2
    assert "there is no work 'a_warm_lsit', but a_warm_list, " in done.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "names", "is_quick"),
    [([], [], False), (["--quick"], [], True), (["one", "--quick"], ["one"], True)],
)
def test_all_works_are_done_or_those_that_are_named(
    words: list[str], names: list[str], is_quick: bool
) -> None:
    given = arguments(words, ["one", "another"])

    assert (given.names, given.quick, given.json) == (names, is_quick, None)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], 0),
        ([MET, MORE, TOLD], 0),
        ([MET, MISSED, MORE], 1),
        ([replace(MORE, ratio=3)], 1),
    ],
)
def test_a_goal_that_was_missed_is_a_failure(lines: list[Line], code: int) -> None:
    assert exit_code(lines) == code


def test_a_row_has_its_verdict() -> None:
    assert "(≤ 0.25) met " in table_row(MET)
    assert "(≤ 0.25) NOT MET " in table_row(MISSED)
    assert "(≥ 4)    met " in table_row(MORE)
    assert " no goal " in table_row(TOLD)
    assert "≤" not in table_row(TOLD)
    found = json.loads(as_json([MET, MISSED, TOLD]))
    assert [line["met"] for line in found] == [True, False, None]


def test_what_was_measured_before_a_work_broke_is_written(tmp_path: Path) -> None:
    def broken(_rounds: int) -> Iterator[Line]:
        yield MISSED
        raise AssertionError("a page that is none")

    file = tmp_path / "lines.json"
    with pytest.raises(AssertionError, match="a page that is none"):
        report([lambda _rounds: [MET], broken, lambda _rounds: [MORE]], 1, into=file)

    assert file.read_text() == as_json([MET, MISSED])
