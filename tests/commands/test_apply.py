"""``manage.py apply``: the settings file becomes what Focus has."""

import io
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from integrations.models import Account, Batch, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import operators
from tests.check.demos import eventually
from tests.commands.applying import HERE, Row, apply, edited, ended, export, started, theirs, write
from tests.services.answers import account, answer, calendar

pytestmark = pytest.mark.django_db
Asked = Callable[[], list[str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the settings file is."""
    return tmp_path / "calendars.csv"


def recolour(first: int) -> Callable[[int, Row], Any]:
    """Give the first lines of a file a background of their own."""

    def change(place: int, line: Row) -> None:
        if place < first:
            line["background_color"] = f"#a0b0{place:02x}"

    return change


def test_what_was_exported_is_nothing_to_do_and_costs_one_request(
    source: Source, path: Path, asked: Asked
) -> None:
    export(path)
    asked()

    end = apply(str(path))

    assert (end.code, asked()) == (0, ["list_accounts"])
    assert end.said == "0 to change, 30 unchanged.\nNothing to do.\n"
    assert not Batch.objects.exists()


def test_a_dry_run_says_old_and_new_and_changes_nothing(
    source: Source, sandbox: Sandbox, path: Path, asked: Asked
) -> None:
    def change(place: int, line: Row) -> None:
        if place == 0:
            line |= {"background_color": "A0B", "default_project_id": "12", "selected": "false"}

    name = edited(path, change)
    before = [dict(entry) for entry in sandbox.world.accounts(sandbox.shared_key)]
    [line, *_] = export(path.with_name("before.csv"))
    asked()

    end = apply(name, "--dry-run")

    assert (end.code, asked()) == (1, ["list_accounts"])
    assert f"{line['account']}: {line['name']} ({line['integration_id']}/" in end.said
    assert f"  background_color: {line['background_color']} → #aa00bb\n" in end.said
    assert "  default_project_id: none → 12\n" in end.said
    assert "  selected: true → false\n" in end.said
    assert "1 to change, 29 unchanged.\n" in end.said
    assert "This takes 1 request," in end.said
    assert " are left this hour, 60 of them for the key’s owner.\n" in end.said
    assert end.said.endswith("A dry run: nothing was changed.\n")
    assert sandbox.world.accounts(sandbox.shared_key) == before
    assert not Change.objects.exists()


def test_it_writes_what_differs_and_records_who_and_why(
    source: Source, sandbox: Sandbox, path: Path, asked: Asked
) -> None:
    name = edited(path, recolour(3))
    asked()

    end = apply(name, "--note", "as agreed")

    assert end.code == 1
    assert asked() == ["list_accounts", *["update_calendar"] * 3]
    assert "3 to change, 27 unchanged.\n" in end.said
    assert end.said.endswith("3 of 3 done.\n")
    colours = [theirs(sandbox, line)["background_color"] for line in export(path)[:3]]
    assert colours == ["#a0b000", "#a0b001", "#a0b002"]
    batch, actor = Batch.objects.get(), operators.actor()
    assert (batch.kind, batch.actor_name, batch.role) == ("import", actor.name, "manager")
    assert batch.finished_at is not None
    found = Change.objects.filter(batch=batch)
    assert {change.outcome for change in found} == {"done"}
    assert {(change.actor_issuer, change.note) for change in found} == {("cli", "as agreed")}
    assert apply(str(path)).code == 0


def test_it_reads_standard_input_and_a_file_of_some_columns_alone(
    source: Source, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [line, *_] = export(path)
    some = {name: line[name] for name in ("integration_id", "calendar_id")}
    write(path, [some | {"focus_auto_track": "TRUE"}])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))

    end = apply("-", "--dry-run")

    assert end.code == 1
    assert "  focus_auto_track: false → true\n1 to change, 29 not in the file.\n" in end.said


def test_nothing_is_done_while_a_line_is_wrong(
    source: Source, sandbox: Sandbox, path: Path, asked: Asked
) -> None:
    def change(place: int, line: Row) -> None:
        recolour(5)(place, line)
        if place in (1, 3):
            line["selected"] = "perhaps"

    name = edited(path, change)
    asked()

    end = apply(name)

    assert (end.code, asked()) == (2, ["list_accounts"])
    assert end.complaint == (
        "Nothing was changed, because of the file:\n"
        "Line 3, column selected: “perhaps” is neither true nor false.\n"
        "Line 5, column selected: “perhaps” is neither true nor false."
    )
    assert not Change.objects.exists()


def test_it_tells_a_hundred_problems_and_how_many_more(source: Source, path: Path) -> None:
    [line, *_] = export(path)
    write(path, [line | {"integration_id": "?"} for _ in range(120)])

    end = apply(str(path))

    assert end.code == 2
    assert len(end.complaint.splitlines()) == 102
    assert end.complaint.endswith("\n… and 20 more.")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "The file is empty."),
        (b"name\nTeam\n", "has to name the columns"),
        ("integration_id".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_cannot_be_read_at_all_costs_nothing(
    source: Source, path: Path, asked: Asked, content: bytes, complaint: str
) -> None:
    path.write_bytes(content)

    end = apply(str(path))

    assert (end.code, asked()) == (2, [])
    assert complaint in end.complaint


def test_what_cannot_be_had_is_a_sentence(source: Source, sandbox: Sandbox, path: Path) -> None:
    assert apply(str(path)).complaint.startswith("The file cannot be used: ")
    export(path)
    assert "no workspace 7" in apply(str(path), "--workspace", "7").complaint
    assert "Nobody called" in apply(str(path), "--key", "bo@example.com").complaint
    assert "at most 500" in apply(str(path), "--note", "n" * 501).complaint
    assert "at most 500" in apply(str(path), "--note", "\x1b[2J").complaint
    sandbox.fault("list_accounts", "status", status=401)
    assert "Focus refuses" in apply(str(path)).complaint
    sandbox.fault("list_accounts", "reset", times=None)
    assert "Focus cannot be reached" in apply(str(path)).complaint


def test_a_change_that_was_not_done_is_named_and_a_failure(
    source: Source, sandbox: Sandbox, path: Path
) -> None:
    name = edited(path, recolour(3))
    sandbox.fault("update_calendar", "status", status=400)

    end = apply(name)

    assert end.code == 2
    assert end.complaint.startswith("1 of 3 changes were not done.")
    assert ": Refused. Focus did not accept this.\n" in end.said
    assert apply(name).code == 1
    assert apply(name).code == 0


@pytest.mark.thorough
def test_it_says_until_when_it_waits_for_the_next_hour(
    source: Source, sandbox: Sandbox, path: Path
) -> None:
    name = edited(path, recolour(3))
    sandbox.fault("update_calendar", "quota", resets_in=1)

    end = apply(name)

    assert end.code == 1
    assert "The hour’s requests are used up; it goes on at " in end.said
    assert end.said.endswith("3 of 3 done.\n")


def test_it_says_when_the_hour_is_not_enough(source: Source, sandbox: Sandbox, path: Path) -> None:
    name = edited(path, recolour(9))
    sandbox.switches.quota = 12

    end = apply(name, "--dry-run")

    assert "What this hour is not enough for is done after " in end.said


def test_names_send_no_signs_to_the_terminal(source: Source, sandbox: Sandbox, path: Path) -> None:
    sandbox.world.accounts(sandbox.shared_key)[0]["calendars"][0]["name"] = "\x1b[2J" + "n" * 99
    name = edited(path, lambda _place, line: line.update(background_color="#123456"))

    end = apply(name, "--dry-run")

    assert end.code == 1
    assert "\x1b" not in end.said
    assert "�[2Jnnn" in end.said


@pytest.mark.thorough
def test_a_file_of_1500_calendars(source: Source, sandbox: Sandbox, path: Path) -> None:
    many = [calendar(number, f"C{number}", selected=True) for number in range(1, 1501)]
    answer(sandbox, account(7, "ann@example.com", calendars=many), times=3)
    name = edited(path, lambda _place, line: line.update(selected="false"))

    assert "1500 to change.\n" in apply(name, "--dry-run").said


@pytest.mark.few(1)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_the_request_in_hand_and_leaves_the_rest_undone(
    accounts: dict[str, Account], sandbox: Sandbox, path: Path, number: signal.Signals
) -> None:
    name = edited(path, recolour(9))
    sandbox.fault("update_calendar", "delay", seconds=1, times=None)
    process = started("apply", name, *HERE, sandbox=sandbox, BATCH_IN_FLIGHT="1")

    assert eventually(lambda: sandbox.requests[-1].operation == "update_calendar", seconds=60)
    process.send_signal(number)
    end = ended(process)

    outcomes = Counter(Change.objects.values_list("outcome", "error"))
    done = outcomes.pop(("done", ""))
    assert outcomes == {("refused", "stopped"): 9 - done}
    assert end.code == 2
    assert f"{9 - done} of 9 changes were not done. Run this again to go on" in end.complaint
    assert f"\n{done} of 9 done.\n" in end.said
    assert end.said.count(": Refused. Stopped.\n") == 9 - done
    sandbox.clear_faults()
    assert apply(name).said.endswith(f"\n{9 - done} of {9 - done} done.\n")


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_as_a_process_it_tells_by_its_exit_code(
    accounts: dict[str, Account], sandbox: Sandbox, path: Path
) -> None:
    def run(*words: str, **changes: str) -> Any:
        return ended(started("apply", str(path), *words, sandbox=sandbox, **changes))

    export(path)
    assert run(*HERE).code == 0
    edited(path, recolour(2))
    dry = run(*HERE, "--dry-run")
    assert (dry.code, dry.complaint) == (1, "")
    done = run(*HERE)
    assert (done.code, done.complaint) == (1, "")
    assert done.said.endswith("2 of 2 done.\n")
    for failed in (
        run(),
        run(*HERE, SECRET_KEY=""),
        run(*HERE, FOCUS_API_URL="http://127.0.0.1:9/api"),
        run(*HERE, DATABASE_URL="sqlite:////no/such/folder/db.sqlite3"),
    ):
        assert failed.code == 2
        assert failed.complaint.strip()
