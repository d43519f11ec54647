"""Two people at once, one's step at any moment of the other's: nobody is overwritten silently."""

import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import HealthCheck, event, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations import tasks
from integrations.models import (
    Account,
    Batch,
    BatchPart,
    Calendar,
    Change,
    Key,
    Quota,
    Source,
    Workspace,
)
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from integrations.services.actors import Actor
from tests.browsing import send
from tests.bulk import begin
from tests.conftest import WORKSPACE, signed_in
from tests.proof.interleaving import interrupted, silent_overwrites, watched
from tests.support.plugin import PROVE
from tests.teamwork import give_key, person
from tests.views.addresses import of

pytestmark = pytest.mark.django_db(transaction=True)

several = examples(
    max_examples=100 if PROVE else 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Outcome = Change.Outcome
EMAIL = "studio@example.com"
#: What an edit may touch. Each person has colours of their own, and sometimes both mean the same.
COLOURS = st.sampled_from(["#111111", "#222222", "#333333"])
EDITS = st.one_of(
    st.fixed_dictionaries({"background_color": COLOURS}),
    st.fixed_dictionaries({"foreground_color": COLOURS}),
    st.fixed_dictionaries({"background_color": COLOURS, "foreground_color": COLOURS}),
)
#: The moments of an edit: around its read, around its write; the last is after all of it.
MOMENTS = st.integers(0, 4)
DIALECTS = st.sampled_from(["observed", "documented"])


@pytest.fixture(autouse=True)
def _deadlines(settings: LazySettings) -> None:
    """Let what the other does in the middle of a request take as long as it may."""
    settings.FOCUS_PAGE_DEADLINE = settings.FOCUS_WRITE_DEADLINE = settings.WRITE_LEASE - 5


@pytest.fixture
def mia(manager: User, sandbox: Sandbox) -> Client:
    """Mia's browser: she edits through the shared key."""
    return signed_in(manager)


@pytest.fixture
def olga(sandbox: Sandbox, db: Any) -> User:
    """Somebody who sees the same accounts through a key of her own."""
    owner = person("olga", Role.MANAGER)
    give_key(owner, "alex")
    return owner


def begin_anew(sandbox: Sandbox, dialect: str) -> None:
    """Forget what the last example left, and look at everything once."""
    sandbox.reset()
    sandbox.switches.dialect = dialect  # type: ignore[assignment]  # hypothesis draws a text
    BatchPart.objects.all().delete()
    Change.objects.all().prune()
    Batch.objects.all().delete()
    Account.objects.all().delete()
    Quota.objects.all().delete()  # the hour begins anew as well
    Source.objects.update(last_good_at=None, last_error="", lease_until=None, expired_at=None)
    keys.shared()
    for key in Key.objects.select_related("owner"):
        mirror.read(keys.source(key, Workspace.objects.get(workspace_id=WORKSPACE)))


def calendars_of(owner: User | None) -> list[Calendar]:
    """Return an account's calendars as somebody's key sees them, or the shared one."""
    rows = Calendar.objects.select_related("account").order_by("calendar_id")
    return list(rows.filter(account__source__key__owner=owner, account__email=EMAIL))


def confirm(owner: User | None, wish: dict[str, Any], by: User) -> Batch:
    """Confirm a batch that gives every calendar of the account the same, and hand it over."""
    rows = calendars_of(owner)
    actor = Actor(by.issuer, by.subject, by.name, "manager", "0" * 32)
    batch = begin(dict.fromkeys(rows, wish), by=actor, sources=[_source(rows[0])])
    tasks.hand_over(batch.parts.all())
    return batch


def _source(row: Calendar) -> Source:
    return Source.objects.select_related("key__owner", "workspace").get(pk=row.account.source_id)


def carry_out(*batches: Batch) -> None:
    """Work until the batches are finished, as workers do."""
    deadline = time.monotonic() + 60
    while Batch.objects.filter(pk__in=[b.pk for b in batches], finished_at=None).exists():
        assert time.monotonic() < deadline, [vars(part) for part in BatchPart.objects.all()]
        tasks.take_up()
        if not tasks.run_next():
            time.sleep(0.1)


def save(browser: Client, calendar: Calendar, edit: dict[str, str], page: Any = None) -> Any:
    """Save an edit with the form of a page, or of one opened now."""
    page = page or browser.get(of("calendar-edit", calendar))
    return send(browser, page, button="Save", **edit)


def assert_everybody_was_told(answers: dict[str, Any]) -> None:
    """Whoever edited, {subject: answer}, sees whether it was saved; a batch's outcomes say why."""
    for subject, answer in answers.items():
        change = Change.objects.filter(actor_subject=subject, batch=None).first()
        saved = change is None or change.outcome == Outcome.DONE  # None: there was nothing to save
        assert answer.status_code == (302 if saved else 409)
        assert saved or (change.outcome, change.error) in {("conflict", ""), ("failed", "busy")}
        event("saved" if saved else f"{change.outcome} {change.error}")
    for change in Change.objects.exclude(batch=None):
        assert change.outcome in (Outcome.DONE, Outcome.CONFLICT)
        assert bool(change.found) == (change.outcome == Outcome.CONFLICT)
        event(f"batch: {change.outcome}")


@several
@given(
    mine=EDITS,
    theirs=EDITS,
    at=MOMENTS,
    early=st.booleans(),
    own_key=st.booleans(),
    same=st.booleans(),
    dialect=DIALECTS,
)
@example(  # both writes are answered with all calendars of the account
    mine={"background_color": "#111111"},
    theirs={"background_color": "#222222"},
    at=3,
    early=False,
    own_key=False,
    same=False,
    dialect="documented",
)
def test_of_two_who_edit_one_calendar_nobody_is_overwritten(
    sandbox: Sandbox,
    mia: Client,
    manager: User,
    olga: User,
    mine: dict[str, str],
    theirs: dict[str, str],
    at: int,
    early: bool,
    own_key: bool,
    same: bool,
    dialect: str,
) -> None:
    begin_anew(sandbox, dialect)
    calendar = calendars_of(None)[0]
    other = calendars_of(olga if own_key else None)[0 if same else 1]
    browser = signed_in(olga)
    form = mia.get(of("calendar-edit", calendar))
    opened = browser.get(of("calendar-edit", other)) if early else None

    with (
        watched() as written,
        interrupted(sandbox, at, lambda: save(browser, other, theirs, opened)) as meanwhile,
    ):
        answer = save(mia, calendar, mine, form)

    assert not silent_overwrites(written)
    assert_everybody_was_told({manager.subject: answer, olga.subject: meanwhile.result})
    for row in (calendar, other) if not (own_key and same) else ():
        stored = sandbox.world.calendar(row.account.integration_id, row.calendar_id)
        row.refresh_from_db()
        assert row.background_color == stored["background_color"]
        assert row.foreground_color == stored["foreground_color"]


@several
@given(
    wish=EDITS,
    theirs=EDITS,
    at=st.integers(0, 14),
    which=st.integers(0, 4),
    early=st.booleans(),
    own_key=st.booleans(),
    in_flight=st.sampled_from([1, 4]),
    dialect=DIALECTS,
)
@example(  # an edit through another key, whose rows are not those of the batch
    wish={"background_color": "#111111"},
    theirs={"foreground_color": "#222222"},
    at=3,
    which=4,
    early=False,
    own_key=True,
    in_flight=1,
    dialect="observed",
)
def test_an_edit_during_a_batch_is_not_overwritten_and_overwrites_nothing(
    sandbox: Sandbox,
    settings: LazySettings,
    manager: User,
    olga: User,
    wish: dict[str, str],
    theirs: dict[str, str],
    at: int,
    which: int,
    early: bool,
    own_key: bool,
    in_flight: int,
    dialect: str,
) -> None:
    begin_anew(sandbox, dialect)
    settings.BATCH_IN_FLIGHT = in_flight
    calendar = calendars_of(olga if own_key else None)[which]
    browser = signed_in(olga)
    opened = browser.get(of("calendar-edit", calendar)) if early else None
    batch = confirm(None, wish, manager)

    with (
        watched() as written,
        interrupted(sandbox, at, lambda: save(browser, calendar, theirs, opened)) as meanwhile,
    ):
        carry_out(batch)

    assert not silent_overwrites(written)
    assert_everybody_was_told({olga.subject: meanwhile.result})


@several
@given(mine=EDITS, wish=EDITS, at=MOMENTS, own_key=st.booleans(), dialect=DIALECTS)
def test_a_batch_during_an_edit_is_not_overwritten_and_overwrites_nothing(
    sandbox: Sandbox,
    mia: Client,
    manager: User,
    olga: User,
    mine: dict[str, str],
    wish: dict[str, str],
    at: int,
    own_key: bool,
    dialect: str,
) -> None:
    begin_anew(sandbox, dialect)
    calendar = calendars_of(None)[0]
    form = mia.get(of("calendar-edit", calendar))
    batch = confirm(olga if own_key else None, wish, olga)

    with watched() as written:
        with interrupted(sandbox, at, tasks.run_next):
            answer = save(mia, calendar, mine, form)
        carry_out(batch)

    assert not silent_overwrites(written)
    assert_everybody_was_told({manager.subject: answer})


@several
@given(first=EDITS, second=EDITS, at=st.integers(0, 14), own_key=st.booleans(), dialect=DIALECTS)
def test_of_two_batches_at_once_none_overwrites_the_other(
    sandbox: Sandbox,
    manager: User,
    olga: User,
    first: dict[str, str],
    second: dict[str, str],
    at: int,
    own_key: bool,
    dialect: str,
) -> None:
    begin_anew(sandbox, dialect)
    batches = [confirm(None, first, manager), confirm(olga if own_key else None, second, olga)]

    with watched() as written:
        with interrupted(sandbox, at, tasks.run_next):
            tasks.run_next()
        carry_out(*batches)

    assert not silent_overwrites(written)
    assert_everybody_was_told({})
