"""``manage.py list_broken [--key WHOSE] [--no-check] [--mail]``: what does not work, for cron.

Ends with 0 where all accounts work, 1 where one does not, and 2 where that could not be found out.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.text import get_text_list

from focusadmin.identity.models import User
from integrations.management import focus_words, mail_words, operating
from integrations.management.operating import FAILED, OperatorCommand
from integrations.models import Account, Key, Source, Workspace
from integrations.services import broken, mailing, operators, telling
from integrations.services.broken import Report
from integrations.services.operators import OperatorError
from integrations.views.failures import of_source
from integrations.views.words import provider_label

#: The exit code where an account does not work.
BROKEN = 1
NOTHING = (
    "Nothing was looked at: there is no shared key, and no key that its owner shows to managers."
    " Set FOCUS_API_KEY, or name a key with --key."
)


class Command(OperatorCommand):
    """Reads what is old, as a page does, and says a line for each account that does not work."""

    help = (
        "List the accounts that do not work: where, why, and through which key. Looks through the"
        " shared key and those that people show to managers, in every workspace, with at most one"
        " request for each. Exit code: 0 all work, 1 one does not, 2 it could not be found out."
        " With -v 0 nothing is said where all work."
    )
    names_key = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether Focus is asked, too."""
        super().add_arguments(parser)
        parser.add_argument(
            "--no-check", action="store_true", help="ask nothing: say what was seen last"
        )
        parser.add_argument(
            "--mail", action="store_true", help="mail EMAIL_TO what broke or recovered since"
        )

    def handle(
        self,
        *args: Any,
        key: str | None,
        workspace: int | None,
        no_check: bool,
        mail: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        """Do it; what cannot be found out is a line of its own on standard error."""
        with operating.sentences():
            among = operators.workspaces_numbered(workspace)
            found = operators.keys_called(key)
            chosen = found if key else broken.shown(found)
            if mail:
                _refuse_mail(chosen)
            report = broken.report(chosen, among, by=operators.actor(), ask=not no_check)
            late = _mailed(report) if mail else ""
        for line in _lines(report):
            self.stdout.write(operating.line(line))
        for source in report.unknown:
            self.stderr.write(operating.line(_unknown(source)))
        if not chosen:
            self.stderr.write(NOTHING)
        if late:
            self.stderr.write(operating.line(late))
        if report.broken:
            sys.exit(BROKEN)
        if report.seen_at is None or report.unknown or late:
            sys.exit(FAILED)
        if verbosity:
            self.stdout.write(f"{_count(report)}.")


def _refuse_mail(chosen: list[Key]) -> None:
    """Raise OperatorError where there is nobody to tell, or what they may not know."""
    if not mailing.is_on():
        raise OperatorError("EMAIL_URL is not set, so no mail can be sent; see .env.example.")
    if len(broken.shown(chosen)) < len(chosen):
        raise OperatorError("The owner of this key keeps it to themselves: nothing is mailed.")


def _mailed(report: Report) -> str:
    """Leave the mail and send what waits; returns a sentence about what could not be sent."""
    telling.tell(report, mail_words.words)
    sent = mailing.send_waiting(at_once=True)
    if not sent.why:
        return ""
    return f"Not sent, and tried again: {sent.number} mails ({sent.why})."


def _lines(report: Report) -> Iterator[str]:
    for found in report.broken:
        account = found.account
        reported = f" ({account.error_status})" if account.error_status else ""
        state = Account.State(account.state).label
        who = f"{account} ({provider_label(account.provider)})"
        where = _where(found.workspaces, account.source.key)
        yield f"{who} {where}: {state}{reported}."
    if report.broken:
        yield f"{_count(report)}."


def _count(report: Report) -> str:
    seen = f", as seen at {timezone.localtime(report.seen_at):%Y-%m-%d %H:%M %Z}"
    return f"Not working: {len(report.broken)} of {report.total} accounts{seen}"


def _unknown(source: Source) -> str:
    told = of_source(source, User())
    why = f"{told.title}" if told else "Focus has not answered yet"
    advice = f"See: manage.py check_focus --key {focus_words.name(source.key)}"
    return f"Not found out {_where([source.workspace], source.key)}: {why}. {advice}"


def _where(workspaces: Iterable[Workspace], key: Key) -> str:
    places = get_text_list([str(row) for row in workspaces], "and")
    return f"in {places}, through {focus_words.name(key)}"
