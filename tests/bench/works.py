"""What is measured, and how fast it should be; each work gives the lines of the table for it."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle

import requests

from integrations.models import Calendar
from integrations.services import rows
from tests.bench import upstream as orders
from tests.bench.measuring import Line, compared, in_turn, seconds
from tests.bench.peers import ADMIN, ADMIN_LIST, NAIVE, bare, page, peers_handler
from tests.bench.team import MIA, Team
from tests.bench.upstream import Upstream, upstream
from tests.bulk import begin_all, work

Work = Callable[[int], Iterator[Line]]
LIST = "calendars/"
#: The orders of the list, and the numbers of the same columns in the admin's.
ORDERS = {"name": "1", "account": "2", "contrast": "5", "on": "6", "project": "8"}


def body(focus: Upstream) -> bytes:
    """Return the bytes of the list of everything."""
    answer = requests.get(focus.calendars, headers=focus.authorization, timeout=60)
    answer.raise_for_status()
    return answer.content


def a_warm_list(rounds: int) -> Iterator[Line]:
    """500 calendars, 100 a page, all of them known."""
    with upstream(accounts=20, calendars=25) as focus:
        team, peers = Team(focus), peers_handler()
        team.read()
        NAIVE.update(focus=focus, session=requests.Session())
        ours, theirs, theirs_too = in_turn(
            lambda: team.page(LIST),
            lambda: page(peers, ADMIN, team.cookie),
            lambda: page(peers, "/naive/", team.cookie),
            rounds=rounds,
        )
    yield compared("calendars page, 500, warm", 0.25, ours, theirs, "admin")
    yield compared("calendars page, 500, warm", 0.5, ours, theirs_too, "naive")


def a_first_look(rounds: int) -> Iterator[Line]:
    """500 calendars in an order that is not known yet, then with nothing known of any of them."""
    with upstream(accounts=20, calendars=25) as focus:
        team, peers = Team(focus), peers_handler()
        team.read()
        draw_orders(team)
        NAIVE.update(focus=focus, session=requests.Session())
        looks, orders = first_looks(), cycle(ORDERS.values())
        for name, ours, before in (
            ("first look", lambda: team.page(next(looks)), None),
            ("all changed", lambda: team.page(LIST), team.repaint),
        ):
            taken, *others = in_turn(
                ours,
                lambda: page(peers, f"{ADMIN_LIST}?o={next(orders)}", team.cookie),
                lambda: page(peers, "/naive/", team.cookie),
                rounds=rounds,
                before=before,
            )
            for whose, theirs in zip(("admin", "naive"), others, strict=True):
                yield compared(f"calendars page, 500, {name}", None, taken, theirs, whose)


def first_looks() -> Iterator[str]:
    """Yield addresses of the list in each of its orders, none of which was asked for before."""
    for number, order in enumerate(cycle(ORDERS)):
        yield f"{LIST}?sort={order}&look={number}"


def draw_orders(team: Team) -> None:
    """Have the rows drawn that the first page shows in each order."""
    for order in ORDERS:
        team.page(f"{LIST}?sort={order}")


def a_minute_of_views(_rounds: int) -> Iterator[Line]:
    """100 page views by five people in one minute."""
    with upstream(accounts=20, calendars=25) as focus:
        team = Team(focus)
        cookies = [team.cookie, *(team.sign_in(f"person{n}@example.com") for n in range(4))]
        before = focus.tell(orders.asked)
        for view in range(100):
            team.page(("accounts/", LIST)[view % 2], cookies[view % 5])
        asked = focus.tell(orders.asked) - before
    yield Line("requests for 100 page views by 5 people, one key", asked, 2, "in a minute", unit="")


def a_long_list(rounds: int) -> Iterator[Line]:
    """5,000 calendars against 50, and against 500 for what is not known yet: a whole page too."""
    many, some, few = (list_times(accounts, rounds) for accounts in (100, 10, 1))
    for name, goal, against, theirs in (
        ("warm", 1.3, "50", few),
        ("first look", None, "500", some),
        ("all changed", None, "500", some),
    ):
        what = f"calendars page, 5,000 against {against}, {name}"
        yield compared(what, goal, many[name], theirs[name], against)


def list_times(accounts: int, rounds: int) -> dict[str, float]:
    """Return the seconds of the list's page with 50 calendars in each account."""
    with upstream(accounts=accounts, calendars=50) as focus:
        team = Team(focus)
        team.read()
        draw_orders(team)
        looks = first_looks()
        (warm,) = in_turn(lambda: team.page(LIST), rounds=rounds)
        (first,) = in_turn(lambda: team.page(next(looks)), rounds=rounds)
        (changed,) = in_turn(lambda: team.page(LIST), rounds=rounds, before=team.repaint)
    return {"warm": warm, "first look": first, "all changed": changed}


def accounts_far_away(rounds: int) -> Iterator[Line]:
    """20 accounts of 25 calendars behind 150 ms."""
    with upstream(accounts=20, calendars=25) as focus, requests.Session() as session:
        focus.tell(orders.slow)
        team = Team(focus)
        team.read()
        for goal, name, before in (
            (1.10, "expired, same rows", team.expire),
            (1.30, "empty mirror", team.forget),
        ):
            ours, theirs = in_turn(
                lambda: team.page("accounts/"),
                lambda: bare(session, focus),
                rounds=max(3, rounds // 3),
                before=before,
            )
            yield compared(f"accounts page, 150 ms, {name}", goal, ours, theirs, "bare")


def a_team_far_away(rounds: int) -> Iterator[Line]:
    """Ten keys, none of them read, against one."""
    with upstream(people=10) as focus:
        focus.tell(orders.slow)
        secrets = focus.tell(orders.keys)
        taken = []
        for count in (9, 0):
            team = Team(focus)
            team.give(secrets[:count])
            team.page("accounts/")
            taken += in_turn(
                lambda team=team: team.page("accounts/"),  # type: ignore[misc]
                rounds=max(3, rounds // 3),
                before=team.forget,
            )
    yield compared("team view of 10 keys, 150 ms, cold", 1.5, taken[0], taken[1], "one key")


def a_bulk_edit(rounds: int) -> Iterator[Line]:
    """200 calendars through one key, four at once, against one PUT after the other."""
    many = 200 if rounds > 3 else 40
    with upstream(accounts=20, calendars=10) as focus, requests.Session() as session:
        team = Team(focus)
        team.read()
        focus.tell(orders.slow)
        batch = begin_all(team.source, by=MIA, most=many, background_color="#123456")

        def ours() -> None:
            while work(batch) is not None:
                pass

        def script() -> None:
            found = Calendar.objects.select_related("account").order_by("pk")[:many]
            for row in found:
                session.put(
                    f"{focus.calendars}/{row.account.integration_id}/calendars/{row.calendar_id}",
                    json=json.loads(row.raw) | {"background_color": "#654321"},
                    headers=focus.authorization,
                    timeout=30,
                ).raise_for_status()

        taken = seconds(ours), seconds(script)
    yield compared(f"bulk of {many}, 150 ms, 4 in flight", 0.30, *taken, "script")


def a_refresh(rounds: int) -> Iterator[Line]:
    """5,000 calendars, nothing or all of it changed, beyond the call itself."""
    accounts = 100 if rounds > 3 else 20
    with upstream(accounts=accounts, calendars=50) as focus, requests.Session() as session:
        team = Team(focus)
        team.read()
        for goal, name, change in (
            (2, "nothing changed", orders.nothing),
            (10, "all changed", orders.recolour),
        ):
            answer = body(focus)
            call, ours, memory = in_turn(
                lambda: bare(session, focus),
                team.read,
                lambda answer=answer: in_memory(answer),  # type: ignore[misc]
                rounds=3,
                before=lambda change=change: focus.tell(change),  # type: ignore[misc]
            )
            what = f"refresh of {accounts * 50}, {name}, beyond the call"
            yield compared(what, goal, ours - call, memory, "decode and build")


def in_memory(answer: bytes) -> list[Calendar]:
    """Decode an answer and build its rows, and store nothing."""
    built = []
    for account in json.loads(answer):
        for entry in account["calendars"]:
            values = {name: entry[name] for name in rows.CALENDAR_FIELDS if name in entry}
            built.append(Calendar(calendar_id=entry["calendar_id"], **values))
    return built


WORKS: tuple[Work, ...] = (
    a_warm_list,
    a_first_look,
    a_long_list,
    accounts_far_away,
    a_team_far_away,
    a_bulk_edit,
    a_refresh,
    a_minute_of_views,
)
