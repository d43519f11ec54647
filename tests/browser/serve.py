"""The process behind the browser: ``python -m tests.browser.serve DESCRIPTOR``.

Migrates, collects the static files, prints the cast's sessions as one line of JSON, and becomes
gunicorn on the listening socket that it inherited.
"""

import json
import os
import sys

import django
from django.core.management import call_command
from django.db import connections

#: Everybody's password; each has a session made beforehand, for tests that begin signed in.
PASSWORD = "correct-horse-battery"
PEOPLE = {
    "mia@example.com": "Mia Manager",
    "noah@example.com": "Noah Neighbour",
    "pia@example.com": "Pia Password",
    "vera@example.com": "Vera Viewer",
}
VIEWERS = {"vera@example.com"}


def main(descriptor: int) -> None:
    """Prepare, say so, and hand this process over to gunicorn."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    sys.stdout.write(json.dumps({email: session(email) for email in PEOPLE}) + "\n")
    sys.stdout.flush()
    connections.close_all()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += ["--bind", f"fd://{descriptor}", "focusadmin.wsgi:application"]
    os.execv(sys.executable, command)


def session(email: str) -> str:
    """Add a person, and return the key of a session in which they are signed in."""
    from django.test import Client

    from focusadmin.identity.models import User
    from focusadmin.identity.roles import Role

    role = Role.VIEWER if email in VIEWERS else Role.MANAGER
    person = User.objects.create_local(
        email=email, name=PEOPLE[email], password=PASSWORD, role=role
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main(int(sys.argv[1]))
