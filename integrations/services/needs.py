"""What needs somebody: findings in the rows alone, each known by what it is about and what it says.

``findings`` is everything that one person sees of a page's sources. Nothing here asks Focus.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a need is about; the order is that of urgency."""

    KEY = "key", _("Keys that do not work")
    ACCOUNT = "account", _("Accounts that stopped working")
    PERMISSION = "permission", _("Missing permissions")
    SOON = "soon", _("Keys that end soon")
    BATCH = "batch", _("Bulk edits")
    NEW = "new", _("New calendars to decide about")
    RECOLOURED = "recoloured", _("Colours that a refresh has changed")
    KEPT = "kept", _("Kept settings to bring back")
    DEFAULT = "default", _("Defaults that lead nowhere")
    TWIN = "twin", _("Calendars that are there twice")
    COLOUR = "colour", _("Colours that are hard to read")


@dataclass(frozen=True)
class Need:
    """One thing that somebody has to do or to decide."""

    kind: Kind
    #: What it is about, told apart from all others of its kind, whoever looks.
    subject: str
    #: All that it says: while these stay, it is the same need.
    facts: tuple[Any, ...]
    #: The row, or what else its line is made of.
    about: Any = field(compare=False)
    #: When this began, as far as it was seen.
    since: datetime | None = None

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the facts: another one once anything about the need has changed."""
        told = json.dumps([self.kind, self.subject, self.facts], default=str)
        return sha256(told.encode()).hexdigest()


def sort(found: Iterable[Need]) -> list[Need]:
    """Return needs by urgency; those of one kind stay as they are."""
    ranks = {kind: rank for rank, kind in enumerate(Kind)}
    return sorted(found, key=lambda need: ranks[need.kind])
