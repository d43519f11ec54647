"""What is measured of a server: gunicorn with one process of four threads, warm."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.measuring import Line
from tests.bench.peers import ADMIN, GZIP, PACKED
from tests.bench.team import WORKSPACE, Team
from tests.bench.upstream import upstream
from tests.support.postgres import free_port

LIST = f"/w/{WORKSPACE}/calendars/"
THREADS = 4
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """A running gunicorn, and the session of whoever asks it."""

    port: int
    pid: int
    cookie: str

    def get(self, address: str, connection: http.client.HTTPConnection, **headers: str) -> bytes:
        """Return an answer's body as it came; raises AssertionError for anything but a 200."""
        cookie = {"Cookie": f"sessionid={self.cookie}"}
        connection.request("GET", address, headers=cookie | headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (address, answer.status, body[:500])
        return body

    def pages(self, address: str, number: int) -> float:
        """Ask for a page so often, by as many at once as there are threads; returns seconds."""
        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(partial(self._ask, address), [number // THREADS] * THREADS))
        return time.perf_counter() - began

    def memory(self) -> int:
        """Return the bytes that its worker holds in memory."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        pages = int(Path(f"/proc/{children[0]}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _ask(self, address: str, number: int) -> None:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        for _time in range(number):
            assert self.get(address, connection, **PACKED).startswith(GZIP), address
        connection.close()


@contextmanager
def serving(application: str, team: Team) -> Iterator[Server]:
    """Run gunicorn with one of ``applications``, over the database of this process."""
    upstream = {"FOCUS_API_URL": team.focus.api_url, "FOCUS_API_KEY": team.focus.key}
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    options = ["--bind", f"{HOST}:{port}", "--threads", str(THREADS), "--log-level", "error"]
    command += [*options, f"tests.bench.applications:{application}"]
    with subprocess.Popen(command, env=os.environ | upstream) as found:
        try:
            _wait(port, found)
            yield Server(port, found.pid, team.cookie)
        finally:
            found.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn does not answer")


def a_busy_server(rounds: int) -> Iterator[Line]:
    """Pages per second, and what they do to the memory."""
    half = 1000 if rounds > 3 else 100
    with upstream(accounts=20, calendars=25) as focus:
        team = Team(focus)
        team.read()
        with serving("product", team) as ours, serving("peers", team) as theirs:
            asked = ((ours, LIST), (theirs, ADMIN))
            for server, address in asked:
                server.pages(address, 40)
            taken, held = _in_turns(asked, half, team)
            faster = taken[1] / taken[0]
            told = f"{half / taken[0]:.0f} pages/s, admin {half / taken[1]:.0f}"
            yield Line("pages per second of one worker, warm", faster, 4, told, at_least=True)
            team.read()
            for server, address in asked:
                server.pages(address, half)
            end = [server.memory() for server, _address in asked]
    mine, theirs_then, before = (f"{size / 1e6:.0f} MB" for size in (*end, held[0]))
    told = f"{mine}, admin {theirs_then}"
    yield Line(f"memory after {2 * half} pages", end[0] / end[1], 1.25, told)
    yield Line(f"memory, its last {half} pages", end[0] / held[0], 1.02, f"{mine}, was {before}")


def _in_turns(
    asked: tuple[tuple[Server, str], ...], number: int, team: Team, turns: int = 5
) -> tuple[list[float], list[int]]:
    """Return the seconds that each server takes for so many pages, and what it holds then."""
    taken = [0.0 for _server in asked]
    for _turn in range(turns):
        team.read()
        for place, (server, address) in enumerate(asked):
            taken[place] += server.pages(address, number // turns)
    return taken, [server.memory() for server, _address in asked]


def a_first_visit(_rounds: int) -> Iterator[Line]:
    """What has to come over the wire, compressed: the page and its files, then the page alone."""
    with upstream(accounts=20, calendars=25) as focus:
        team = Team(focus)
        team.read()
        with serving("product", team) as server:
            connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
            plain = server.get(LIST, connection)
            page = len(server.get(LIST, connection, **PACKED))
            links = re.findall(r'(?:src|href)="(/static/[^"]+)"', plain.decode())
            files = {link: len(server.get(link, connection, **PACKED)) for link in links}
            connection.close()
    told = f"page {page / 1e3:.1f} kB, {len(files)} files {sum(files.values()) / 1e3:.1f} kB"
    whole = page + sum(files.values())
    yield Line("bytes of the first visit", whole / 1e3, 60, told, unit="kB")
    told = f"{len(plain) / 1e3:.0f} kB plain"
    yield Line("bytes of the next page", page / 1e3, 20, told, unit="kB")


SERVED = (a_busy_server, a_first_visit)
