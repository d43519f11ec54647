"""What every operation makes of every refusal, in both dialects and both scopes."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.focus import (
    AlreadyConnectedError,
    BasicLogin,
    BearerKey,
    CredentialsError,
    FocusClient,
    FocusError,
    ForbiddenError,
    NotFoundError,
    QuotaError,
    RejectedError,
    Scope,
    UnavailableError,
)
from integrations.sandbox import Sandbox
from tests.contract.conftest import MakeFocus
from tests.contract.operations import ABOUT_ONE, BACK, OPERATIONS, account_id, calendar

STATUSES: dict[int, type[FocusError]] = {
    400: RejectedError,
    401: CredentialsError,
    403: ForbiddenError,
    404: NotFoundError,
    405: RejectedError,
    409: RejectedError,
    429: QuotaError,
    500: UnavailableError,
    502: UnavailableError,
    503: UnavailableError,
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_status_names_the_cause(
    focus: FocusClient, box: Sandbox, operation: str, status: int
) -> None:
    box.fault(operation, "status", status=status)

    with pytest.raises(FocusError) as caught:
        OPERATIONS[operation](focus, box)

    error = caught.value
    assert type(error) is STATUSES[status]
    assert (error.status, error.remote_code, error.sent) == (status, "injected_error", True)
    assert str(status) in error.detail
    assert len(error.trace_id) == 32
    assert focus.trace_id == error.trace_id
    assert len(box.requests) == 1
    method, path = error.request.split(" ")
    assert box.requests[0].method == method
    assert box.requests[0].path.endswith(path)
    OPERATIONS[operation](focus, box)


@pytest.mark.parametrize("body", ["<html><h1>Bad gateway</h1></html>", "upstream error", "", "[]"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_error_may_have_any_body(
    focus: FocusClient, box: Sandbox, operation: str, body: str
) -> None:
    box.fault(operation, "status", status=502, body=body)

    with pytest.raises(UnavailableError) as caught:
        OPERATIONS[operation](focus, box)

    assert caught.value.detail == ("upstream error" if body == "upstream error" else "")
    assert caught.value.trace_id == ""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_bad_key_is_refused(make_focus: MakeFocus, box: Sandbox, operation: str) -> None:
    for credentials in (
        BearerKey("toggl_sk_" + "00" * 16),
        BasicLogin("alex@example.com", "not the password"),
    ):
        with pytest.raises(CredentialsError) as caught:
            OPERATIONS[operation](make_focus(credentials), box)
        assert caught.value.status == 401


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "settings"])
def test_a_foreign_workspace_is_forbidden(
    make_focus: MakeFocus, box: Sandbox, scope: Scope, operation: str
) -> None:
    foreign = Scope(4499999, scope.organization_id)

    with pytest.raises(ForbiddenError) as caught:
        OPERATIONS[operation](make_focus(where=foreign), box)

    assert caught.value.status == 403


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "settings"])
def test_a_foreign_organization_is_forbidden(
    make_focus: MakeFocus, box: Sandbox, operation: str
) -> None:
    with pytest.raises(ForbiddenError):
        OPERATIONS[operation](make_focus(where=Scope(4400001, 5599999)), box)


@pytest.mark.parametrize("operation", ABOUT_ONE)
def test_an_account_that_is_gone_is_not_found(
    focus: FocusClient, box: Sandbox, operation: str
) -> None:
    gone, odd = account_id(box), calendar(box)
    ask = {
        "list_calendars": lambda: focus.list_calendars(gone),
        "reauth": lambda: focus.reauth(gone, BACK, preserve_scope=False),
        "refresh": lambda: focus.refresh(gone),
        "update_calendar": lambda: focus.update_calendar(odd, {}),
        "disconnect": lambda: focus.disconnect(gone, preserve_entities=True),
    }
    focus.disconnect(gone, preserve_entities=True)

    with pytest.raises(NotFoundError) as caught:
        ask[operation]()

    assert caught.value.status == 404


@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_hour_that_is_spent_is_quota(
    make_focus: MakeFocus, box: Sandbox, operation: str, headers: bool
) -> None:
    box.switches.quota, box.switches.quota_headers = 1, headers
    focus = make_focus()
    focus.settings()

    with pytest.raises(QuotaError) as caught:
        OPERATIONS[operation](focus, box)

    error = caught.value
    assert error.status == 402
    if headers:
        assert error.quota is not None
        assert error.quota.remaining == 0
        assert error.resets_at is not None
        assert error.resets_at - datetime.now(UTC) < timedelta(hours=1, seconds=1)
    else:
        assert error.resets_at is None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_402_of_the_quota_tells_when_it_ends(
    focus: FocusClient, box: Sandbox, operation: str
) -> None:
    box.fault(operation, "quota", resets_in=1800)

    with pytest.raises(QuotaError) as caught:
        OPERATIONS[operation](focus, box)

    assert caught.value.resets_at is not None
    left = caught.value.resets_at - datetime.now(UTC)
    assert timedelta(seconds=1790) < left <= timedelta(seconds=1800)


@pytest.mark.parametrize("headers", [True, False])
def test_the_other_402_is_already_connected(
    make_focus: MakeFocus, box: Sandbox, headers: bool
) -> None:
    box.switches.setup_conflict, box.switches.quota_headers = True, headers

    with pytest.raises(AlreadyConnectedError) as caught:
        make_focus().setup("google", BACK)

    assert caught.value.remote_code == "integration_already_exists"


def test_a_return_address_may_be_refused(focus: FocusClient, box: Sandbox) -> None:
    box.switches.refuse_return_to = True

    with pytest.raises(RejectedError) as caught:
        focus.setup("google", BACK)

    assert caught.value.status == 400
    assert focus.setup("google").startswith(box.provider_url)


@pytest.mark.parametrize(
    "changes", [{"selected": "yes"}, {"default_project_id": "x"}, {"name": 7}, {"name": [1]}]
)
def test_a_refused_change_says_what_was_wrong(
    focus: FocusClient, box: Sandbox, changes: dict[str, object]
) -> None:
    with pytest.raises(RejectedError) as caught:
        focus.update_calendar(calendar(box), changes)  # type: ignore[arg-type]

    assert caught.value.status == 400
    assert next(iter(changes)) in caught.value.detail


def test_an_unknown_provider_is_refused(focus: FocusClient) -> None:
    with pytest.raises(RejectedError, match="provider must be one of"):
        focus.setup("carrier pigeon")
