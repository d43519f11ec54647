"""Whether the owner of a batch was told that it is finished."""

from integrations.models import Source
from integrations.services import batches
from integrations.services.actors import Actor
from tests import bulk


def test_its_owner_is_told_once_and_not_before_its_end(
    source: Source, accounts: object, actor: Actor
) -> None:
    batch = bulk.begin_all(source, by=actor, most=1, default_project_id=7)
    assert not batches.tell(batch)

    bulk.work(batch)

    assert batches.tell(batch)
    assert not batches.tell(batch)
