"""One operation meets one fault: what the person is told, what is recorded, and what it costs."""

import re
import resource
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.models import Change, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror, outage, rule_books
from tests.browsing import read
from tests.hostile.operations import Operation, Scene
from tests.hostile.upstream import THREADS, Asked, Fault, Says, Upstream
from tests.outbound.rawserver import RawServer
from tests.teamwork import KEYS

Outcome = Change.Outcome
Action = Change.Action

#: Seconds in all, by how much they may be missed, and what a page may take for its own work, of
#: which the faults know nothing: on a machine that runs many tests at once it is slow.
DEADLINE, LATE, OWN = 1.0, 0.5, 3.0
#: Bytes by which memory may grow, and by how many while the answer is looked at: the largest that
#: is read to its end is there three times.
MOST, MOST_MEANWHILE = 20_000_000, 100_000_000
PAGES = {200, 404, 409, 502, 503}
TITLES = {
    "unavailable": "Focus cannot be reached",
    "bad-response": "Focus answered something we cannot read",
    "credentials": "App key problem: Focus refuses this application’s key",
    "forbidden": "App key problem: Focus does not allow this",
    "not-found": "Focus does not have this any more",
    "quota": "The hourly requests are used up",
    "already-connected": "Focus did not start a new connection",
    "rejected": "Focus did not accept this",
}
#: What is said where there are no names, instead of the same.
NAMES = {
    "forbidden": "Focus does not show this key the names",
    "not-found": "Focus does not offer the names",
}
UNKNOWN = "We do not know whether this was saved"
#: What is said of a key that could not be checked.
KEY = {
    "unavailable": "Focus could not be reached, so nobody knows whether it works",
    "bad-response": "Focus answered something that cannot be read, so nobody knows whether",
    "credentials": "Focus refuses it",
    "forbidden": "Focus knows it, but does not let it be used here",
    "not-found": "Focus did not accept the question",
    "quota": "Its requests of this hour are used up",
    "rejected": "Focus did not accept the question",
}
#: What leaves open whether a write has happened.
UNANSWERED = (Says.NOTHING, Says.LOST, Says.GARBLED, Says.LARGE)
WRITES = {
    Action.EDIT: "update_calendar",
    Action.REFRESH: "refresh",
    Action.DISCONNECT: "disconnect",
    Action.HIDE: "hide_events",
    Action.RULE_ADD: "create_mapping",
    Action.RULE_EDIT: "replace_mapping",
    Action.RULE_DELETE: "delete_mapping",
}
#: What leaves no trace that a look could find.
TRACELESS = (Action.REFRESH, Action.HIDE)


def expected(fault: Fault, operation: Operation) -> Says:
    """Return what an operation may make of a fault."""
    status, kind = fault.status, operation.kind
    if fault.says is not Says.STATUS:
        return fault.says
    if status < 200 or status > 599 or status >= 500 or status == 408:
        return Says.NOTHING
    if status >= 400:
        return Says.STATUS
    if 200 <= status < 300 and kind == "settings" and status != 204:
        return Says.ODD
    return Says.GOOD if status == 204 and kind == "write" else Says.GARBLED


def codes(fault: Fault, operation: Operation) -> tuple[str, ...]:
    """Return the codes of the causes of which one has to be told."""
    match expected(fault, operation):
        case Says.STATUS:
            return (_refusal(fault.status, operation),)
        case Says.GARBLED:
            return ("bad-response",)
        case Says.LARGE:
            return ("bad-response", "unavailable")
    return ("unavailable",)


def _refusal(status: int, operation: Operation) -> str:
    known = {401: "credentials", 403: "forbidden", 404: "not-found", 402: "quota", 429: "quota"}
    if status == 402 and operation.name == "connect":
        return "already-connected"
    return known.get(status, "rejected")


class Judge:
    """Lets operations meet faults, each in a world as good as new, and says what was wrong."""

    def __init__(
        self,
        scene: Scene,
        upstream: Upstream,
        trap: RawServer,
        box: Sandbox,
    ) -> None:
        self._scene, self._upstream, self._trap, self._box = scene, upstream, trap, box
        upstream.places[b"{trap}"] = f"http://127.0.0.1:{trap.port}".encode()

    def problems(self, operation: Operation, fault: Fault, performed: bool) -> list[str]:
        """Return what was wrong; what was too late three times in a row was not by chance."""
        found: list[str] = []
        for _time in range(3):
            found = self._once(operation, fault, performed)
            if not any(problem.startswith(("late", "early")) for problem in found):
                break
        name = f"{operation} × {fault}{'' if performed else ', not performed'}"
        return [f"{name}: {problem}" for problem in found]

    def _once(self, operation: Operation, fault: Fault, performed: bool) -> list[str]:
        try:
            with transaction.atomic():
                found = list(self._meet(operation, fault, performed))
                transaction.set_rollback(True)
        finally:
            self._box.reset()
            self._upstream.disarm()
            outage.here.forget()
        return found

    def _meet(self, operation: Operation, fault: Fault, performed: bool) -> Iterator[str]:
        settings.FOCUS_API_URL = self._upstream.url
        fresh = Source.objects.filter(pk=self._scene.source.pk)
        fresh.update(last_good_at=timezone.now())  # however long ago the test has begun
        press = operation.prepare(self._scene)
        old = set(Change.objects.values_list("pk", flat=True))
        self._upstream.arm(fault, after=operation.after, performed=performed)
        if fault.tls:
            settings.FOCUS_API_URL = self._upstream.tls_url
        threads, memory = _threads(), _memory()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew

        started = time.monotonic()
        page = press()
        took = time.monotonic() - started

        yield from self._waste(operation, fault, took, threads, memory)
        yield from _told(page, fault, operation)
        if expected(fault, operation) in UNANSWERED and not operation.is_batch:
            yield from self._denied(page)
        if "the key" in fault.name:
            yield from _kept()
        made = list(Change.objects.exclude(pk__in=old))
        yield from self._recorded(made, fault, operation)
        if any(change.outcome == Outcome.UNKNOWN for change in made):
            yield from self._settled(made)

    def _waste(
        self, operation: Operation, fault: Fault, took: float, threads: int, memory: int
    ) -> Iterator[str]:
        if not _eventually(lambda: _threads() <= threads and not self._upstream.busy):
            yield f"{_threads() - threads} threads and {self._upstream.busy} connections stay"
        lasted = self._upstream.lasted
        if any(seconds > DEADLINE + LATE for seconds in lasted):
            yield f"late: Focus was waited for for {max(lasted):.2f} s"
        if fault.is_slow and any(seconds < DEADLINE - LATE for seconds in lasted):
            yield f"early: Focus was waited for for {min(lasted):.2f} s"
        is_quick = not fault.is_slow and fault.says not in (Says.LARGE, Says.ODD)
        if is_quick and any(seconds > DEADLINE - 0.1 for seconds in lasted):
            yield "late: the machine was too busy for an answer that comes at once"
        if len(lasted) > operation.most + (fault.says is Says.LOST):
            yield f"Focus was asked {len(lasted)} times"
        if took > DEADLINE + LATE + OWN:
            yield f"late: the page took {took:.2f} s"
        if self._trap.connections:
            yield "somebody else was asked"
        if any("cookie" in asked.headers for asked in self._upstream.asked):
            yield "a cookie was sent"
        yield from _grown(memory)

    def _denied(self, page: Any) -> Iterator[str]:
        """Look for a word that nothing was written, where something was and nobody has said so."""
        written = {asked.operation for asked in self._upstream.done} & set(WRITES.values())
        if written and re.search(r"Nothing was (saved|changed|written)\.", read(page).words):
            yield f"told that nothing was saved, and Focus has done {written}"

    def _recorded(self, made: list[Change], fault: Fault, operation: Operation) -> Iterator[str]:
        says = expected(fault, operation)
        for change in made:
            arrived = self._find(change, self._upstream.asked)
            done = self._find(change, self._upstream.done)
            outcome, told = change.outcome, f"{change.action} is {change.outcome} {change.error}"
            if change.action not in WRITES:
                if says not in (Says.GOOD, Says.ODD) and outcome not in ("failed", "refused"):
                    yield told
                continue
            if outcome == Outcome.DONE and not done and fault.status != 404:
                yield f"{told} and did not happen"
            if done and says in UNANSWERED and outcome != Outcome.UNKNOWN:
                yield f"{told} and may have happened"
            if not arrived and says is Says.UNSENT and outcome not in ("failed", "intended"):
                yield f"{told} and was not sent"
            if says is Says.STATUS and outcome in (Outcome.UNKNOWN, Outcome.SENDING):
                yield f"{told} and was refused"
            if says is Says.GOOD and outcome != Outcome.DONE and "quota" not in fault.name:
                yield f"{told} and went well"

    def _settled(self, made: list[Change]) -> Iterator[str]:
        """Focus is well again, and what became of lost writes is looked up."""
        settings.FOCUS_API_URL = self._upstream.url
        done = list(self._upstream.done)
        self._upstream.disarm()
        outage.here.forget()
        over = timezone.now() - timedelta(seconds=1)
        unknown = Change.objects.filter(outcome=Outcome.UNKNOWN)
        unknown.update(lease_until=over)
        error = mirror.look(self._scene.source, by=self._scene.actor, force=True)
        if error is not None:
            yield f"it is well again, and cannot be read: {error}"
        rule_books.look(rule_books.of(self._scene.source), by=self._scene.actor, force=True)
        for change in made:
            was_unknown = change.outcome == Outcome.UNKNOWN and change.action not in TRACELESS
            change.refresh_from_db()
            happened = self._find(change, done)
            if was_unknown and (change.outcome == Outcome.DONE) != happened:
                yield f"{change.action} turned out as {change.outcome}; happened: {happened}"
        self._upstream.done += done

    def _find(self, change: Change, among: list[Asked]) -> bool:
        operation = WRITES.get(Action(change.action), "")
        return any(
            asked.operation == operation and asked.calendar_id == change.calendar_id
            for asked in among
        )


def _grown(before: int) -> Iterator[str]:
    if (grown := _memory() - before) > MOST:
        yield f"memory grew by {grown / 1e6:.0f} MB"
    if (grown := _peak() - before) > MOST_MEANWHILE:
        yield f"memory grew by {grown / 1e6:.0f} MB meanwhile"


def _told(page: Any, fault: Fault, operation: Operation) -> Iterator[str]:
    if page.status_code not in PAGES:
        yield f"a page of status {page.status_code}"
    words = read(page).words
    if "Traceback" in words:
        yield "a traceback"
    sentences = _sentences(fault, operation)
    if not any(sentence in words for sentence in sentences):
        yield f"not told {sentences}: {words[:300]}"
    if expected(fault, operation) is Says.GOOD and not operation.is_batch:
        lies = [told for told in (*TITLES.values(), *KEY.values(), UNKNOWN) if told in words]
        yield from (f"told “{told}”, and all is well" for told in lies)
    is_old = operation.name == "accounts" and expected(fault, operation) is not Says.ODD
    if is_old and "studio@example.com" not in words:
        yield "what was seen last is not shown"


def _sentences(fault: Fault, operation: Operation) -> list[str]:
    """Return what a page has to say, one of it; nothing particular where it depends."""
    says = expected(fault, operation)
    if says in (Says.GOOD, Says.ODD) or operation.is_batch:
        return [""]
    if operation.kind in ("write", "refresh") and says in UNANSWERED:
        return [UNKNOWN, TITLES["unavailable"]] if says is Says.LOST else [UNKNOWN]
    if fault.status in operation.says:
        return [operation.says[fault.status]]
    if operation.name == "disconnect" and fault.status == 404:
        return ["Focus no longer had"]
    words = {"settings": KEY, "names": TITLES | NAMES}.get(operation.kind, TITLES)
    return [words[cause] for cause in codes(fault, operation)]


def _kept() -> Iterator[str]:
    """Look for a key in everything that is stored; pages and the log are watched in every test."""
    for model in apps.get_models():
        stored = str(list(model._default_manager.values_list()))
        if any(key in stored for key in KEYS.values()):
            yield f"a key is stored in {model.__name__}"


def _threads() -> int:
    """Return how many threads there are that are not the upstream's."""
    return sum(not thread.name.startswith(THREADS) for thread in threading.enumerate())


def _memory() -> int:
    """Return how many bytes of memory this process has at the moment."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def _peak() -> int:
    """Return the most that it was since it began anew."""
    [told] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told) * 1024


def _eventually(is_so: Any) -> bool:
    for _time in range(100):
        if is_so():
            return True
        time.sleep(0.01)
    return False
