"""People's own keys: what holds when several store one at the same moment."""

import logging
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Change, Key, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import (
    changes,
    credentials,
    freshness,
    keys,
    mirror,
    people_keys,
    record,
    vault,
)
from integrations.services.actors import Actor
from integrations.services.people_keys import Choices, NoVaultError, TakenError
from integrations.services.vault import Secret
from tests.teamwork import BO, CHIDI, DANA, give_key


def person(name: str) -> User:
    """Add somebody."""
    return User.objects.create_local(email=f"{name}@example.com", name=name, password=None)


def together(*jobs: "object") -> list[BaseException | None]:
    """Run jobs at the same moment, each with a connection of its own; return what they raised."""
    barrier = threading.Barrier(len(jobs))
    raised: list[BaseException | None] = [None] * len(jobs)

    def run(place: int) -> None:
        barrier.wait(10)
        try:
            jobs[place]()  # type: ignore[operator]
        except (TakenError, focus.FocusError) as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_the_same_key_one_is_refused(sandbox: Sandbox) -> None:
    ed, vera = person("ed"), person("vera")

    raised = together(
        lambda: people_keys.put(ed, Secret(BO), Choices()),
        lambda: people_keys.put(vera, Secret(BO), Choices()),
    )

    assert sorted(type(error) for error in raised if error) == [TakenError]
    assert Key.objects.filter(owner__isnull=False).count() == 1


@pytest.mark.django_db
def test_a_key_of_somebody_who_is_at_work_elsewhere_is_stored(sandbox: Sandbox) -> None:
    Workspace.objects.exclude(workspace_id=4400002).delete()

    ed = person("ed")

    key = people_keys.put(ed, Secret(BO), Choices())

    assert people_keys.of(ed) == key
    assert not Quota.objects.exists()  # of whose hour it was a request is not known


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_tabs_has_one_key_in_the_end(sandbox: Sandbox) -> None:
    ed = person("ed")

    raised = together(
        *(
            lambda secret=secret: people_keys.put(ed, Secret(secret), Choices())
            for secret in (BO, CHIDI, DANA)
        )
    )

    assert raised == [None] * 3
    key = Key.objects.get(owner=ed)
    stored = vault.secret_of(key)
    assert key.generation == 3
    assert key.fingerprint == stored.fingerprint
    assert key.hint == stored.hint


@pytest.mark.django_db
def test_it_notes_in_the_log_who_did_what_and_nothing_of_the_key(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ed = person("ed")

    people_keys.put(ed, Secret(BO), Choices())
    people_keys.put(ed, Secret(CHIDI), Choices())
    people_keys.remove(ed)

    told = [r.getMessage() for r in caplog.records if r.name.endswith("people_keys")]
    assert len(told) == 3
    for line, what in zip(told, ("added", "entered again", "removed"), strict=True):
        assert f"{what} owner=local:ed@example.com" in line
        assert not any(part in line for part in ("b0b0", "c1c1", "toggl_sk"))


@pytest.mark.django_db
def test_a_removed_key_is_a_stranger_when_it_comes_back(sandbox: Sandbox) -> None:
    ed = person("ed")
    before = people_keys.put(ed, Secret(BO), Choices(visibility=Key.Visibility.ACT))
    people_keys.remove(ed)

    after = people_keys.put(ed, Secret(CHIDI), Choices())

    assert after.pk != before.pk
    assert (after.generation, after.proven_generation) == (1, 1)
    assert after.visibility == Key.Visibility.HEALTH


@pytest.mark.django_db
def test_without_a_key_there_is_nothing_to_choose_or_to_remove() -> None:
    nobody = person("nobody")

    people_keys.choose(nobody, Choices(visibility=Key.Visibility.ACT))

    assert not people_keys.remove(nobody)
    assert people_keys.of(nobody) is None


@pytest.mark.django_db
def test_a_replaced_key_is_asked_at_once_where_the_old_one_failed(sandbox: Sandbox) -> None:
    ed = person("ed")
    key = people_keys.put(ed, Secret(BO), Choices())
    source = keys.source(key, Workspace.objects.get(workspace_id=4400002))
    with pytest.raises(focus.ForbiddenError) as refused:
        mirror.read(source)
    freshness.note_failure(source, refused.value)

    people_keys.put(ed, Secret(CHIDI), Choices())

    assert Source.objects.get(pk=source.pk).last_error == ""


@pytest.mark.django_db
def test_a_key_works_on_its_last_day_and_on_no_other_after_it(sandbox: Sandbox) -> None:
    today = timezone.localdate()
    key = people_keys.put(person("ed"), Secret(BO), Choices(expires_on=today))
    assert isinstance(credentials.of(key), focus.BearerKey)

    key.expires_on = today - timedelta(days=1)

    with pytest.raises(credentials.ExpiredKeyError):
        credentials.of(key)


@pytest.mark.parametrize(
    ("last", "left"),
    [
        (None, None),
        (date(2026, 8, 9), None),
        (date(2026, 8, 8), 7),
        (date(2026, 8, 1), 0),
        (date(2026, 7, 31), -1),
    ],
)
def test_it_warns_for_a_week(last: date | None, left: int | None) -> None:
    key = Key(expires_on=last)

    assert people_keys.days_left(key, date(2026, 8, 1)) == left
    assert credentials.is_expired(key, date(2026, 8, 1)) is (left is not None and left < 0)


@pytest.mark.django_db
def test_somebody_elses_ciphertext_in_ones_row_is_never_sent(sandbox: Sandbox) -> None:
    mine = people_keys.put(person("ed"), Secret(BO), Choices())
    theirs = people_keys.put(person("vera"), Secret(CHIDI), Choices())
    Key.objects.filter(pk=mine.pk).update(ciphertext=theirs.ciphertext)
    source = keys.source(Key.objects.get(pk=mine.pk), Workspace.objects.get(workspace_id=4400001))
    before = len(sandbox.requests)

    with pytest.raises(credentials.UnreadableKeyError) as told:
        mirror.read(source)

    assert len(sandbox.requests) == before
    assert (told.value.sent, told.value.code) == (False, "key-unreadable")


@pytest.mark.django_db
def test_where_nothing_can_be_encrypted_nothing_is_asked_or_stored(
    sandbox: Sandbox, settings: LazySettings, asked: Callable[[], list[str]]
) -> None:
    settings.FOCUS_ENCRYPTION_KEYS = ()
    ed = person("ed")

    with pytest.raises(NoVaultError):
        people_keys.put(ed, Secret(BO), Choices())

    assert asked() == []
    assert people_keys.of(ed) is None


@pytest.mark.django_db
def test_a_key_with_a_later_last_day_is_asked_at_once_again(sandbox: Sandbox, actor: Actor) -> None:
    ed, today = person("ed"), timezone.localdate()
    people_keys.put(ed, Secret(BO), Choices(expires_on=today - timedelta(days=1)))
    workspace = Workspace.objects.get(workspace_id=4400001)
    source = keys.source(Key.objects.get(owner=ed), workspace)
    assert isinstance(mirror.look(source, by=actor), credentials.ExpiredKeyError)

    people_keys.choose(ed, Choices(visibility=Key.Visibility.ACT, expires_on=today))

    key = Key.objects.get(owner=ed)
    assert (key.visibility, key.expires_on) == (Key.Visibility.ACT, today)
    source = Source.objects.get(pk=source.pk)
    assert mirror.look(source, by=actor) is None
    assert source.accounts.count() == 2


@pytest.mark.django_db
def test_a_key_stays_while_a_write_goes_through_it(sandbox: Sandbox, actor: Actor) -> None:
    ed = person("ed")
    key = people_keys.put(ed, Secret(BO), Choices())
    source = keys.source(key, Workspace.objects.get(workspace_id=4400001))
    change = changes.intend(Change.Action.CONNECT, source, by=actor)

    with changes.sending(change):
        with pytest.raises(changes.BusyError):
            people_keys.remove(ed)
        assert people_keys.of(ed) == key
        changes.finish(change, Change.Outcome.DONE)

    assert people_keys.remove(ed)
    assert people_keys.of(ed) is None
    assert Change.objects.get().key == key.pk


@pytest.mark.django_db
def test_what_was_done_through_a_private_key_is_not_the_managers_after_its_removal(
    sandbox: Sandbox, actor: Actor
) -> None:
    made = {}
    for visibility in Key.Visibility:
        owner = person(visibility)
        key = give_key(owner, "bo", visibility)
        source = keys.source(key, Workspace.objects.get(workspace_id=4400001))
        made[visibility] = changes.intend(Change.Action.CONNECT, source, by=actor)
    assert not Change.objects.filter(record.by_removed_key()).exists(), "their keys are there"

    for visibility in Key.Visibility:
        people_keys.remove(User.objects.get(name=visibility))

    del made[Key.Visibility.PRIVATE]
    assert set(Change.objects.filter(record.by_removed_key())) == set(made.values())


@pytest.mark.django_db
def test_it_notices_ones_own_key_as_the_environments(
    sandbox: Sandbox, settings: LazySettings
) -> None:
    ed = person("ed")
    assert not people_keys.is_shared_one(people_keys.put(ed, Secret(BO), Choices()))

    mine = people_keys.put(ed, Secret(settings.FOCUS_API_KEY), Choices())

    assert people_keys.is_shared_one(mine)
