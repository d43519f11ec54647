"""Asking Focus through several keys at once: threads speak HTTP, this thread does the rest."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from integrations import focus
from integrations.models import Source
from integrations.services import keys, quotas, sameness

#: More keys than these are not asked for one page; the next one goes on with the others.
THREADS = 100
#: Seconds beyond the page's deadline, within which a client that kept to it has answered.
GRACE = 0.5


class Unchanged:
    """The answer was the known one."""


@dataclass
class Question:
    """One listing that was asked for; ``answer`` is None where there was no time to ask."""

    source: Source
    asked_at: datetime = field(default_factory=lambda: timezone.now())
    #: The digest of an answer that would say nothing new.
    known: str = ""
    answer: "focus.Listing[focus.Account] | Unchanged | focus.FocusError | None" = None

    @property
    def is_sent(self) -> bool:
        """Whether Focus was asked, or may have been."""
        if isinstance(self.answer, focus.FocusError):
            return self.answer.sent
        return self.answer is not None


def ask_all(sources: Iterable[Source], *, paid: Collection[Source] = frozenset()) -> list[Question]:
    """Ask for the accounts of each source, side by side, within the page's deadline.

    None of them may have been refused for want of requests this hour (``freshness.sort``).

    What the clients learn of their quotas is kept. The request of those in ``paid`` was taken off
    the ledger before; it is given back where it was not sent.
    """
    opened: list[tuple[Question, focus.FocusClient]] = []
    refused: list[Question] = []
    for source in sources:
        try:
            client = keys.unchecked_client(source.key, source.workspace)
            opened.append((Question(source, known=sameness.known(source)), client))
        except focus.FocusError as error:
            refused.append(Question(source, answer=error))
    _send(opened)
    for question, client in opened:
        is_paid, under_way = question.source in paid, question.is_sent and not client.calls
        quotas.note(question.source, client, paid=int(is_paid), under_way=int(under_way))
        if is_paid and not (client.calls or under_way):
            quotas.give_back(question.source)
    for question in refused:
        if question.source in paid:
            quotas.give_back(question.source)
    return [question for question, _client in opened] + refused


def _send(opened: list[tuple[Question, focus.FocusClient]]) -> None:
    if len(opened) == 1:
        opened[0][0].answer = _listing(*opened[0])
    elif opened:
        pool = ThreadPoolExecutor(min(THREADS, len(opened)))
        asked = {  # with the context, which says in the log whose request it is
            pool.submit(copy_context().run, _listing, question, client): question
            for question, client in opened
        }
        wait(asked, timeout=settings.FOCUS_PAGE_DEADLINE + GRACE)
        for future, question in asked.items():
            if future.done():
                question.answer = future.result()
            elif not future.cancel():
                question.answer = focus.UnavailableError("GET", detail="no answer in time")
        pool.shutdown(wait=False)


def _listing(
    question: Question, client: focus.FocusClient
) -> "focus.Listing[focus.Account] | Unchanged | focus.FocusError":
    try:
        found = client.list_accounts_unless(question.known)
    except focus.FocusError as error:
        return error
    return Unchanged() if found is None else found
