"""Keys that need somebody, as lines of the overview."""

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from focusadmin.identity.roles import Role
from integrations.access import AdminRequest
from integrations.models import Key
from integrations.services import team
from integrations.services.key_needs import KeyTrouble
from integrations.services.key_states import KeyState
from integrations.services.needs import Need
from integrations.services.standing import Holder
from integrations.views import own_key, people_words, permissions, reminders, words
from integrations.views.lines import Letter, Line, Step, Who
from integrations.views.words import Text

_SHARED: dict[KeyState, Text] = {
    KeyState.REFUSED: _lazy(
        "Focus refuses it: it may have expired, or a newer key has replaced it. The calendars"
        " themselves may be fine, but nothing is read or changed through it."
    ),
    KeyState.DOUBTED: _lazy(
        "It was replaced, and may be another person’s. It is not used until a manager says whose it"
        " is."
    ),
}


def key(request: AdminRequest, need: Need) -> Line:
    """Return the line of a key that does not work, is in doubt, or ends soon."""
    trouble: KeyTrouble = need.about
    found, state = trouble.key, trouble.state
    make = {team.OWN: _own, team.SHARED: _shared, team.OTHER: _others}
    sentence, href, who, step, letter = make[team.rank(found, request.user)](request, found, state)
    return Line(
        need,
        title=capfirst(words.key_name(found, request.user)),
        href=href,
        tag=state.label,
        tone=people_words.TONES[state],
        sentence=sentence,
        who=who,
        steps=(step,) if step else (),
        letter=letter,
    )


_Parts = tuple[Text, str, Who, Step | None, Letter | None]


def _own(_request: AdminRequest, found: Key, state: KeyState) -> _Parts:
    is_doubted = state == KeyState.DOUBTED
    label = _("Say whose it is") if is_doubted else _("Replace it")
    step = Step(label, reverse("me-whose" if is_doubted else "me-key"))
    sentence = own_key.state(found, state).sentence
    return sentence, reverse("me"), Who(_("You"), is_you=True), step, None


def _shared(request: AdminRequest, _found: Key, state: KeyState) -> _Parts:
    is_manager = request.role == Role.MANAGER
    href = reverse("status") if is_manager else ""
    sentence = _SHARED.get(state, _SHARED[KeyState.REFUSED])
    if state == KeyState.DOUBTED:
        why = permissions.why_not_at(request, "shared-key")
        step = Step(_("Say whose it is"), reverse("shared-key"), why)
        who = Who(_("You"), is_you=True) if is_manager else Who(_("A manager"))
        return sentence, href, who, step, None
    operator = settings.CONTACT or _("Whoever runs Focusadmin")
    return sentence, href, Who(operator), None, Letter(operator, _to_operator())


def _others(_request: AdminRequest, found: Key, state: KeyState) -> _Parts:
    holder = Holder(found.owner, found, state)
    letter = Letter(str(found.owner), reminders.text(holder, []))
    href = reverse("person", args=[found.owner_id])
    return people_words.key_words(holder), href, Who(str(found.owner)), None, letter


def _to_operator() -> str:
    """Return the text for whoever set the shared key."""
    return _(
        "Hello,\n\nFocus refuses the key that Focusadmin uses for the team (%(address)s), so its"
        " lists grow old and nothing can be changed. Please make a new key in Toggl Focus with the"
        " same person, set it as FOCUS_API_KEY, and restart Focusadmin.\n\nThank you!"
    ) % {"address": settings.PUBLIC_URL}
