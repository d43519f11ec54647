"""The overview: what needs somebody, in one queue."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.services import account_needs, needs, team
from integrations.services.needs import Kind, Need
from integrations.views import remembering
from integrations.views.looking import look_all
from integrations.views.need_lines import Line, line
from integrations.views.words import Text

#: As many lines of a kind are shown beside the others.
CAP = 5


@dataclass(frozen=True)
class Group:
    """The needs of one kind, as many as are shown."""

    kind: Kind
    total: int
    lines: list[Line]

    @property
    def title(self) -> Text:
        """What the kind is called."""
        return self.kind.label

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        return ngettext("%(number)s line", "%(number)s lines", self.total) % {"number": self.total}

    @property
    def is_whole(self) -> bool:
        """Whether all of them are shown."""
        return self.total == len(self.lines)


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what needs somebody, by urgency; ``group`` in the URL: all of one kind."""
    access.workspace(request, workspace_id)
    seen = look_all(request)
    rows = remembering.recall(request, "needs", lambda: _read(request))
    found = needs.sort(rows.needs)
    groups = [_group(request, kind, found) for kind in Kind]
    context: dict[str, Any] = {
        "nav": "overview",
        "seen": seen,
        "groups": [group for group in groups if group.total],
        "total": len(found),
        "is_empty": not rows.has_accounts,
    }
    return render(request, "overview/index.html", context)


@dataclass(frozen=True)
class _Rows:
    """What the rows of the mirror say, and nothing else does."""

    needs: list[Need]
    has_accounts: bool


def _read(request: AdminRequest) -> _Rows:
    return _Rows(
        needs=account_needs.find(request.sources, request.user),
        has_accounts=team.accounts(request.sources, request.user).exists(),
    )


def _group(request: AdminRequest, kind: Kind, found: list[Need]) -> Group:
    mine = [need for need in found if need.kind == kind]
    return Group(kind, len(mine), [line(request, need) for need in mine[:CAP]])
