"""How much of an answer is taken in: less where several are under way at once."""

import tracemalloc
from contextlib import suppress

import pytest
from django.conf import LazySettings

from integrations.focus import BadResponseError
from integrations.models import Source
from integrations.sandbox import Sandbox
from integrations.services import keys
from tests.contract.operations import OPERATIONS
from tests.hostile.answers import with_body
from tests.hostile.conftest import Make
from tests.hostile.talker import Talker, written
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


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" + b"1," * 2_500_000 + b"1]", id="numbers"),
        pytest.param(b"[" + b"{}," * 1_600_000 + b"{}]", id="objects"),
        pytest.param(b'[{"calendars": [' + b"[]," * 1_600_000 + b"[]]}]", id="lists"),
        pytest.param(b"[" + b" " * 5_000_000 + b"NaN]", id="space"),
    ],
)
def test_a_small_answer_does_not_become_a_large_one(
    source: Source, settings: LazySettings, body: bytes
) -> None:
    server = Talker(lambda _asked: written(body))
    settings.FOCUS_API_URL, settings.FOCUS_PAGE_DEADLINE = server.url, 10.0
    client = keys.client(source.key, source.workspace)

    tracemalloc.start()
    with suppress(BadResponseError):
        client.list_accounts()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    server.close()

    assert peak < 6 * len(body)
