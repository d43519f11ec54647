"""How old a page's rows may be: longer by itself while few requests are left."""

from datetime import timedelta

import pytest

from integrations.services.ages import allowed

USUAL = timedelta(seconds=60)


@pytest.mark.parametrize(
    ("left", "hourly", "reserve", "minutes", "seconds"),
    [
        (600, 600, 60, 60, 60),
        (60, 240, 24, 60, 60),  # a quarter is enough
        (59, 240, 24, 60, 3600 / 35),
        (59, 240, 24, 30, 60),  # they last as they are
        (25, 240, 24, 60, 3600),
        (24, 240, 24, 60, 3600),  # not one is left for pages
        (0, 240, 24, 10, 600),
        (7, 30, 3, 60, 900),  # the smallest plan
        (3, 30, 0, 60, 1200),  # nothing kept back
        (0, 0, 0, 60, 60),  # nothing was ever seen to be left
    ],
)
def test_what_is_left_lasts_until_the_hour_is_over(
    left: int, hourly: int, reserve: int, minutes: int, seconds: float
) -> None:
    age = allowed(
        USUAL, left=left, hourly=hourly, reserve=reserve, until_reset=timedelta(minutes=minutes)
    )

    assert abs(age.total_seconds() - seconds) < 0.001


@pytest.mark.parametrize("hourly", [30, 240, 600])
def test_pages_that_ask_whenever_they_may_keep_the_reserve_and_are_never_without(
    hourly: int,
) -> None:
    left, now, waits = hourly, timedelta(), []
    reserve = hourly // 10
    while now < timedelta(hours=1) and left > reserve:
        left -= 1
        wait = allowed(
            USUAL, left=left, hourly=hourly, reserve=reserve, until_reset=timedelta(hours=1) - now
        )
        waits.append(wait)
        now += wait

    assert now >= timedelta(hours=1), "there was something to spend until the end"
    assert left >= reserve
    assert max(waits) <= timedelta(minutes=20)
