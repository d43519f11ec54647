"""How old the rows of a page may be before Focus is asked again."""

from datetime import timedelta

#: Percent of an hour's requests. While so many are left nobody has to wait for newer rows.
PLENTY = 25


def allowed(
    usual: timedelta, *, left: int, hourly: int, reserve: int, until_reset: timedelta
) -> timedelta:
    """Return how old rows may be: ``usual``, and more where few of the hour's requests are left.

    With less than PLENTY percent of ``hourly`` left, what pages may still spend (``left`` without
    the ``reserve``) is spread evenly over the time ``until_reset``. So there is always a request
    for a page until the hour is over, and nobody has to wait longer than that.
    """
    if left * 100 >= hourly * PLENTY:
        return usual
    spendable = left - reserve
    return max(usual, until_reset / spendable if spendable > 0 else until_reset)
