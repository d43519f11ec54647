"""The cells of the accounts' table: drawn once, and never another's."""

from typing import Any

from integrations.templatetags import kept
from integrations.templatetags.account_cells import account_cells

ROW: dict[str, Any] = {
    "pk": 7,
    "url": "/w/1/accounts/7/",
    "email": "alex@example.com",
    "provider": "Google",
    "state": "Expired",
    "tone": "bad",
    "needs": True,
    "action": "/w/1/accounts/7/reconnect/",
    "access": "Read only",
    "calendars": "2 on of 3",
    "connected": None,
    "checked": None,
    "key": "Alex",
    "also": "",
    "usable": True,
}


def cells(*, several: bool = False, why: str = "", **other: Any) -> str:
    """Return the cells of a row that differs in ``other``."""
    return account_cells(ROW | other, several=several, why=why)


def drawn() -> int:
    """Return how many rows were drawn so far."""
    return kept._drawn.cache_info().misses


def test_a_look_that_changes_nothing_draws_nothing() -> None:
    first, before = cells(checked="21:03"), drawn()

    assert cells(checked="21:04") == first
    assert drawn() == before


def test_whatever_else_changes_draws_it_again() -> None:
    assert "Not reported" in cells()
    assert "Outlook" in cells(provider="Outlook")
    assert "Alex" in cells(several=True)
    assert "Alex" not in cells()


def test_reconnect_is_there_or_says_why_not() -> None:
    assert 'href="/w/1/accounts/7/reconnect/"' in cells()
    assert "needs an editor" in cells(why="This needs an editor.")
    assert "Not your key" in cells(usable=False)
    for told in (cells(why="This needs an editor."), cells(usable=False)):
        assert 'href="/w/1/accounts/7/reconnect/"' not in told
        assert 'aria-describedby="why-7"' in told
