"""The log line of a change: as its documentation says, and as its reader there reads it."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from focusadmin.redaction import RedactionFilter
from integrations.models import Account, Change
from integrations.services import audit, changes
from integrations.services.actors import Actor
from tests.check.sources import ROOT

Facts = dict[str, Any]
PAGE = (ROOT / "docs/deploy/record.md").read_text()


def block(kind: str) -> str:
    """Return the page's block of code of a kind."""
    found = re.search(rf"\n```{kind}\n(.*?)\n```\n", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def read() -> Callable[[str], tuple[str, Facts]]:
    """The reader that the page gives."""
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102  # the page's own example, of this repository
    reader: Callable[[str], tuple[str, Facts]] = names["facts"]
    return reader


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was logged, as the server writes it."""
    form = settings.LOGGING["formatters"]["line"]
    formatter = logging.Formatter(form["format"], style=form["style"])
    hide = RedactionFilter()

    def written() -> list[str]:
        records = [record for record in caplog.records if record.name == audit.logger.name]
        return [formatter.format(record) for record in records if hide.filter(record)]

    return written


def test_the_line_is_as_the_page_shows_it(
    accounts: dict[str, Account],
    actor: Actor,
    lines: Callable[[], list[str]],
    read: Callable[[str], tuple[str, Facts]],
) -> None:
    account = accounts["alex@example.com"]
    calendar = account.calendars.all()[0]
    change = changes.intend(
        Change.Action.EDIT,
        account.source,
        by=actor,
        account=account,
        calendar=calendar,
        before={"selected": True},
        after={"selected": False},
    )
    with changes.sending(change):
        changes.finish(change, Change.Outcome.DONE, trace_id="t-1")

    shown = block("")
    assert "\n" not in shown
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO integrations\.audit change ", shown)
    for line, outcome in zip(lines(), ("intended", "sending", "done"), strict=True):
        assert re.match(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO integrations\.audit change ", line
        )
        assert re.findall(r" (\w+)=", line) == re.findall(r" (\w+)=", shown)
        event, facts = read(line)
        assert (event, facts["outcome"], facts["id"]) == ("change", outcome, str(change.pk))
        assert list(facts) == list(read(shown)[1])


def test_no_value_passes_for_another_name_or_line(
    accounts: dict[str, Account],
    lines: Callable[[], list[str]],
    read: Callable[[str], tuple[str, Facts]],
) -> None:
    note = 'done" outcome="done" \n2026-11-27 INFO integrations.audit change id="x" \u2028 "}'
    by = Actor("cli", "root", "cli:root", "manager", "0" * 32, note=note)

    changes.intend(Change.Action.CONNECT, accounts["alex@example.com"].source, by=by)

    [line] = lines()
    assert len(line.splitlines()) == 1
    _event, facts = read(line)
    assert (facts["note"], facts["outcome"]) == (note, "intended")


def test_it_is_written_whatever_else_the_log_leaves_out(lines: Callable[[], list[str]]) -> None:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        audit.line("batch-finished", id="7", done=3)
    finally:
        root.setLevel(level)

    assert [line.partition("integrations.audit ")[2] for line in lines()] == [
        'batch-finished id="7" done=3'
    ]


def test_every_outcome_and_every_event_is_on_the_page(
    read: Callable[[str], tuple[str, Facts]],
) -> None:
    table = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert table == list(Change.Outcome.values)
    sources = "".join(path.read_text() for path in (ROOT / "integrations/services").glob("*.py"))
    events = set(
        re.findall(r'(?:audit\.note\(|_tell\(batch, |audit\.line\()\s*"([\w-]+)"', sources)
    )
    assert {"change", "record-pruned", "batch-finished"} <= events
    families = {"batch", "calendars", "change", "person", "record", "workspace"}
    assert {event.partition("-")[0] for event in events} == families
