"""The addresses of pages in the first workspace."""

from django.urls import reverse

from integrations.models import Account, Calendar
from tests.conftest import WORKSPACE


def at(name: str, *args: object) -> str:
    """Return a workspace's page by its name."""
    return reverse(name, args=[WORKSPACE, *args])


def of(name: str, row: Account | Calendar) -> str:
    """Return an account's or a calendar's page by its name."""
    if isinstance(row, Calendar):
        return at(name, row.account_id, row.pk)
    return at(name, row.pk)
