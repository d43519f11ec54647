"""The rows: keys, what they see, names, the record, batches, mail, palettes, dismissals."""

from integrations.models.batches import Batch, BatchPart, Draft, WorkerBeat
from integrations.models.connect import ConnectAttempt
from integrations.models.dismissals import Dismissal
from integrations.models.keys import Key, KeyCheck, KeyUse, Quota, Seen, Source, Workspace
from integrations.models.mail import Mail, ToldAccount
from integrations.models.mirror import Account, Calendar
from integrations.models.names import Name, NameList
from integrations.models.palette import PaletteEntry
from integrations.models.recolouring import FirstColours, Recolouring
from integrations.models.record import Change
from integrations.models.rules import Rule, RuleBook
from integrations.models.snapshots import Snapshot

__all__ = [
    "Account",
    "Batch",
    "BatchPart",
    "Calendar",
    "Change",
    "ConnectAttempt",
    "Dismissal",
    "Draft",
    "FirstColours",
    "Key",
    "KeyCheck",
    "KeyUse",
    "Mail",
    "Name",
    "NameList",
    "PaletteEntry",
    "Quota",
    "Recolouring",
    "Rule",
    "RuleBook",
    "Snapshot",
    "Seen",
    "Source",
    "ToldAccount",
    "WorkerBeat",
    "Workspace",
]
