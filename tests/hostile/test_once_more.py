"""What is tried again by itself: a request that has certainly not left, once, with time enough."""

import time

import pytest

from integrations.focus import FocusError, UnavailableError
from integrations.sandbox import Sandbox
from tests.contract.operations import OPERATIONS
from tests.hostile.answers import FAULTS
from tests.hostile.conftest import Make
from tests.hostile.upstream import Fault, Upstream

BY_NAME = {fault.name: fault for fault in FAULTS}
NO_CONNECTION = BY_NAME["handshake: closed"]
NO_ANSWER = [
    "closed without a byte",
    "reset without a byte",
    "reset in the head",
    "reset after the head",
]
REFUSED = [f"status {number}" for number in (400, 401, 402, 403, 404, 408, 409, 425, 429, 499)]
TROUBLED = [f"status {number}" for number in (500, 502, 503, 504, 529)]


@pytest.mark.few(3)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_has_not_left_is_sent_once_more(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str
) -> None:
    upstream.arm(NO_CONNECTION, times=1)
    focus = make()

    OPERATIONS[operation](focus, sandbox)

    assert upstream.connections == 2
    assert [asked.operation for asked in upstream.asked] == [operation]
    assert focus.calls == 1  # it costs nothing


@pytest.mark.parametrize("operation", ["list_accounts", "update_calendar"])
def test_it_is_not_sent_a_third_time(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str
) -> None:
    upstream.arm(NO_CONNECTION)
    focus = make()

    with pytest.raises(UnavailableError) as caught:
        OPERATIONS[operation](focus, sandbox)

    assert upstream.connections == 2
    assert not caught.value.sent
    assert focus.calls == 0


@pytest.mark.parametrize("operation", ["list_accounts", "setup", "update_calendar"])
def test_it_is_not_sent_again_with_less_than_three_seconds_left(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str
) -> None:
    upstream.arm(NO_CONNECTION, times=1)
    started = time.monotonic()

    with pytest.raises(UnavailableError):
        OPERATIONS[operation](make(deadline=3.0), sandbox)

    assert upstream.connections == 1
    assert time.monotonic() - started < 1


@pytest.mark.few(6)
@pytest.mark.parametrize("fault", [BY_NAME[n] for n in NO_ANSWER + REFUSED + TROUBLED], ids=str)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_may_have_left_is_never_sent_again(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str, fault: Fault
) -> None:
    upstream.arm(fault, times=1, performed=False)
    focus = make()

    with pytest.raises(FocusError) as caught:
        OPERATIONS[operation](focus, sandbox)

    assert upstream.connections == 1
    assert focus.calls == caught.value.sent
