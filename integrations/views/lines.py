"""A line of the overview: what is wrong, who must act, and the one right thing to do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations.access import AdminRequest
from integrations.models import Key
from integrations.services import team
from integrations.services.needs import Need
from integrations.views import permissions
from integrations.views.words import Text


@dataclass(frozen=True)
class Step:
    """Something to do about it: a link, or a form of its own."""

    label: Text
    href: str
    #: Why this person may not do it; empty for whoever may.
    why: str = ""
    is_form: bool = False
    #: What the form says: (name, value).
    says: tuple[str, str] | None = None
    #: Requests that it costs at once.
    price: int = 0


@dataclass(frozen=True)
class Letter:
    """A text to send to whoever must act."""

    to: Text
    text: str


@dataclass(frozen=True)
class Who:
    """Who must act, and whether that is the person who looks."""

    name: Text
    is_you: bool = False


@dataclass(frozen=True)
class Swatch:
    """How a calendar looks: two colours as ``#rrggbb``."""

    background: str
    foreground: str


@dataclass(frozen=True)
class Line:
    """A need as a person meets it."""

    need: Need
    title: str
    #: Where it is; empty where this person may not go.
    href: str
    tag: Text
    tone: str
    sentence: Text
    who: Who
    #: One, or for a decision its two sides.
    steps: tuple[Step, ...] = ()
    letter: Letter | None = None
    #: The text for a company's IT is offered.
    for_it: bool = False
    swatch: Swatch | None = None

    @property
    def is_decision(self) -> bool:
        """Whether this person may decide: then there is nothing to dismiss."""
        return len(self.steps) > 1 and not any(step.why for step in self.steps)

    @property
    def price(self) -> int:
        """The most requests that one of the steps costs at once, of those that may be done."""
        return max((step.price for step in self.steps if not step.why), default=0)

    @property
    def name(self) -> str:
        """What it is called on its page, such as an anchor."""
        return f"{self.need.kind}-{self.need.fingerprint[:12]}"


def who(request: AdminRequest, needed: Role, key: Key) -> Who:
    """Return who can do something that needs a role, through a key."""
    if not permissions.why_not(request, needed, key):
        return Who(_("You"), is_you=True)
    if team.rank(key, request.user) == team.OTHER:
        return Who(str(key.owner))
    return Who(_("A manager") if needed == Role.MANAGER else _("An editor"))


def key_of(request: AdminRequest, pk: object) -> Key:
    """Return one of the keys that the page is seen through."""
    return next(source.key for source in request.sources if source.key_id == pk)
