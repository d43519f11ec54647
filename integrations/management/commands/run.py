"""``manage.py run``: the application with its real configuration, under gunicorn, and a worker."""

import os
import shlex
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from focusadmin.checks import usable_database
from focusadmin.identity.configuration import Local
from focusadmin.identity.models import User
from integrations.management.processes import gunicorn
from integrations.management.supervision import Application

NOBODY = """\
Nobody can sign in yet. Add the first person in another terminal:

  {command}
"""
ADD = ["user", "add", "you@example.com", "--name", "Your Name", "--role", "manager"]


class Command(BaseCommand):
    """Migrates, collects the static files and runs gunicorn, and a worker beside it."""

    help = "Serve Focusadmin with the configuration of the environment and .env."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to listen on, and who works."""
        parser.add_argument(
            "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: %(default)s"
        )

        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="become gunicorn alone, where a worker of its own or of another machine works",
        )

    def handle(self, *args: Any, bind: str, no_worker: bool, **options: Any) -> None:
        """Prepare, say what is missing, and serve; exits with gunicorn's code."""
        with usable_database():
            call_command("migrate", interactive=False, verbosity=0)
            somebody = User.objects.filter(is_active=True).exists()
        local = isinstance(settings.SIGN_IN, Local)
        try:
            call_command("collectstatic", interactive=False, verbosity=0)
        except OSError as error:
            why = f"STATIC_ROOT: the static files cannot be written: {error}"
            raise CommandError(why) from error
        if local and not somebody:
            self.stdout.write(
                NOBODY.format(command=shlex.join([sys.executable, sys.argv[0], *ADD]))
            )
        connections.close_all()
        self.stdout.write(f"Focusadmin listens on {bind} and expects to be {settings.PUBLIC_URL}.")
        self.stdout.flush()
        if no_worker:
            os.execv(sys.executable, gunicorn(bind))
        sys.exit(Application(bind).serve())
