"""``manage.py check_focus [--key WHOSE] [--connect PROVIDER]``: whether Focus takes our keys.

Ends with 0 where all is well, 1 where something is wrong, and 2 where it could not be tried.
"""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from integrations.management import focus_words, operating
from integrations.management.operating import OperatorCommand
from integrations.models import ConnectAttempt, Source
from integrations.services import key_trials, operators
from integrations.services.actors import Actor

#: The exit code where a key or the way back is not as it should be.
WRONG = 1


class Command(OperatorCommand):
    """Asks Focus once through each key and says a line for each."""

    help = (
        "Say for each key whether Focus is reachable, accepts it, and how many requests are left,"
        " and what to do where something is wrong. Costs one request of each key. Exit code: 0 all"
        " is well, 1 something is wrong, 2 it could not be tried."
    )
    names_key = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, too."""
        super().add_arguments(parser)
        parser.add_argument(
            "--connect",
            choices=list(settings.FOCUS_PROVIDERS),
            help="also ask Focus, through the first key that it accepts, to begin a connection, and"
            " say whether it would lead people back to us (return_to); nothing is connected by"
            " that. Costs one or two requests",
        )

    def handle(
        self,
        *args: Any,
        key: str | None,
        workspace: int | None,
        connect: str | None,
        **options: Any,
    ) -> None:
        """Do it; what cannot be done is one sentence and exit code 2."""
        with operating.sentences():
            by = operators.actor()
            among = operators.workspaces_numbered(workspace)
            trials = []
            for found in operators.keys_called(key):
                trials.append(key_trials.of(found, among, by=by))
                self.stdout.write(operating.line(focus_words.trial(trials[-1])))
            accepted = [trial.source for trial in trials if trial.error is None]
            good = len(accepted) == len(trials)
            if connect and accepted:
                good &= self._connect(accepted[0], connect, by)
        if not good:
            sys.exit(WRONG)

    def _connect(self, source: Source, provider: str, by: Actor) -> bool:
        path = reverse("connect-return", args=[ConnectAttempt().pk])
        start = key_trials.start_connection(source, provider, settings.PUBLIC_URL + path, by=by)
        self.stdout.write(operating.line(focus_words.start(start, provider, source.key)))
        return bool(start.returns)
