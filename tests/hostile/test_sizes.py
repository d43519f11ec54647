"""How much of an answer is taken in: less where several are under way at once."""

import pytest

from integrations.focus import BadResponseError
from integrations.sandbox import Sandbox
from tests.contract.operations import OPERATIONS
from tests.hostile.answers import with_body
from tests.hostile.conftest import Make
from tests.hostile.upstream import Fault, Upstream

LARGE = Fault("a list of five megabytes", with_body(b"[" + b" " * 5_000_000 + b"]"))


@pytest.mark.parametrize("operation", ["list_accounts", "list_calendars"])
def test_a_list_may_be_large(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str
) -> None:
    upstream.arm(LARGE)

    assert not OPERATIONS[operation](make(), sandbox).items


@pytest.mark.parametrize("operation", ["update_calendar", "refresh", "disconnect"])
def test_what_a_write_answers_may_not(
    make: Make, upstream: Upstream, sandbox: Sandbox, operation: str
) -> None:
    upstream.arm(LARGE, performed=False)

    with pytest.raises(BadResponseError) as caught:
        OPERATIONS[operation](make(), sandbox)

    assert caught.value.may_have_happened
