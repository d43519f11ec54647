"""gunicorn with its committed configuration, on a unix socket as the unit file has it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from integrations.management.processes import follow_parent
from tests.check.demos import eventually
from tests.check.sources import ROOT


@contextmanager
def gunicorn(
    application: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Path]:
    """Yield the socket on which ``application`` (``module:name``) is served; logs in ``folder``."""
    # Not in ``folder``: the path of a unix socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="focusadmin-") as short:
        path = Path(short) / "web.sock"
        with open(folder / "gunicorn.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
                + ["--bind", f"unix:{path}", application],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdout=log,
                stderr=log,
                preexec_fn=follow_parent(),
            )
        try:
            eventually(lambda: path.exists() or process.poll() is not None, seconds=30)
            assert process.poll() is None, (folder / "gunicorn.log").read_text()
            yield path
        finally:
            process.terminate()
            process.wait(timeout=15)


def prepared(environment: Mapping[str, str]) -> None:
    """Make the database and collect the static files, as ``manage.py run`` does."""
    subprocess.run(
        [sys.executable, "-m", "tests.deploy.prepare"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    )
