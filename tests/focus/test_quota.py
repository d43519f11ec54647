from datetime import UTC, datetime, timedelta

import pytest

from integrations.focus import Quota
from integrations.focus.quota import read_quota

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"x-toggl-quota-remaining": "many"}, None),
        ({"x-toggl-quota-remaining": "-1"}, None),
        ({"x-toggl-quota-remaining": "٣"}, None),
        ({"x-toggl-quota-remaining": "9" * 5000}, None),
        ({"x-toggl-quota-remaining": " 29 "}, Quota(29, None)),
        ({"x-toggl-quota-remaining": "0"}, Quota(0, None)),
        ({"x-toggl-quota-resets-in": "60"}, Quota(None, NOW + timedelta(seconds=60))),
        (
            {"x-toggl-quota-remaining": "5", "x-toggl-quota-resets-in": "1.5"},
            Quota(5, NOW + timedelta(seconds=1.5)),
        ),
        ({"x-toggl-quota-remaining": "5", "x-toggl-quota-resets-in": "soon"}, Quota(5, None)),
        ({"retry-after": "30"}, Quota(None, NOW + timedelta(seconds=30))),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        (
            {"x-toggl-quota-resets-in": "999999999"},
            Quota(None, NOW + timedelta(seconds=999_999_999)),
        ),
    ],
)
def test_it_reads_what_the_headers_say(headers: dict[str, str], expected: Quota | None) -> None:
    assert read_quota(headers, NOW) == expected


def test_it_counts_from_now() -> None:
    quota = read_quota({"x-toggl-quota-resets-in": "60"})

    assert quota is not None
    assert quota.resets_at is not None
    assert timedelta(seconds=55) < quota.resets_at - datetime.now(UTC) <= timedelta(seconds=60)
