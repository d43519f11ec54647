"""Whatever Focus answers is a page or a clear error, never a crash; on every database."""

from collections.abc import Iterator

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings

from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.services.any_json import account_answers, calendar_answers
from tests.views.addresses import at, of

#: One world for all examples of a test; each begins by forgetting what the last one left.
#: An example draws a dozen pages twice, so that it takes a hundred times as long as others do.
several = settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DEEP = b"[" * 20_000 + b"]" * 20_000
DEEP_INSIDE = b'[{"calendar_integration_id": 1, "x": %b, "calendars": [{"calendar_id": 1}]}]' % DEEP
NUL = (
    b'[{"calendar_integration_id": 1, "email": "a\\u0000b@example.com", "provider": "\\ud800",'
    b' "scopes": ["\\u0000"], "created_at": "0001-01-01T00:00:00Z", "calendars": [{"calendar_id":'
    b' 1, "name": "\\udfff\\u0000", "external_id": "\\u0000", "background_color": "\\u0000",'
    b' "default_project_id": 9223372036854775808, "updated_at": "9999-12-31T23:59:59-23:59"}]}]'
)


def forget(sandbox: Sandbox) -> None:
    """Begin as if nothing had been seen or done."""
    sandbox.clear_faults()
    Change.objects.all().prune()
    Account.objects.all().delete()
    Source.objects.update(last_good_at=None, last_error="", last_error_at=None, lease_until=None)


def pages() -> Iterator[str]:
    """Yield the address of every page that shows something of an answer."""
    yield at("accounts")
    yield at("calendars")
    for account in Account.objects.order_by("-pk")[:2]:
        yield of("account", account)
        yield of("account-disconnect", account)
        yield of("account-reconnect", account)
    for calendar in Calendar.objects.select_related("account").order_by("-pk")[:2]:
        yield of("calendar-edit", calendar)


@several
@given(first=account_answers, then=account_answers)
@example(first=DEEP, then=b"[]")
@example(first=DEEP_INSIDE, then=b"[]")
@example(first=NUL, then=NUL)
@example(first=b"\xff\xfe[]", then=b'["\xed\xa0\x80"]')
@example(first=b'[{"calendar_integration_id": 1, "calendar_integration_id": 2}]', then=b"null")
def test_any_answer_is_shown_or_told(
    client: Client, sandbox: Sandbox, source: Source, first: bytes, then: bytes
) -> None:
    for body in (first, then):
        if body is first:
            forget(sandbox)
        sandbox.clear_faults()
        sandbox.fault("list_accounts", "bad_json", body=body, times=None)
        Source.objects.update(last_good_at=None, last_error="")

        for page in list(pages()):
            response = client.get(page, follow=True)
            assert response.status_code == 200
            assert "<script>alert" not in response.content.decode()

        source.refresh_from_db()
        told = read(client.get(at("accounts"))).words
        assert source.last_error == "" or "Focus answered something we cannot read" in told


@several
@given(listed=account_answers, fresh=calendar_answers, answered=calendar_answers)
def test_any_answer_to_a_save_is_told(
    client: Client,
    sandbox: Sandbox,
    source: Source,
    listed: bytes,
    fresh: bytes,
    answered: bytes,
) -> None:
    forget(sandbox)
    sandbox.fault("list_accounts", "bad_json", body=listed)
    client.get(at("accounts"))
    sandbox.fault("list_calendars", "bad_json", body=fresh, times=None)
    sandbox.fault("update_calendar", "bad_json", body=answered, times=None)

    for calendar in Calendar.objects.select_related("account")[:2]:
        page = client.get(of("calendar-edit", calendar))
        if page.status_code != 200:
            continue
        response = send(client, page, button="Save", foreground_color="#123456")
        assert response.status_code in (200, 302, 404, 409, 502)
        if response.status_code == 302:
            assert client.get(response["Location"], follow=True).status_code == 200

    for change in Change.objects.all():
        assert client.get(at("change", change.pk)).status_code == 200
        assert change.outcome not in (Change.Outcome.INTENDED, Change.Outcome.SENDING)


@several
@given(answered=calendar_answers)
def test_any_answer_to_a_refresh_is_told(
    client: Client, sandbox: Sandbox, accounts: dict[str, Account], answered: bytes
) -> None:
    sandbox.clear_faults()
    Change.objects.all().prune()
    sandbox.fault("refresh", "bad_json", body=answered)

    response = client.post(of("account-refresh", accounts["rooms@example.net"]), follow=True)

    assert response.status_code in (200, 502)
    assert client.get(of("account", accounts["rooms@example.net"])).status_code == 200
    assert Change.objects.get().outcome in (Change.Outcome.DONE, Change.Outcome.UNKNOWN)


@pytest.mark.few(6)
@pytest.mark.parametrize("operation", ["list_accounts", "refresh", "disconnect"])
@pytest.mark.parametrize("status", [200, 201, 299, 301, 304, 400, 402, 409, 418, 429, 500, 599])
def test_any_status_is_told(
    client: Client,
    accounts: dict[str, Account],
    sandbox: Sandbox,
    operation: str,
    status: int,
) -> None:
    sandbox.fault(operation, "status", status=status, body=b"<h1>odd</h1>", times=None)
    account = accounts["rooms@example.net"]

    answers = [
        client.post(at("check"), follow=True),
        client.post(of("account-refresh", account), follow=True),
        client.post(of("account-disconnect", account), {"entries": "keep"}, follow=True),
    ]

    assert {answer.status_code for answer in answers} <= {200, 404, 409, 502, 503}
    assert all("<h1>odd" not in answer.content.decode() for answer in answers)
