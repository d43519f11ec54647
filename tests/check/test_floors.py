"""The coverage floors: a missing branch is a complaint that says where."""

from typing import Any

from tests.support.floors import complaints, ranges


def report(**summary: int) -> dict[str, Any]:
    """Return a coverage report of one file."""
    whole = {"covered_lines": 10, "num_statements": 10, "covered_branches": 4, "num_branches": 4}
    file = {"summary": whole | summary, "missing_lines": [], "missing_branches": [[7, 9]]}
    return {"files": {"integrations/focus/client.py": file}}


def test_full_coverage_is_no_complaint() -> None:
    assert complaints(report(), {"integrations/focus/": 100}) == []


def test_a_missing_branch_is_named_though_every_line_ran() -> None:
    [complaint] = complaints(report(covered_branches=3), {"integrations/": 95})

    assert "integrations/ is below 95 %" in complaint
    assert "integrations/focus/client.py: 7→9" in complaint


def test_a_folder_that_was_never_measured_is_a_complaint() -> None:
    assert complaints(report(), {"integrations/services/": 100})


def test_consecutive_lines_are_shown_as_one_range() -> None:
    assert ranges([3, 5, 6, 7, 9]) == ["3", "5-7", "9"]
