"""Many calendars on one page: how many of whose, and their names by account."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from focusadmin.identity.models import User
from integrations.access import AdminRequest
from integrations.models import Account, Calendar, Draft
from integrations.services import team
from integrations.views import calendar_rows, finding, words


@dataclass
class Group:
    """The calendars of one account."""

    email: str
    provider: str
    person: str
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Selection:
    """What a draft is about, as far as this person sees it now."""

    groups: list[Group]
    #: How many of the selected calendars are no longer there, or not this person's to see.
    missing: int

    @property
    def calendars(self) -> int:
        """How many calendars."""
        return sum(len(group.names) for group in self.groups)

    @property
    def accounts(self) -> int:
        """Of how many accounts."""
        return len(self.groups)

    @property
    def people(self) -> int:
        """Through the keys of how many people."""
        return len({group.person for group in self.groups})


def of_draft(request: AdminRequest, draft: Draft) -> Selection:
    """Return what a draft has selected."""
    seen = finding.seen(request, map(int, draft.wishes))
    return Selection(by_account(seen, request.user), len(draft.wishes) - len(seen))


def by_account(pks: Iterable[int], person: User) -> list[Group]:
    """Return the names of calendars that this person may see, account by account."""
    order = list(pks)
    groups: dict[int, Group] = {}
    for start in range(0, len(order), finding.CHUNK):
        some = Calendar.objects.filter(team.open_to(person))
        some = some.select_related("account__source__key__owner").defer("raw", "account__raw")
        found = some.in_bulk(order[start : start + finding.CHUNK])
        for pk, name in calendar_rows.labels(found.values(), person).items():
            account = found[pk].account
            if account.pk not in groups:
                groups[account.pk] = _group(account)
            groups[account.pk].names.append(name)
    for group in groups.values():
        group.names.sort(key=str.casefold)
    return sorted(groups.values(), key=lambda group: group.email.casefold())


def _group(account: Account) -> Group:
    owner = account.source.key.owner
    provider = words.provider_label(account.provider)
    return Group(account.email, provider, str(owner) if owner else _("the shared key"))
