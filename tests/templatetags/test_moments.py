"""Moments as people say them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.templatetags.moments import ago


@pytest.mark.parametrize(
    ("distance", "says"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=4, seconds=30), "4\xa0minutes ago"),
        (timedelta(hours=3, minutes=30), "3\xa0hours ago"),
        (timedelta(minutes=-20, seconds=-1), "in 20\xa0minutes"),
        (timedelta(days=6, hours=23), "6\xa0days ago"),
        (timedelta(days=7), "1\xa0week ago"),
        (timedelta(days=80), "2\xa0months ago"),
        (timedelta(days=800), "2\xa0years ago"),
        (timedelta(days=-1, seconds=-1), "in 1\xa0day"),
    ],
)
def test_it_says_how_long_ago(distance: timedelta, says: str) -> None:
    assert ago(timezone.now() - distance) == says
