"""The rows: keys and what they may see, the mirror, the record, batches, connect attempts, mail."""

from integrations.models.batches import Batch, BatchPart, Draft, WorkerBeat
from integrations.models.connect import ConnectAttempt
from integrations.models.keys import Key, KeyCheck, KeyUse, Quota, Source, Workspace
from integrations.models.mail import Mail, ToldAccount
from integrations.models.mirror import Account, Calendar
from integrations.models.record import Change
from integrations.models.snapshots import Snapshot

__all__ = [
    "Account",
    "Batch",
    "BatchPart",
    "Calendar",
    "Change",
    "ConnectAttempt",
    "Draft",
    "Key",
    "KeyCheck",
    "KeyUse",
    "Mail",
    "Quota",
    "Snapshot",
    "Source",
    "ToldAccount",
    "WorkerBeat",
    "Workspace",
]
