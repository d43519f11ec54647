"""How an account is, from what Focus reports of it."""

import pytest

from integrations.models import Account
from integrations.services import health

State = Account.State
GOOGLE = "https://www.googleapis.com/auth/"
GRAPH = "https://graph.microsoft.com/"
READ = (f"{GOOGLE}calendar.calendarlist.readonly", f"{GOOGLE}calendar.events.readonly")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("", State.WORKING),
        ("  ", State.WORKING),
        ("invalid_grant", State.RECONNECT),
        ("TOKEN_REVOKED", State.RECONNECT),
        ("expired", State.RECONNECT),
        ("insufficient_permissions", State.PERMISSION),
        ("admin_consent_required", State.ADMIN),
        ("AADSTS65001: consent", State.ADMIN),
        ("something new", State.UNKNOWN),
    ],
)
def test_it_knows_the_words_that_providers_use(status: str, state: Account.State) -> None:
    assert health.state(status, READ, calendars=3) == state


def test_it_calls_a_healthy_account_without_calendars_empty() -> None:
    assert health.state("", READ, calendars=0) == State.EMPTY


def test_it_notices_a_permission_that_was_not_ticked() -> None:
    only_events = READ[1:]

    assert health.missing_permissions(only_events) == (health.SEE_CALENDARS,)
    assert health.state("", only_events, calendars=3) == State.PERMISSION


@pytest.mark.parametrize(
    "scopes",
    [
        (),
        READ,
        (f"{GOOGLE}calendar",),
        (f"{GRAPH}Calendars.Read", "User.Read"),
        ("Calendars.ReadWrite.Shared",),
        # Nothing is claimed of what nobody here knows.
        (f"{GOOGLE}calendar.of.the.future",),
    ],
)
def test_it_misses_nothing_where_reading_is_allowed_or_unknown(scopes: tuple[str, ...]) -> None:
    assert health.missing_permissions(scopes) == ()


def test_it_misses_everything_where_no_scope_is_of_a_calendar() -> None:
    assert health.missing_permissions(["openid"]) == (health.SEE_CALENDARS, health.SEE_EVENTS)


def test_it_adds_up_what_several_scopes_allow() -> None:
    granted = health.permissions([f"{GOOGLE}calendar.readonly", f"{GOOGLE}calendar.events"])

    assert granted == {health.SEE_CALENDARS, health.SEE_EVENTS, health.CHANGE_EVENTS}


def test_it_ranks_what_is_broken_before_what_works() -> None:
    ranked = sorted(State, key=health.urgency)

    assert ranked[0] == State.RECONNECT
    assert ranked[-1] == State.WORKING
