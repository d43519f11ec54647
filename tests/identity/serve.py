"""The process behind the raw sockets: ``python -m tests.identity.serve DESCRIPTOR…``.

Migrates, and becomes gunicorn on the listening sockets that it inherited.
"""

import os
import sys

import django
from django.core.management import call_command
from django.db import connections


def main(descriptors: list[str]) -> None:
    """Prepare, and hand this process over to gunicorn."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    connections.close_all()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += [f"--bind=fd://{descriptor}" for descriptor in descriptors]
    os.execv(sys.executable, [*command, "focusadmin.wsgi:application"])


if __name__ == "__main__":
    main(sys.argv[1:])
