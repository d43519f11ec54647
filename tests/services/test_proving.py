"""A replaced key has to be seen to be the same person's: what proves it, and what does not."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from focusadmin.identity.models import User
from integrations.models import Account, Key, Quota, Source, Workspace
from integrations.services import credentials, proving
from integrations.services.credentials import DoubtedKeyError, ReplacedKeyError

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = 4400001, 4400002


@pytest.fixture
def source(manager: User) -> Source:
    """Mia's key in its first workspace, replaced once and not proven."""
    key = Key.objects.create(owner=manager, fingerprint="f", generation=2, proven_generation=1)
    return _source(key, HERE)


def _source(key: Key, workspace_id: int) -> Source:
    return Source.objects.create(
        key=key, workspace=Workspace.objects.get(workspace_id=workspace_id)
    )


def saw(source: Source, *ids: int, gone: bool = False) -> None:
    """Let a source have seen accounts."""
    moment = "2026-08-01T12:00:00Z"
    for integration_id in ids:
        Account.objects.create(
            source=source,
            integration_id=integration_id,
            raw="{}",
            state=Account.State.WORKING,
            urgency=5,
            search="",
            seen_at=moment,
            gone_at=moment if gone else None,
        )


def verdict(source: Source, *ids: int) -> str:
    """Give a listing to the judge, and return what the key's row says afterwards."""
    try:
        proving.on_listing(source, ids)
    except DoubtedKeyError:
        told = "doubted"
    else:
        told = "kept"
    key = Key.objects.get(pk=source.key.pk)
    assert (key.doubted_at is not None) is (told == "doubted")
    assert (source.key.proven_generation, source.key.doubted_at) == (
        key.proven_generation,
        key.doubted_at,
    )
    assert proving.is_ready(key) is (key.proven_generation == key.generation)
    return told


def test_one_account_seen_before_proves_the_same_person(source: Source) -> None:
    saw(source, 1, 2, 3)

    assert verdict(source, 3, 4, 5) == "kept"
    assert proving.is_ready(source.key)


def test_none_of_them_raises_the_doubt(source: Source) -> None:
    saw(source, 1, 2, 3)

    assert verdict(source, 4, 5) == "doubted"
    assert not proving.is_ready(source.key)
    since = source.key.doubted_at
    assert verdict(source, 6) == "doubted"
    assert source.key.doubted_at == since


def test_an_empty_list_is_no_evidence_so_the_owner_is_asked(source: Source) -> None:
    saw(source, 1)

    assert verdict(source) == "doubted"


def test_where_nothing_was_seen_there_is_nothing_to_mistake(source: Source) -> None:
    assert verdict(source) == "kept"
    assert proving.is_ready(source.key)


def test_accounts_that_are_gone_prove_but_raise_no_doubt(source: Source) -> None:
    saw(source, 1, gone=True)

    assert verdict(source, 2) == "kept"


def test_a_gone_account_that_is_back_proves(source: Source) -> None:
    saw(source, 1, gone=True)
    saw(source, 2)

    assert verdict(source, 1) == "kept"


def test_what_was_seen_in_another_workspace_counts(source: Source) -> None:
    elsewhere = _source(source.key, ELSEWHERE)
    saw(elsewhere, 1)

    assert verdict(source, 2) == "doubted"
    assert verdict(source, 1) == "kept"


def test_what_another_key_sees_counts_for_nothing(source: Source) -> None:
    ed = User.objects.create_local(email="ed@example.com", name="Ed", password=None)
    saw(_source(Key.objects.create(owner=ed, fingerprint="g"), HERE), 7)
    saw(source, 1)

    assert verdict(source, 7) == "doubted"


def test_a_proven_key_is_not_asked_about(source: Source) -> None:
    Key.objects.update(proven_generation=2)
    source.refresh_from_db()
    saw(source, 1)

    assert verdict(source, 2) == "kept"


def test_a_listing_of_an_earlier_unproven_key_is_not_kept(source: Source) -> None:
    saw(source, 1)
    Key.objects.update(generation=3)

    with pytest.raises(ReplacedKeyError):
        proving.on_listing(source, [1])

    assert Key.objects.get(owner=source.key.owner).proven_generation == 1


def test_a_listing_of_a_removed_key_is_not_kept(source: Source) -> None:
    Key.objects.filter(pk=source.key.pk).delete()

    with pytest.raises(ReplacedKeyError):
        proving.on_listing(source, [1])


def test_a_listing_asked_for_before_the_replacement_is_kept_and_proves_nothing(
    source: Source,
) -> None:
    Key.objects.update(generation=1)
    source.key = Key.objects.get(pk=source.key.pk)
    saw(source, 1)
    Key.objects.update(generation=2)

    proving.on_listing(source, [9])

    key = Key.objects.get(pk=source.key.pk)
    assert (key.proven_generation, key.doubted_at) == (1, None)


@pytest.mark.parametrize("answer", [proving.same_person, proving.other_person])
def test_an_answer_settles_the_doubt_once(source: Source, answer: "object") -> None:
    assert callable(answer)
    saw(source, 1)
    verdict(source, 2)
    Quota.objects.create(key=source.key, workspace_id=HERE, remaining=1)

    answer(source.key, 2)

    key = Key.objects.get(pk=source.key.pk)
    assert proving.is_ready(key)
    kept = answer is proving.same_person
    assert Account.objects.filter(source__key=key).exists() is kept
    assert Quota.objects.filter(key=key).exists() is kept
    saw(_source(key, ELSEWHERE), 8)
    answer(source.key, 2)
    assert Account.objects.filter(source__key=key, integration_id=8).exists()


def test_a_doubted_key_is_used_for_nothing(source: Source) -> None:
    saw(source, 1)
    verdict(source, 2)

    with pytest.raises(DoubtedKeyError) as told:
        credentials.of(Key.objects.get(pk=source.key.pk))

    assert not told.value.sent
    assert not told.value.may_have_happened


@given(
    st.sets(st.integers(1, 9)),
    st.sets(st.integers(1, 9)),
    st.sets(st.integers(1, 9)),
    st.lists(st.sets(st.integers(1, 9)), max_size=3),
)
def test_it_is_proven_by_an_overlap_or_by_nothing_to_mistake_alone(
    here: set[int], elsewhere: set[int], gone: set[int], listings: list[set[int]]
) -> None:
    with transaction.atomic():
        owner = User.objects.create(issuer="tests", subject="proving")
        key = Key.objects.create(owner=owner, fingerprint="f", generation=2)
        first, second = _source(key, HERE), _source(key, ELSEWHERE)
        saw(first, *here)
        saw(first, *gone - here, gone=True)
        saw(second, *elsewhere)
        known, proven = here | elsewhere, False

        for listed in listings:
            proven = proven or bool(listed & (known | gone)) or not known
            first.key.refresh_from_db()
            told = verdict(first, *listed)
            assert told == ("kept" if proven else "doubted")

        key.delete()
        owner.delete()
