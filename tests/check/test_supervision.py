"""``manage.py run`` as a supervisor: gunicorn and a worker that start, end and fail together."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.management.processes import serves
from tests.check.demos import HOST, command_line, descendants, eventually, is_alive
from tests.check.test_run import env_file, manage
from tests.support.postgres import free_port

__all__ = ["env_file"]  # a fixture

#: A stored key that nobody can decrypt: the application refuses to serve.
UNREADABLE = """
from focusadmin.identity.models import User
from integrations.models import Key
person = User.objects.create_local(email="o@example.com", name="O", password="x" * 20, role=None)
Key.objects.create(owner=person, fingerprint="0" * 64, ciphertext="not encrypted")
"""
Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(env_file: Path) -> Iterator[Serve]:
    """``manage.py run`` with more arguments, once it answers; nothing of it is left afterwards."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        port = free_port()
        server = manage(env_file, "run", "--bind", f"{HOST}:{port}", *arguments)
        started.append(server)
        assert eventually(lambda: serves(HOST, port, "/healthz"), seconds=30)
        return server

    yield run
    left = {pid for server in started for pid in descendants(server.pid)}
    for server in started:
        server.kill()
        server.communicate()
    assert eventually(lambda: not any(map(is_alive, left)))


def programs(server: "subprocess.Popen[str]", word: str) -> set[int]:
    """Return the processes of a server whose command line has this word."""
    return {pid for pid in descendants(server.pid) if word in command_line(pid)}


def worker_of(server: "subprocess.Popen[str]", *, other_than: int = 0) -> int:
    """Return the worker's process id, once there is one."""
    assert eventually(lambda: bool(programs(server, "worker") - {other_than}), seconds=60)
    [pid] = programs(server, "worker") - {other_than}
    return pid


@pytest.mark.thorough
def test_a_killed_worker_is_started_again_and_the_application_goes_on(serve: Serve) -> None:
    server = serve()
    worker, application = worker_of(server), programs(server, "gunicorn")

    os.kill(worker, signal.SIGKILL)

    assert worker_of(server, other_than=worker)
    assert programs(server, "gunicorn") == application
    server.terminate()
    said, _ = server.communicate(timeout=60)
    assert "the worker ended (-9); it is started again in 1 s." in said
    assert server.returncode == 0, said


def test_an_interrupt_ends_everything(serve: Serve) -> None:
    server = serve()
    worker_of(server)
    family = descendants(server.pid)

    server.send_signal(signal.SIGINT)
    said, _ = server.communicate(timeout=60)

    assert server.returncode == 0, said
    assert len(family) >= 3
    assert not [pid for pid in family if is_alive(pid)]


@pytest.mark.thorough
def test_a_reload_reloads_both(serve: Serve) -> None:
    server = serve()
    worker, application = worker_of(server), programs(server, "gunicorn")

    server.send_signal(signal.SIGHUP)

    assert worker_of(server, other_than=worker)
    assert eventually(lambda: bool(programs(server, "gunicorn") - application))
    assert len(programs(server, "gunicorn") & application) >= 1
    assert server.poll() is None


@pytest.mark.thorough
def test_the_end_of_gunicorn_is_its_own_with_its_exit_code(serve: Serve) -> None:
    server = serve()
    worker_of(server)
    family = descendants(server.pid)

    os.kill(min(programs(server, "gunicorn")), signal.SIGKILL)
    server.communicate(timeout=60)

    assert server.returncode == 128 + signal.SIGKILL
    assert eventually(lambda: not any(map(is_alive, family)))


@pytest.mark.thorough
def test_without_a_worker_it_becomes_gunicorn(serve: Serve) -> None:
    server = serve("--no-worker")

    assert "gunicorn" in command_line(server.pid)
    assert not programs(server, "worker")


@pytest.mark.thorough
def test_what_gunicorn_refuses_ends_it_with_its_sentence(env_file: Path) -> None:
    preparing = manage(env_file, "migrate", "--no-input", "--verbosity=0")
    preparing.communicate(timeout=60)
    adding = manage(env_file, "shell", "--no-imports", "-c", UNREADABLE)
    said, _ = adding.communicate(timeout=60)
    assert adding.returncode == 0, said

    server = manage(env_file, "run", "--bind", f"{HOST}:{free_port()}")
    said, _ = server.communicate(timeout=60)

    assert server.returncode == 3
    assert "focusadmin.E040" in said
    assert "Traceback" not in said
