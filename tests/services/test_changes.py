"""The record around every write: intent first, one write at a time, an honest outcome after."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from integrations import focus
from integrations.models import Account, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import audit, changes, freshness, keys
from integrations.services.actors import Actor
from integrations.services.changes import BusyError, ConflictError, GoneError, KeyNotReadyError
from tests.teamwork import BO

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome


def intend(account: Account, actor: Actor) -> Change:
    """Intend to edit the account's first calendar."""
    return changes.intend(
        Change.Action.EDIT,
        account.source,
        by=actor,
        account=account,
        calendar=account.calendars.order_by("pk").first(),
        before={"selected": True},
        after={"selected": False},
    )


@pytest.fixture
def intended(accounts: Accounts, actor: Actor) -> Change:
    """An edit of Alex' first calendar that is not sent yet."""
    return intend(accounts["alex@example.com"], actor)


def test_it_copies_who_and_what_so_that_history_outlives_both(
    intended: Change, accounts: Accounts, source: Source
) -> None:
    accounts["alex@example.com"].delete()

    kept = Change.objects.get()

    assert (kept.actor_issuer, kept.actor_subject, kept.actor_name) == (
        "local",
        "mia@example.com",
        "Mia Manager",
    )
    assert (kept.role, kept.request_id) == ("manager", "0" * 32)
    assert (kept.key, kept.key_label) == (source.key_id, "the shared key")
    assert (kept.workspace_id, kept.workspace_label) == (4400001, "Example Studio")
    assert (kept.integration_id, kept.email, kept.provider) == (
        710001,
        "alex@example.com",
        "google",
    )
    assert kept.calendar_name == "alex@example.com"
    assert kept.external_id.endswith("@group.calendar.example.com")
    assert (kept.before, kept.after) == ({"selected": True}, {"selected": False})
    assert str(kept) == "edit alex@example.com (intended)"


def test_it_is_sending_while_it_is_sent_and_nobody_else_may(
    intended: Change, accounts: Accounts, actor: Actor
) -> None:
    second = intend(accounts["alex@example.com"], actor)

    with changes.sending(intended):
        assert Change.objects.get(pk=intended.pk).outcome == Outcome.SENDING
        with pytest.raises(BusyError), changes.sending(second):
            raise AssertionError("two writes at once")

    second.refresh_from_db()
    assert (second.outcome, second.error) == (Outcome.FAILED, "busy")


def test_it_lets_writes_to_two_accounts_go_side_by_side(
    intended: Change, accounts: Accounts, actor: Actor
) -> None:
    other = intend(accounts["rooms@example.net"], actor)

    with changes.sending(intended), changes.sending(other):
        assert Change.objects.filter(outcome=Outcome.SENDING).count() == 2


def test_it_lets_several_people_connect_at_once(source: Source, actor: Actor) -> None:
    trips = [changes.intend(Change.Action.CONNECT, source, by=actor) for _ in range(2)]

    with changes.sending(trips[0]), changes.sending(trips[1]):
        assert Change.objects.filter(outcome=Outcome.SENDING).count() == 2


def test_it_frees_the_place_of_a_process_that_died_and_does_not_know_what_it_did(
    intended: Change, accounts: Accounts, actor: Actor
) -> None:
    Change.objects.update(
        outcome=Outcome.SENDING, lease_until=timezone.now() - timedelta(seconds=1)
    )
    second = intend(accounts["alex@example.com"], actor)

    with changes.sending(second):
        changes.finish(second, Outcome.DONE)

    intended.refresh_from_db()
    assert (intended.outcome, intended.error) == (Outcome.UNKNOWN, "lost")
    assert intended.finished_at is not None
    assert Change.objects.get(pk=second.pk).outcome == Outcome.DONE


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (focus.NotFoundError("PUT /x", status=404), Outcome.REFUSED, "not-found"),
        (focus.CredentialsError("PUT /x", status=401), Outcome.REFUSED, "credentials"),
        (focus.QuotaError("PUT /x", status=402), Outcome.REFUSED, "quota"),
        (focus.UnavailableError("PUT /x"), Outcome.UNKNOWN, "unavailable"),
        (focus.BadResponseError("PUT /x", status=200), Outcome.UNKNOWN, "bad-response"),
        (focus.UnavailableError("DELETE /x"), Outcome.UNKNOWN, "unavailable"),
        (focus.UnavailableError("PUT /x", sent=False), Outcome.FAILED, "unavailable"),
        (focus.UnavailableError("GET /x"), Outcome.FAILED, "unavailable"),
        (focus.BadResponseError("GET /x"), Outcome.FAILED, "bad-response"),
        (GoneError(), Outcome.FAILED, "gone"),
        (ConflictError({"selected": (True, False)}, {}), Outcome.CONFLICT, ""),
    ],
)
def test_it_records_no_more_than_is_known(
    intended: Change, error: Exception, outcome: Change.Outcome, code: str
) -> None:
    with pytest.raises(type(error)), changes.sending(intended):
        raise error

    kept = Change.objects.get()
    assert (kept.outcome, kept.error) == (outcome, code)
    assert kept.finished_at is not None
    may_still_arrive = outcome == Outcome.UNKNOWN and error.status is None
    assert (kept.lease_until is not None) == may_still_arrive


def test_it_reads_again_after_a_write_whose_outcome_is_unknown(
    intended: Change, source: Source
) -> None:
    with pytest.raises(focus.UnavailableError), changes.sending(intended):
        raise focus.UnavailableError("PUT /x")

    source.refresh_from_db()
    assert not freshness.is_fresh(source)


def test_it_calls_a_write_unknown_that_our_own_mistake_broke_off(intended: Change) -> None:
    with pytest.raises(ZeroDivisionError), changes.sending(intended):
        raise ZeroDivisionError

    kept = Change.objects.get()
    assert (kept.outcome, kept.error) == (Outcome.UNKNOWN, "lost")


def test_it_calls_a_write_unknown_whose_process_was_lost(intended: Change) -> None:
    Change.objects.update(
        outcome=Outcome.SENDING, lease_until=timezone.now() - timedelta(seconds=1)
    )

    changes.release_lost()

    kept = Change.objects.get()
    assert (kept.outcome, kept.error, kept.lease_until) == (Outcome.UNKNOWN, "lost", None)


def test_it_logs_every_step_in_one_line_that_is_a_whole_copy(
    intended: Change, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "integrations.audit")

    with changes.sending(intended):
        changes.finish(intended, Outcome.DONE, trace_id="abc")

    [sending, done] = [record.getMessage() for record in caplog.records]
    assert sending.startswith(f'change id="{intended.pk}" action="edit" outcome="sending" error=""')
    assert 'outcome="done"' in done
    assert 'actor="local:mia@example.com" name="Mia Manager" role="manager"' in done
    assert 'workspace=4400001 provider="google" integration=710001' in done
    assert 'before={"selected": true} after={"selected": false}' in done
    assert 'request="00000000000000000000000000000000" client="" trace="abc"' in done


def test_it_names_the_fields_of_a_conflict(sandbox: Sandbox) -> None:
    error = ConflictError({"selected": (True, False), "name": (1, 2)}, {"selected": False})

    assert str(error) == "selected, name"
    assert error.fresh == {"selected": False}


def test_nothing_is_begun_through_a_key_that_may_be_another_persons(
    accounts: Accounts, actor: Actor, settings: LazySettings, asked: Asked
) -> None:
    settings.FOCUS_API_KEY = BO
    keys.shared()
    account = Account.objects.get(pk=accounts["alex@example.com"].pk)

    with pytest.raises(KeyNotReadyError, match="the shared key"):
        intend(account, actor)

    assert asked() == []
    assert not Change.objects.exists()


# --- A process that slept past its lease ---------------------------------------------------------


def lose(change: Change, **more: object) -> None:
    """Let others have taken care of a change whose process slept."""
    values = {"outcome": Outcome.UNKNOWN, "error": "lost", "lease_until": None, **more}
    Change.objects.filter(pk=change.pk).update(finished_at=timezone.now(), **values)


def test_that_no_answer_came_is_no_news_where_others_have_found_out(intended: Change) -> None:
    with pytest.raises(focus.UnavailableError), changes.sending(intended):
        lose(intended, outcome=Outcome.DONE, error="", settled_at=timezone.now())
        raise focus.UnavailableError("PUT /x")

    kept = Change.objects.get()
    assert (kept.outcome, kept.error) == (Outcome.DONE, "")
    assert kept.settled_at is not None
    assert (intended.outcome, intended.error) == (Outcome.DONE, "")


def test_what_an_answer_says_stands_whoever_judged_before(intended: Change) -> None:
    with changes.sending(intended):
        lose(intended, outcome=Outcome.FAILED, error="not-saved", settled_at=timezone.now())
    changes.finish(intended, Outcome.DONE)

    kept = Change.objects.get()
    assert (kept.outcome, kept.error, kept.settled_at) == (Outcome.DONE, "", None)


def test_a_write_that_was_judged_before_it_arrived_is_judged_again(intended: Change) -> None:
    lose(intended, outcome=Outcome.FAILED, error="not-saved", settled_at=timezone.now())
    intended.refresh_from_db()

    changes.doubt(intended)

    kept = Change.objects.get()
    assert (kept.outcome, kept.error, kept.settled_at) == (Outcome.UNKNOWN, "lost", None)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.UNKNOWN, Outcome.INTENDED])
def test_whatever_else_it_was_judged_to_be_is_not_doubted(
    intended: Change, outcome: Change.Outcome
) -> None:
    lose(intended, outcome=outcome, error="")
    intended.refresh_from_db()

    changes.doubt(intended)

    assert Change.objects.get().outcome == outcome


def test_just_before_its_request_leaves_a_write_gets_a_longer_lease(intended: Change) -> None:
    with changes.sending(intended):
        before = intended.lease_until
        changes.hold(intended)

        assert before is not None
        assert intended.lease_until is not None
        assert intended.lease_until > before
        assert Change.objects.get().lease_until == intended.lease_until


def test_nothing_is_sent_after_the_lease_was_lost(intended: Change) -> None:
    with pytest.raises(BusyError), changes.sending(intended):
        lose(intended)
        changes.hold(intended)

    kept = Change.objects.get()
    assert (kept.outcome, kept.error) == (Outcome.FAILED, "busy")


def test_an_intent_that_was_given_up_is_not_sent(intended: Change) -> None:
    lose(intended)

    with pytest.raises(BusyError), changes.sending(intended):
        raise AssertionError("it is sent")

    assert Change.objects.get().error == "busy"


@pytest.mark.parametrize(("subject", "is_busy"), [("olga", True), ("mia@example.com", False)])
def test_nobody_writes_what_somebody_elses_late_request_would_undo(
    intended: Change, accounts: Accounts, actor: Actor, subject: str, is_busy: bool
) -> None:
    with pytest.raises(focus.UnavailableError), changes.sending(intended):
        raise focus.UnavailableError("PUT /x")
    second = intend(accounts["alex@example.com"], replace(actor, subject=subject))

    if is_busy:
        with pytest.raises(BusyError), changes.sending(second):
            raise AssertionError("it is sent")
    else:
        with changes.sending(second):
            changes.finish(second, Outcome.DONE)

    assert Change.objects.get(pk=second.pk).outcome == ("failed" if is_busy else "done")


@pytest.mark.parametrize("status", [408, 502, 503, 504])
def test_what_answers_for_focus_says_nothing_of_focus(intended: Change, status: int) -> None:
    with pytest.raises(focus.UnavailableError), changes.sending(intended):
        raise focus.UnavailableError("PUT /x", status=status)

    kept = Change.objects.get()
    assert kept.outcome == Outcome.UNKNOWN
    assert kept.lease_until is not None


def test_only_an_unknown_outcome_makes_pages_look_again(intended: Change, source: Source) -> None:
    changes.finish(intended, Outcome.DONE)

    changes.look_again(intended)

    source.refresh_from_db()
    assert source.expired_at is None


def test_what_somebody_else_releases_at_the_same_time_is_released_once(
    intended: Change, accounts: Accounts, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    other = intend(accounts["rooms@example.net"], actor)
    Change.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    told: list[str] = []

    class Meanwhile(logging.Handler):
        """Lets the other one be finished as soon as the first is told of."""

        def emit(self, line: logging.LogRecord) -> None:
            told.append(line.getMessage())
            Change.objects.filter(outcome=Outcome.INTENDED).update(
                outcome=Outcome.REFUSED, lease_until=None
            )

    handler = Meanwhile()
    audit.logger.addHandler(handler)
    try:
        assert changes.release_lost()
    finally:
        audit.logger.removeHandler(handler)

    assert len(told) == 1
    outcomes = {Change.objects.get(pk=change.pk).outcome for change in (intended, other)}
    assert outcomes == {Outcome.UNKNOWN, Outcome.REFUSED}
