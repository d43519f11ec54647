"""Trips to the provider and back: walked over HTTP, then found out by listing again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Change, ConnectAttempt, Source
from integrations.sandbox import Sandbox
from integrations.services import connections, keys, mirror, returning
from integrations.services.actors import Actor
from integrations.services.connections import AttemptError, Departure, Purpose
from tests.consenting import consent, permissions_asked
from tests.services.answers import account, answer

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome
HERE = "http://127.0.0.1:8000/back/"


@pytest.fixture
def leave(
    accounts: Accounts, source: Source, manager: User, actor: Actor
) -> Callable[..., Departure]:
    """Leave for the provider as Mia: to connect, or with the account to renew."""

    def depart(purpose: Purpose = Purpose.CONNECT, target: Account | None = None) -> Departure:
        with keys.opened(source) as client:
            return connections.leave(
                client,
                source,
                purpose=purpose,
                person=manager,
                by=actor,
                return_url=lambda attempt_id: HERE + attempt_id,
                provider="" if target else "google",
                target=target,
            )

    return depart


def come_back(departure: Departure, address: str | None) -> dict[str, Any]:
    """Settle the attempt with what the browser brought back, and return what was recorded."""
    hints = dict(parse_qsl(urlsplit(address or "").query))
    attempt = ConnectAttempt.objects.get(pk=departure.attempt.pk)
    by = Actor("local", "mia@example.com", "Mia Manager", "manager", "0" * 32)
    returning.settle(attempt, hints, by=by)
    found: dict[str, Any] = ConnectAttempt.objects.get(pk=attempt.pk).result
    return found


def completed(departure: Departure) -> bool:
    """Say whether the attempt's result is final."""
    return ConnectAttempt.objects.get(pk=departure.attempt.pk).completed_at is not None


def outcome_of(departure: Departure) -> Change:
    """Return the change that the trip stands for."""
    return Change.objects.get(pk=departure.attempt.change_id)


class TestConnect:
    """A new account."""

    def test_it_finds_the_account_that_was_connected(
        self, leave: Callable[..., Departure], asked: Asked
    ) -> None:
        departure = leave()
        assert asked() == ["setup"]
        assert outcome_of(departure).outcome == Outcome.INTENDED

        result = come_back(
            departure, consent(departure.consent_url, identity="noor.new@example.com")
        )

        assert asked() == ["list_accounts"]
        new = Account.objects.get(email="noor.new@example.com")
        assert result == {
            "outcome": "connected",
            "account": new.pk,
            "email": "noor.new@example.com",
            "calendars": 5,
            "off": 0,
        }
        assert completed(departure)
        change = outcome_of(departure)
        assert (change.action, change.outcome) == (Change.Action.CONNECT, Outcome.DONE)
        assert (change.integration_id, change.email) == (new.integration_id, new.email)
        assert change.after == {
            "email": new.email,
            "error_status": "",
            "has_write_scope": False,
            "scopes": new.scopes,
        }

    def test_it_asks_for_no_more_than_reading(self, leave: Callable[..., Departure]) -> None:
        assert permissions_asked(leave().consent_url) == ["calendars", "events"]

    def test_it_says_when_nothing_is_new(self, leave: Callable[..., Departure]) -> None:
        departure = leave()

        result = come_back(departure, consent(departure.consent_url, identity="alex@example.com"))

        assert (result["outcome"], result["email"]) == ("already", "alex@example.com")
        assert completed(departure)
        change = outcome_of(departure)
        assert (change.outcome, change.error) == (Outcome.FAILED, "already")
        assert Account.objects.count() == 6

    def test_it_does_not_believe_an_address_that_is_not_listed(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()

        result = come_back(departure, HERE + "?email=somebody%40example.com")

        assert result == {"outcome": "unchanged"}
        assert not completed(departure)

    def test_it_knows_a_refusal_and_keeps_the_way_open(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()

        result = come_back(departure, consent(departure.consent_url, allow=False))

        assert result == {"outcome": "refused"}
        assert not completed(departure)
        assert outcome_of(departure).outcome == Outcome.REFUSED

    def test_it_does_not_believe_in_a_refusal_when_an_account_is_new(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()
        consent(departure.consent_url, identity="noor.new@example.com")

        result = come_back(departure, HERE + "?error=access_denied")

        assert result["outcome"] == "connected"

    def test_it_names_the_permission_that_was_not_given(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()

        back = consent(
            departure.consent_url, identity="noor.new@example.com", permissions=["events"]
        )
        result = come_back(departure, back)

        assert (result["outcome"], result["missing"]) == ("permission", ["calendars"])
        assert result["email"] == "noor.new@example.com"

    def test_it_finds_later_what_was_not_there_at_first(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()
        assert come_back(departure, None) == {"outcome": "unchanged"}

        consent(departure.consent_url, identity="noor.new@example.com")

        assert come_back(departure, None)["outcome"] == "connected"
        assert outcome_of(departure).outcome == Outcome.DONE

    def test_it_goes_without_an_address_that_focus_refuses(
        self, leave: Callable[..., Departure], sandbox: Sandbox, asked: Asked
    ) -> None:
        sandbox.switches.refuse_return_to = True

        departure = leave()

        assert asked() == ["setup", "setup"]
        assert not ConnectAttempt.objects.get(pk=departure.attempt.pk).returns
        assert consent(departure.consent_url, identity="noor.new@example.com") is None
        assert come_back(departure, None)["outcome"] == "connected"

    def test_it_tells_when_focus_starts_no_connection(
        self, leave: Callable[..., Departure], sandbox: Sandbox
    ) -> None:
        sandbox.switches.setup_conflict = True

        with pytest.raises(AttemptError) as caught:
            leave()

        attempt = ConnectAttempt.objects.get()
        assert caught.value.attempt == attempt
        assert isinstance(caught.value.error, focus.AlreadyConnectedError)
        assert attempt.result == {"outcome": "focus-refused"}
        assert attempt.completed_at is not None
        change = Change.objects.get()
        assert (change.outcome, change.error) == (Outcome.REFUSED, "already-connected")

    @pytest.mark.parametrize(
        ("kind", "options", "cause", "outcome"),
        [
            ("status", {"status": 500}, focus.UnavailableError, Outcome.FAILED),
            ("status", {"status": 401}, focus.CredentialsError, Outcome.REFUSED),
            ("quota", {}, focus.QuotaError, Outcome.REFUSED),
            ("redirect", {}, focus.ConsentAddressError, Outcome.FAILED),
        ],
    )
    def test_it_records_why_there_is_no_address_to_go_to(
        self,
        leave: Callable[..., Departure],
        sandbox: Sandbox,
        kind: str,
        options: dict[str, int],
        cause: type[focus.FocusError],
        outcome: Change.Outcome,
    ) -> None:
        sandbox.fault("setup", kind, **options)

        with pytest.raises(AttemptError) as caught:
            leave()

        assert type(caught.value.error) is cause
        assert Change.objects.get().outcome == outcome


class TestReturn:
    """What holds for every attempt."""

    def test_it_settles_only_once(self, leave: Callable[..., Departure], asked: Asked) -> None:
        departure = leave()
        first = come_back(
            departure, consent(departure.consent_url, identity="noor.new@example.com")
        )
        asked()

        second = come_back(departure, HERE + "?error=access_denied")

        assert second == first
        assert asked() == []

    def test_it_ends_after_its_time(self, leave: Callable[..., Departure], asked: Asked) -> None:
        departure = leave()
        asked()
        ConnectAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert come_back(departure, None) == {}
        assert asked() == []

    def test_it_lasts_a_quarter_of_an_hour(self, leave: Callable[..., Departure]) -> None:
        attempt = leave().attempt

        assert (attempt.expires_at - timezone.now()).total_seconds() == pytest.approx(900, abs=5)

    def test_it_ends_when_the_key_is_replaced(
        self, leave: Callable[..., Departure], settings: LazySettings, asked: Asked
    ) -> None:
        departure = leave()
        asked()
        settings.FOCUS_API_KEY = "toggl_sk_" + "b0" * 16
        keys.shared()

        assert come_back(departure, None) == {}
        assert asked() == []

    def test_it_says_when_it_could_not_look_and_looks_again(
        self, leave: Callable[..., Departure], sandbox: Sandbox
    ) -> None:
        departure = leave()
        back = consent(departure.consent_url, identity="noor.new@example.com")
        sandbox.fault("list_accounts", "status", status=503)

        assert come_back(departure, back) == {"outcome": "unchecked", "error": "unavailable"}
        assert outcome_of(departure).outcome == Outcome.INTENDED

        assert come_back(departure, None)["outcome"] == "connected"

    def test_it_remembers_that_the_person_turned_back(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()

        connections.cancel(departure.attempt)

        assert come_back(departure, None) == {"outcome": "cancelled"}
        assert outcome_of(departure).outcome == Outcome.REFUSED

    def test_turning_back_does_not_undo_what_was_found(
        self, leave: Callable[..., Departure]
    ) -> None:
        departure = leave()
        result = come_back(
            departure, consent(departure.consent_url, identity="noor.new@example.com")
        )

        connections.cancel(ConnectAttempt.objects.get())

        assert ConnectAttempt.objects.get().result == result

    def test_it_keeps_the_consent_address_nowhere(
        self, leave: Callable[..., Departure], caplog: pytest.LogCaptureFixture
    ) -> None:
        departure = leave()
        secret = dict(parse_qsl(urlsplit(departure.consent_url).query))["state"]

        stored = [
            str(row) for model in (ConnectAttempt, Change, Source) for row in model.objects.values()
        ]
        assert secret not in "".join(stored)
        assert secret not in caplog.text


class TestReconnect:
    """An account that stopped working."""

    @pytest.fixture
    def broken(self, accounts: Accounts) -> Account:
        """The account that the provider no longer lets Toggl read."""
        return accounts["events@example.com"]

    def test_it_works_again_with_the_access_it_had(
        self, leave: Callable[..., Departure], broken: Account, sandbox: Sandbox, asked: Asked
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)
        assert asked() == ["reauth"]
        assert sandbox.requests[-1].query["preserve_scope"] == "true"
        assert permissions_asked(departure.consent_url) == ["calendars", "events", "write"]

        result = come_back(departure, consent(departure.consent_url))

        assert (result["outcome"], result["account"]) == ("reconnected", broken.pk)
        change = outcome_of(departure)
        assert (change.action, change.outcome) == (Change.Action.RECONNECT, Outcome.DONE)

    def test_it_never_asks_for_write_access(
        self, leave: Callable[..., Departure], accounts: Accounts, sandbox: Sandbox
    ) -> None:
        reader = accounts["alex.admin@example.net"]
        departure = leave(Purpose.RECONNECT, reader)

        assert permissions_asked(departure.consent_url) == ["calendars", "events"]
        come_back(departure, consent(departure.consent_url))

        assert sandbox.world.account(710003)["has_write_scope"] is False

    def test_it_says_when_another_address_was_chosen(
        self, leave: Callable[..., Departure], broken: Account
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)

        result = come_back(
            departure, consent(departure.consent_url, identity="noor.new@example.com")
        )

        assert (result["outcome"], result["email"]) == ("other", "noor.new@example.com")
        assert result["wanted"] == "events@example.com"
        assert Account.objects.get(pk=broken.pk).error_status == "invalid_grant"

    def test_it_says_when_another_connected_address_was_chosen(
        self, leave: Callable[..., Departure], broken: Account
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)

        result = come_back(departure, consent(departure.consent_url, identity="alex@example.com"))

        assert (result["outcome"], result["email"]) == ("other", "alex@example.com")

    def test_it_knows_a_refusal_and_keeps_the_way_open(
        self, leave: Callable[..., Departure], broken: Account
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)

        result = come_back(departure, consent(departure.consent_url, allow=False))

        assert result == {"outcome": "refused"}
        assert not completed(departure)
        assert outcome_of(departure).outcome == Outcome.REFUSED
        again = come_back(departure, consent(leave(Purpose.RECONNECT, broken).consent_url))
        assert again["outcome"] == "reconnected"

    def test_it_names_the_permission_that_was_not_given(
        self, leave: Callable[..., Departure], broken: Account
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)

        result = come_back(departure, consent(departure.consent_url, permissions=["calendars"]))

        assert (result["outcome"], result["missing"]) == ("permission", ["events"])

    def test_it_says_when_nothing_had_to_change(
        self, leave: Callable[..., Departure], accounts: Accounts
    ) -> None:
        departure = leave(Purpose.RECONNECT, accounts["studio@example.com"])

        result = come_back(departure, consent(departure.consent_url))

        assert (result["outcome"], result["email"]) == ("already", "studio@example.com")

    def test_it_does_not_call_a_broken_account_fine(
        self, leave: Callable[..., Departure], broken: Account
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)

        result = come_back(departure, HERE + "?email=events%40example.com")

        assert result == {"outcome": "unchanged"}

    def test_it_says_when_it_is_still_broken_in_another_way(
        self, leave: Callable[..., Departure], broken: Account, sandbox: Sandbox
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)
        sandbox.world.account(710004)["error_status"] = "expired"

        assert come_back(departure, None)["outcome"] == "unchanged"
        assert not completed(departure)

    def test_it_recognizes_the_account_under_a_new_id(
        self, leave: Callable[..., Departure], broken: Account, sandbox: Sandbox
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)
        sandbox.world.account(710004).update(calendar_integration_id=719999, error_status="")

        result = come_back(departure, None)

        new = Account.objects.get(integration_id=719999)
        assert (result["outcome"], result["account"]) == ("reconnected", new.pk)
        assert outcome_of(departure).integration_id == 710004

    def test_it_claims_nothing_when_the_account_is_gone(
        self, leave: Callable[..., Departure], broken: Account, sandbox: Sandbox
    ) -> None:
        departure = leave(Purpose.RECONNECT, broken)
        answer(sandbox, account(1, "else@example.com", provider="outlook"))

        assert come_back(departure, None) == {"outcome": "unchanged"}


class TestWriteAccess:
    """An account that Toggl may only read."""

    @pytest.fixture
    def reader(self, accounts: Accounts) -> Account:
        """An account with read access."""
        return accounts["alex.admin@example.net"]

    def test_it_is_granted(
        self, leave: Callable[..., Departure], reader: Account, sandbox: Sandbox
    ) -> None:
        departure = leave(Purpose.WRITE, reader)
        assert "preserve_scope" not in sandbox.requests[-1].query
        assert permissions_asked(departure.consent_url) == ["calendars", "events", "write"]

        result = come_back(departure, consent(departure.consent_url))

        assert (result["outcome"], result["account"]) == ("granted", reader.pk)
        assert sandbox.world.account(710003)["has_write_scope"] is True
        assert outcome_of(departure).action == Change.Action.WRITE

    def test_it_names_what_was_not_ticked(
        self, leave: Callable[..., Departure], reader: Account, sandbox: Sandbox
    ) -> None:
        departure = leave(Purpose.WRITE, reader)
        sandbox.world.account(710003)["scopes"] = ["Calendars.Read.Shared"]

        result = come_back(departure, None)

        assert (result["outcome"], result["missing"]) == ("permission", ["write"])

    def test_it_says_when_it_was_there_already(
        self, leave: Callable[..., Departure], accounts: Accounts
    ) -> None:
        departure = leave(Purpose.WRITE, accounts["studio@example.com"])

        result = come_back(departure, consent(departure.consent_url))

        assert result["outcome"] == "already"

    def test_unticking_it_while_everything_else_stays_is_not_called_granted(
        self, leave: Callable[..., Departure], reader: Account
    ) -> None:
        departure = leave(Purpose.WRITE, reader)

        result = come_back(
            departure, consent(departure.consent_url, permissions=["calendars", "events"])
        )

        assert (result["outcome"], result["missing"]) == ("permission", ["write"])


class TestTwoTripsAtOnce:
    """Two people leave through the shared key before either is back."""

    def test_each_is_told_of_their_own_account(self, leave: Callable[..., Departure]) -> None:
        first, second = leave(), leave()
        one = consent(first.consent_url, identity="noor.new@example.com")
        other = consent(second.consent_url, identity="reception@example.com")

        assert come_back(first, one)["email"] == "noor.new@example.com"
        assert come_back(second, other)["email"] == "reception@example.com"

    def test_what_one_was_told_is_not_told_to_the_other(
        self, leave: Callable[..., Departure]
    ) -> None:
        first, second = leave(), leave()
        consent(first.consent_url, identity="noor.new@example.com")

        assert come_back(first, None)["outcome"] == "connected"
        assert come_back(second, None) == {"outcome": "unchanged"}

    def test_an_account_of_somebody_else_is_not_claimed(
        self, leave: Callable[..., Departure], sandbox: Sandbox
    ) -> None:
        mine, theirs = leave(), leave()
        back = consent(mine.consent_url, identity="alex@example.com")
        consent(theirs.consent_url, identity="noor.new@example.com")

        result = come_back(mine, back)

        assert (result["outcome"], result["email"]) == ("already", "alex@example.com")

    def test_it_says_so_when_it_cannot_tell_them_apart(
        self, leave: Callable[..., Departure]
    ) -> None:
        first, second = leave(), leave()
        consent(first.consent_url, identity="noor.new@example.com")
        consent(second.consent_url, identity="reception@example.com")

        result = come_back(first, None)

        emails = ["noor.new@example.com", "reception@example.com"]
        assert result == {"outcome": "several", "emails": emails}
        assert outcome_of(first).outcome == Outcome.UNKNOWN

    def test_what_a_trip_of_long_ago_was_told_can_be_connected_again(
        self, leave: Callable[..., Departure], source: Source, sandbox: Sandbox
    ) -> None:
        answer(sandbox, account(1, "old@example.com"))
        assert come_back(leave(), None)["outcome"] == "connected"
        mirror.read(source)

        departure = leave()
        answer(sandbox, account(1, "old@example.com"))

        assert come_back(departure, None)["email"] == "old@example.com"
