"""Everything that the product asks of Focus, as a person's press or a worker's turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from integrations.models import Account, Calendar, Change, ConnectAttempt, Rule, RuleBook, Source
from integrations.services.actors import Actor
from tests.browsing import send
from tests.bulk import begin, work
from tests.teamwork import BO, keys_of_many
from tests.views.addresses import at, of

WISH = {"background_color": "#123456"}
NO_RULE = {404: "Focus answered that it has no such rule, or no rules at all"}


@dataclass
class Scene:
    """What is there before an operation, all of it just read."""

    client: Client
    source: Source
    account: Account
    calendars: list[Calendar]
    actor: Actor

    @property
    def calendar(self) -> Calendar:
        """The one that is edited."""
        return self.calendars[0]


#: Does it, and returns the page that a person sees afterwards.
Press = Callable[[], Any]


@dataclass(frozen=True)
class Operation:
    """Something that asks Focus; ``prepare`` does what comes before, and returns the rest.

    ``kind``: what is asked for (``list``, ``names``, ``write``, ``consent`` or ``settings``).
    ``after``: how many requests are made before the one that a fault is aimed at; ``most``: how
    many may meet it, for after a read that is understood comes a write.
    """

    name: str
    kind: str
    prepare: Callable[[Scene], Press]
    after: int = 0
    most: int = 1
    #: It is part of a batch, whose page tells of it.
    is_batch: bool = False
    #: {status: what is said of it}, where that is more than of other operations.
    says: Mapping[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _age(scene: Scene) -> None:
    """Let the rows be so old that a page asks."""
    then = timezone.now() - timedelta(minutes=2)
    Source.objects.filter(pk=scene.source.pk).update(last_good_at=then)


def _looking(address: Callable[[Scene], str]) -> Callable[[Scene], Press]:
    def prepare(scene: Scene) -> Press:
        _age(scene)
        return lambda: scene.client.get(address(scene), follow=True)

    return prepare


def _posting(address: Callable[[Scene], str], **typed: str) -> Callable[[Scene], Press]:
    return lambda scene: lambda: scene.client.post(address(scene), typed, follow=True)


def _follow(scene: Scene, answer: Any) -> Any:
    return scene.client.get(answer["Location"]) if answer.status_code == 302 else answer


def _save(scene: Scene) -> Press:
    page = scene.client.get(of("calendar-edit", scene.calendar))

    return lambda: _follow(scene, send(scene.client, page, button="Save", **WISH))


def _check(scene: Scene) -> Press:
    _age(scene)
    return _posting(lambda scene: at("check"))(scene)


def _find(scene: Scene) -> Press:
    page = scene.client.get(of("calendar-edit", scene.calendar))
    asked = {"find": "default_project_id", "find_default_project_id": "web"}
    return lambda: send(scene.client, page, button="Find a project", **asked)


def _key(scene: Scene) -> Press:
    page = scene.client.get("/me/key/")
    return lambda: _follow(scene, send(scene.client, page, button="Check and store", secret=BO))


def _widen(scene: Scene) -> Press:
    Account.objects.filter(pk=scene.account.pk).update(has_write_scope=False)
    return _posting(lambda scene: of("account-write-access", scene.account))(scene)


def _come_back(scene: Scene) -> Press:
    scene.client.post(at("account-connect"), {"provider": "google"})
    attempt = ConnectAttempt.objects.latest("expires_at")
    return lambda: scene.client.get(f"/connect/{attempt.pk}/return/", follow=True)


def _undo(scene: Scene) -> Press:
    page = scene.client.get(of("calendar-edit", scene.calendar))
    send(scene.client, page, button="Save", **WISH)
    change = Change.objects.latest("finished_at")
    _age(scene)
    page = scene.client.get(at("change-undo", change.pk))
    return lambda: _follow(scene, send(scene.client, page, button="Undo"))


def _twice(scene: Scene) -> Press:
    first = _check(scene)

    def press() -> Any:
        first()
        return first()

    return press


def _team(scene: Scene) -> Press:
    keys_of_many(scene.source, 2)
    scene.client.get(at("accounts"))
    then = timezone.now() - timedelta(minutes=2)
    Source.objects.update(last_good_at=then, last_error="", last_error_at=None)
    return lambda: scene.client.get(at("accounts"))


def _rule(scene: Scene) -> Rule:
    scene.client.get(at("rules"))
    return Rule.objects.get(title="Daily stand-up")


def _rules(scene: Scene) -> Press:
    _rule(scene)
    RuleBook.objects.update(last_good_at=timezone.now() - timedelta(minutes=2))
    return lambda: scene.client.get(at("rules"))


def _add_rule(scene: Scene) -> Press:
    _rule(scene)
    page, typed = scene.client.get(at("rule-new")), {"title": "Retro", "default_project_id": 7}
    return lambda: _follow(scene, send(scene.client, page, button="Add rule", **typed))


def _edit_rule(scene: Scene) -> Press:
    page, typed = scene.client.get(at("rule", _rule(scene).pk)), {"default_planned_task_id": 7}
    return lambda: _follow(scene, send(scene.client, page, button="Save", **typed))


def _delete_rule(scene: Scene) -> Press:
    page = scene.client.get(at("rule", _rule(scene).pk))
    return lambda: _follow(scene, send(scene.client, page, button="Delete rule"))


def _hide(scene: Scene) -> Press:
    page, typed = scene.client.get(of("hidden-events", scene.calendar)), {"uids": "a@x"}
    return lambda: _follow(scene, send(scene.client, page, button="Replace the list", **typed))


def _batch(scene: Scene) -> Press:
    batch = begin(dict.fromkeys(scene.calendars, WISH), by=scene.actor, sources=[scene.source])

    def press() -> Any:
        work(batch)
        return scene.client.get(at("batch", batch.pk))

    return press


READING = (
    Operation("accounts", "list", _looking(lambda scene: at("accounts"))),
    Operation("calendars", "list", _looking(lambda scene: at("calendars"))),
    Operation("account", "list", _looking(lambda scene: of("account", scene.account))),
    Operation("form", "list", _looking(lambda scene: of("calendar-edit", scene.calendar))),
    Operation("accounts of a team", "list", _team, most=3),
    Operation("check now", "list", _check),
    Operation("check now, twice", "list", _twice),
    Operation("come back", "list", _come_back),
    Operation("look up names", "names", _posting(lambda scene: at("names")), most=3),
    Operation("find a project", "names", _find, most=3),
    Operation("rules", "list", _rules, says={404: "Focus does not offer rules here"}),
)
WRITING = (
    Operation("save, the read", "calendars", _save, most=2),
    Operation("save, the write", "write", _save, after=1),
    Operation("undo, the read", "calendars", _undo, most=2),
    Operation("undo, the write", "write", _undo, after=1),
    Operation("refresh", "refresh", _posting(lambda scene: of("account-refresh", scene.account))),
    Operation(
        "disconnect",
        "write",
        _posting(lambda scene: of("account-disconnect", scene.account), entries="keep"),
    ),
    # An empty list is understood, answers the write without the rule, and is looked at once more.
    Operation("add a rule, the read", "rules", _add_rule, most=3, says=NO_RULE),
    # The page after an answer that does not hold the rule reads the list.
    Operation("add a rule, the write", "write", _add_rule, after=1, most=2, says=NO_RULE),
    Operation("edit a rule, the read", "rules", _edit_rule, most=3, says=NO_RULE),
    Operation("delete a rule, the read", "rules", _delete_rule, most=2),
    Operation(
        "edit a rule, the write",
        "write",
        _edit_rule,
        after=1,
        most=2,
        says=NO_RULE | {409: "another rule has this title"},
    ),
    Operation(
        "delete a rule, the write", "write", _delete_rule, after=1, says={404: "Deleted the rule"}
    ),
    Operation("hide events", "write", _hide, says={404: "it does not offer hidden events"}),
    Operation("batch, the read", "list", _batch, most=4, is_batch=True),
    Operation("batch, the writes", "write", _batch, after=1, most=3, is_batch=True),
)
LEAVING = (
    Operation(
        "connect",
        "consent",
        _posting(lambda scene: at("account-connect"), provider="google"),
        most=2,  # where it is refused with 400, once more without saying where to come back to
    ),
    Operation(
        "reconnect", "consent", _posting(lambda scene: of("account-reconnect", scene.account))
    ),
    Operation("write access", "consent", _widen),
    Operation("own key", "settings", _key),
)
OPERATIONS = (*READING, *WRITING, *LEAVING)
