"""Run a command with ``DATABASE_URL`` naming a PostgreSQL of its own, which is gone afterwards.

``python -m tests.support.postgres COMMAND…``: the server listens on loopback only, on a free port,
with a password made for the occasion; its files are in a temporary folder. PostgreSQL refuses to
run as root, so root starts it as an unprivileged user that the system already has.
"""

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from tests.support import apt

USERS = ("postgres", "nobody", "daemon")
DEBIAN = Path("/usr/lib/postgresql")
ADVICE = (
    "The data tests need PostgreSQL's server programs (initdb, postgres) and none could be had."
    " Install them (Debian and Ubuntu: `apt-get install postgresql`) or put them on the PATH."
)
#: Speed before durability: nobody will ever restart this server.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


class NoPostgresError(Exception):
    """PostgreSQL is missing or does not start; the message says what to do."""


def programs() -> Path | None:
    """Return the folder that holds both ``initdb`` and ``postgres``, or None."""
    on_path = [Path(folder) for folder in os.get_exec_path()]
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name))
    for folder in (*on_path, *reversed(debian)):
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def programs_or_install() -> Path:
    """Return the programs' folder, installing them as root if need be; raises NoPostgresError."""
    found = programs()
    if found is None and apt.available():
        # Debian starts a server of its own on installation unless told not to.
        config = Path("/etc/postgresql-common/createcluster.conf")
        if not config.exists():
            config.parent.mkdir(parents=True, exist_ok=True)
            config.write_text("create_main_cluster = false\n")
        apt.install("postgresql")
        found = programs()
    if found is None:
        raise NoPostgresError(ADVICE)
    return found


def unprivileged() -> pwd.struct_passwd | None:
    """Return the user that a root process starts the server as; None: as we are."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    for name in USERS:
        if name in known:
            return known[name]
    raise NoPostgresError(
        f"PostgreSQL refuses to run as root, and no user is {' or '.join(USERS)}."
    )


def die_with_parent() -> None:
    """Have the kernel end this process (fast shutdown) when the one that started it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # 1: PR_SET_PDEATHSIG


def free_port() -> int:
    """Return a port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def folder(owner: pwd.struct_passwd | None) -> Iterator[Path]:
    """Yield a temporary folder that belongs to ``owner``, and remove it with all its files."""
    path = Path(tempfile.mkdtemp(prefix="focusadmin-postgres-"))
    try:
        if owner:
            os.chown(path, owner.pw_uid, owner.pw_gid)
        yield path
    finally:
        shutil.rmtree(path)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the ``DATABASE_URL`` of a fresh server, stopped and removed at the end."""
    bin_folder = programs_or_install()
    owner = unprivileged()
    password = secrets.token_hex(16)
    with folder(owner) as home:
        options: dict[str, Any] = {"cwd": home, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if owner:
            options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        create(bin_folder / "initdb", home, password, options)
        port = free_port()
        command = [f"{bin_folder}/postgres", "-D", f"{home}/cluster", "-c", f"port={port}"]
        command += [f"--{name}={value}" for name, value in SETTINGS.items()]
        with open(home / "log", "wb") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command, stdout=log, stderr=log, preexec_fn=die_with_parent, **options
            )
        url = f"postgres://focusadmin:{password}@127.0.0.1:{port}/postgres"
        try:
            wait_until_ready(process, url, home / "log")
            yield url
        finally:
            stop(process)


def create(initdb: Path, home: Path, password: str, options: dict[str, Any]) -> None:
    """Lay out the cluster's files with one superuser, ``focusadmin``."""
    secret = home / "password"
    secret.write_text(password)
    secret.chmod(0o644)  # inside a folder that only its owner may enter
    command = [f"{initdb}", "-D", f"{home}/cluster", "-U", "focusadmin", "--auth=scram-sha-256"]
    command += [f"--pwfile={secret}", "--no-sync", "--encoding=UTF8", "--locale=C"]
    made = subprocess.run(command, capture_output=True, text=True, **options)
    if made.returncode:
        raise NoPostgresError(f"initdb failed: {made.stderr.strip()}")


def wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return when the server answers; raises NoPostgresError when it ends, or after 30 s."""
    import psycopg

    for _ in range(300):
        if process.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        time.sleep(0.1)
    raise NoPostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()}")


def stop(process: subprocess.Popen[bytes], patience: float = 15) -> None:
    """End the process, after ``patience`` seconds by force."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def exit_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    """Turn a signal into SystemExit, so that everything is cleaned up on the way out."""
    sys.exit(128 + number)


def run(command: Sequence[str]) -> int:
    """Run ``command`` beside a server and return its exit code."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, exit_on_signal)
    with server() as url:
        process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except NoPostgresError as error:
        sys.exit(str(error))
