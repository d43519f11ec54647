"""Real processes side by side: one request in flight for each key, shared by all who wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.test import Client

from focusadmin.identity.models import User
from integrations.management.processes import serves
from integrations.models import Quota, Source
from integrations.sandbox import Sandbox
from tests.check.demos import HOST, eventually
from tests.conftest import signed_in
from tests.proof.processes import Crew, tracebacks
from tests.support.postgres import free_port
from tests.views.addresses import at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

PROCESSES, BROWSERS = 2, 6


@pytest.fixture
def open_all(box: Sandbox, staff: Crew, manager: User) -> Callable[[str], list[requests.Response]]:
    """Open a page at the same moment in several browsers, before several applications."""
    ports = [free_port() for _ in range(PROCESSES)]
    for port in ports:
        staff.application(port)
    for port in ports:
        assert eventually(lambda p=port: serves(HOST, p, "/healthz"), seconds=60)
    mia: Client = signed_in(manager)
    cookies = {name: morsel.value for name, morsel in mia.cookies.items()}

    def look(number: int, address: str) -> requests.Response:
        url = f"http://{HOST}:{ports[number % PROCESSES]}{address}"
        return requests.get(url, cookies=cookies, timeout=30)

    def all_at_once(address: str) -> list[requests.Response]:
        with ThreadPoolExecutor(BROWSERS) as pool:
            return list(pool.map(lambda number: look(number, address), range(BROWSERS)))

    return all_at_once


def test_several_processes_share_one_request(
    box: Sandbox, staff: Crew, open_all: Callable[[str], list[requests.Response]]
) -> None:
    box.switches.latency = 0.5

    first = open_all(at("accounts"))
    Source.objects.update(last_good_at="2026-01-01T00:00:00Z")
    again = open_all(at("calendars"))
    Source.objects.update(last_good_at="2026-01-01T00:00:00Z")
    box.switches.quota = 2
    used_up = open_all(at("accounts"))
    after = open_all(at("calendars"))

    # Everybody sees the rows; the 402 is met once, by one process, and heeded by the other.
    assert [request.operation for request in box.requests] == ["list_accounts"] * 3
    for pages in (first, again, used_up, after):
        assert [page.status_code for page in pages] == [200] * BROWSERS
    assert all(f"{len(box.world.accounts(box.shared_key))} accounts" in p.text for p in first)
    assert all("No requests left until" in page.text for page in after)
    assert Quota.objects.get().spent == 3
    assert not tracebacks(staff.log)
