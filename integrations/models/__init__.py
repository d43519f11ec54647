"""The rows: keys and what they may see, the mirror, the record, and connect attempts."""

from integrations.models.connect import ConnectAttempt
from integrations.models.keys import Key, KeyCheck, KeyUse, Quota, Source, Workspace
from integrations.models.mirror import Account, Calendar
from integrations.models.record import Batch, Change

__all__ = [
    "Account",
    "Batch",
    "Calendar",
    "Change",
    "ConnectAttempt",
    "Key",
    "KeyCheck",
    "KeyUse",
    "Quota",
    "Source",
    "Workspace",
]
