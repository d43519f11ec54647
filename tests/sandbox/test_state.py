"""The world survives its process, whole."""

import json
import threading
import time
from pathlib import Path

import pytest

from integrations.sandbox import PortError, Sandbox, StateError
from tests.sandbox.calls import ACCOUNTS, accounts, answer, call, plain, reauth, setup


def test_a_second_start_finds_everything_as_it_was_left(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    with Sandbox(file) as box:
        call(box, "DELETE", f"{ACCOUNTS}/710003")
        call(box, "PUT", f"{ACCOUNTS}/710001/calendars/810001", data=b'{"name": "New", "x": 1}')
        consent = setup(box)
        box.switches.quota = 50
        before = accounts(box)

    with Sandbox(file) as box:
        assert accounts(box) == before
        assert box.switches.quota == 50
        assert int(call(box, "GET", ACCOUNTS).headers["X-Toggl-Quota-Remaining"]) == 44
        moved = f"{box.provider_url}/google/authorize?{consent.partition('?')[2]}"
        assert plain("GET", moved).status_code == 200


def test_a_trip_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with Sandbox(file) as box:
        callback = answer(box, reauth(box, 710004), identity="events@example.com")
    with Sandbox(file) as box:
        path = callback.headers["Location"].partition("/api")[2]

        assert plain("GET", box.api_url + path).status_code == 302
        assert box.world.account(710004)["error_status"] == ""


def test_queued_changes_survive_a_restart(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "state.json"):
        pass
    with Sandbox(tmp_path / "state.json") as box:
        names = [c["name"] for c in call(box, "POST", f"{ACCOUNTS}/710002/update").json()]

        assert "Showroom" in names


def test_what_is_given_wins_over_the_file(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "s.json", dialect="documented", latency=0.1):
        pass

    found = Sandbox(tmp_path / "s.json")
    given = Sandbox(tmp_path / "s.json", dialect="observed")

    assert (found.switches.dialect, found.switches.latency) == ("documented", 0.1)
    assert (given.switches.dialect, given.switches.latency) == ("observed", 0.1)


def test_a_reset_reaches_the_file(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "s.json") as box:
        call(box, "DELETE", f"{ACCOUNTS}/710003")
        box.reset()

        assert len(Sandbox(tmp_path / "s.json").world.people[0].accounts) == 6


def test_it_can_start_afresh(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text("not JSON")

    with Sandbox(file, reset=True) as box:
        assert len(accounts(box)) == 6
    assert json.loads(file.read_text())["version"] == 1


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 0}', '{"version": 1}', "\x00", "[" * 100_000]
)
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.json").write_text(content)

    with pytest.raises(StateError, match="start with a reset"):
        Sandbox(tmp_path / "s.json")
    assert (tmp_path / "s.json").read_text() == content


def test_a_place_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        Sandbox(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be written"):
        Sandbox(tmp_path / "file" / "s.json", reset=True).start()


def test_the_file_is_whole_at_every_moment(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    ended = threading.Event()
    with Sandbox(file) as box:

        def write() -> None:
            box.switches.quota = 100_000
            while not ended.is_set():
                call(box, "PUT", f"{ACCOUNTS}/710001/calendars/810001", data=b"{}")

        writer = threading.Thread(target=write)
        writer.start()
        until = time.monotonic() + 0.5
        seen = set()
        while time.monotonic() < until:
            people = json.loads(file.read_bytes())["people"]
            seen.add(people[0]["accounts"][0]["calendars"][0]["updated_at"])
        ended.set()
        writer.join()

    assert len(seen) > 3
    assert [f.name for f in tmp_path.iterdir()] == ["s.json"]


def test_any_size_can_be_had() -> None:
    box = Sandbox(people=7, accounts=200, calendars=25)

    people = box.world.people
    numbers = [a["calendar_integration_id"] for p in people for a in p.accounts]
    ids = [c["calendar_id"] for p in people for a in p.accounts for c in a["calendars"]]
    assert len(people) == 7
    assert {len(a["calendars"]) for a in people[0].accounts} == {25}
    assert (len(people[0].accounts), len(set(numbers))) == (200, len(numbers))
    assert len(set(ids)) == len(ids)
    assert len({p.key for p in people}) == 7


def test_a_small_world_can_be_had() -> None:
    box = Sandbox(accounts=2, calendars=1)

    assert [len(a["calendars"]) for a in box.world.people[0].accounts] == [1, 1]
    assert box.world.pending == {}
    assert Sandbox(accounts=0).world.people[0].accounts == []


def test_two_cannot_have_one_port() -> None:
    with Sandbox() as box:
        port = int(box.provider_url.rpartition(":")[2])

        with pytest.raises(PortError, match=f"Port {port} cannot be used"):
            Sandbox(provider_port=port).start()


def test_a_stopped_sandbox_lets_go_of_its_ports() -> None:
    with Sandbox() as first:
        ports = [
            int(url.split(":")[2].split("/")[0]) for url in (first.api_url, first.provider_url)
        ]
        accounts(first)

    with Sandbox(api_port=ports[0], provider_port=ports[1]) as second:
        assert len(accounts(second)) == 6


def test_stopping_what_never_started_writes_nothing(tmp_path: Path) -> None:
    Sandbox(tmp_path / "s.json").stop()

    assert list(tmp_path.iterdir()) == []


def test_a_reset_is_quick() -> None:
    with Sandbox() as box:
        began = time.perf_counter()
        for _ in range(20):
            box.reset()

        assert (time.perf_counter() - began) / 20 < 0.02
