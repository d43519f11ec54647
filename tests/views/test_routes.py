"""Every address × everybody: the only test of who may open what, and the pinned list of routes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from focusadmin.identity import people
from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.access import needed
from integrations.models import Account, Change, ConnectAttempt, Snapshot, Source
from integrations.services import changes, drafts, keys, rule_books
from integrations.services.actors import Actor
from integrations.views.permissions import LABELS
from tests import bulk
from tests.browsing import read
from tests.conftest import WORKSPACE, signed_in
from tests.support import messages

Accounts = dict[str, Account]


@dataclass(frozen=True)
class Route:
    """What an address needs and how it answers a manager; 405 where a method is not for it."""

    role: Role | None
    get: int
    post: int
    #: What a form needs, where that is more than a look.
    post_role: Role | None = None

    def needs(self, method: str) -> Role | None:
        """Return the role for a method."""
        return (self.post_role if method == "post" else None) or self.role

    def answers(self, method: str) -> int:
        """Return the status for somebody who may."""
        return self.post if method == "post" else self.get


#: A route that is added needs a row here, and a thought about who may open it.
ROUTES = {
    "sign-in": Route(None, 302, 302),
    "sign-out": Route(None, 405, 302),
    "password-change": Route(Role.VIEWER, 200, 200),
    "password-changed": Route(Role.VIEWER, 200, 405),
    "home": Route(Role.VIEWER, 302, 302),
    "workspaces": Route(Role.VIEWER, 200, 200),
    "workspace": Route(Role.VIEWER, 302, 302),
    "overview": Route(Role.VIEWER, 200, 200),
    "overview-dismissed": Route(Role.VIEWER, 200, 200),
    "overview-dismiss": Route(Role.EDITOR, 405, 302),
    "overview-leave-all": Route(Role.EDITOR, 405, 302),
    "overview-show-again": Route(Role.EDITOR, 405, 302),
    "check": Route(Role.VIEWER, 405, 302),
    "names": Route(Role.VIEWER, 405, 302),
    "accounts": Route(Role.VIEWER, 200, 200),
    "account": Route(Role.VIEWER, 200, 200),
    "account-refresh": Route(Role.EDITOR, 405, 302),
    "account-connect": Route(Role.MANAGER, 200, 200),
    "account-reconnect": Route(Role.MANAGER, 200, 200),
    "account-write-access": Route(Role.MANAGER, 200, 200),
    "account-disconnect": Route(Role.MANAGER, 200, 200),
    "account-recoloured": Route(Role.EDITOR, 405, 302),
    "calendars": Route(Role.VIEWER, 200, 200),
    "calendars-export": Route(Role.VIEWER, 200, 405),
    "calendars-import": Route(Role.EDITOR, 200, 200),
    "calendar-decide": Route(Role.EDITOR, 405, 302),
    "calendar-edit": Route(Role.VIEWER, 200, 200, post_role=Role.EDITOR),
    "palette": Route(Role.VIEWER, 200, 200, post_role=Role.EDITOR),
    "palette-edit": Route(Role.EDITOR, 200, 200),
    "palette-apply": Route(Role.EDITOR, 200, 302),
    "palette-move": Route(Role.EDITOR, 405, 302),
    "palette-remove": Route(Role.EDITOR, 405, 302),
    "rules": Route(Role.VIEWER, 200, 200),
    "rules-check": Route(Role.VIEWER, 405, 302),
    "rule-new": Route(Role.MANAGER, 200, 200),
    "rule": Route(Role.VIEWER, 200, 200, post_role=Role.MANAGER),
    "rule-delete": Route(Role.MANAGER, 405, 302),
    "rule-undo": Route(Role.MANAGER, 200, 302),
    "hidden-events": Route(Role.VIEWER, 200, 200, post_role=Role.EDITOR),
    "hidden-undo": Route(Role.EDITOR, 200, 302),
    "activity": Route(Role.VIEWER, 200, 200),
    "activity-export": Route(Role.VIEWER, 200, 405),
    "bulk-select": Route(Role.EDITOR, 405, 302),
    "bulk-fields": Route(Role.EDITOR, 200, 200),
    "draft-preview": Route(Role.EDITOR, 200, 200),
    # A form that does not say which preview it confirms begins nothing.
    "draft-run": Route(Role.EDITOR, 405, 409),
    "draft-reselect": Route(Role.EDITOR, 405, 302),
    "batch": Route(Role.VIEWER, 200, 200),
    "batch-stop": Route(Role.EDITOR, 405, 302),
    "change": Route(Role.VIEWER, 200, 200),
    "change-undo": Route(Role.EDITOR, 200, 302),
    "batch-undo": Route(Role.EDITOR, 405, 302),
    "batch-retry": Route(Role.EDITOR, 405, 302),
    "snapshot-restore": Route(Role.EDITOR, 405, 302),
    "snapshot-decline": Route(Role.EDITOR, 405, 302),
    "me": Route(Role.VIEWER, 200, 200),
    "me-key": Route(Role.VIEWER, 200, 200),
    # Mia has no key of her own, and nobody doubts the shared one.
    "me-choices": Route(Role.VIEWER, 302, 302),
    "me-remove": Route(Role.VIEWER, 302, 302),
    "me-whose": Route(Role.VIEWER, 302, 302),
    "search": Route(Role.VIEWER, 200, 405),
    "me-settings": Route(Role.VIEWER, 200, 200),
    "me-stored": Route(Role.VIEWER, 200, 200),
    "shared-key": Route(Role.MANAGER, 302, 302),
    "workspaces-manage": Route(Role.MANAGER, 200, 200),
    "workspace-edit": Route(Role.MANAGER, 302, 302),
    "workspace-remove": Route(Role.MANAGER, 302, 302),
    "setup": Route(Role.VIEWER, 200, 302, post_role=Role.MANAGER),
    "keys": Route(Role.VIEWER, 200, 200),
    # It is there in the demo alone.
    "style": Route(Role.VIEWER, 404, 404),
    "help": Route(Role.VIEWER, 200, 200),
    "status": Route(Role.MANAGER, 200, 200),
    "people": Route(Role.MANAGER, 200, 200),
    "person": Route(Role.MANAGER, 200, 200),
    "person-disable": Route(Role.MANAGER, 405, 302),
    "person-enable": Route(Role.MANAGER, 405, 302),
    "person-remove": Route(Role.MANAGER, 200, 302),
    "connect-result": Route(Role.MANAGER, 200, 405),
    "connect-return": Route(Role.MANAGER, 302, 405),
    "connect-check": Route(Role.MANAGER, 405, 302),
    "connect-cancel": Route(Role.MANAGER, 405, 302),
}
NAMES = sorted(ROUTES)
CLOSED = [name for name in NAMES if ROUTES[name].role is not None]
METHODS = ("get", "post")


def patterns(found: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    """Yield every route of the URLconf."""
    for pattern in get_resolver().url_patterns if found is None else found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


@pytest.fixture
def rows(accounts: Accounts, source: Source, manager: User, actor: Actor) -> dict[str, Any]:
    """What the addresses are about: Mia's attempt, a change, an account and its calendar."""
    account = accounts["alex.admin@example.net"]
    change = changes.intend(Change.Action.CONNECT, source, by=actor, provider="google")
    attempt = ConnectAttempt.objects.create(
        person=manager,
        key=source.key,
        key_generation=source.key.generation,
        workspace=source.workspace,
        purpose=ConnectAttempt.Purpose.CONNECT,
        provider="google",
        change=change,
        expires_at=timezone.now() + timedelta(minutes=15),
    )
    [calendar, *_rest] = account.calendars.order_by("pk")
    draft = drafts.select(manager, source.workspace, [calendar.pk], back="", whole_filter=False)
    drafts.choose(draft, {"selected": not calendar.selected}, "")
    batch = bulk.begin({calendar: {"default_project_id": 7}}, by=actor, sources=[source])
    return {
        "workspace_id": WORKSPACE,
        "draft_id": draft.pk,
        "batch_id": batch.pk,
        "account": account.pk,
        "code": "sky",
        "calendar_pk": calendar.pk,
        "attempt_id": attempt.pk,
        "change": change.pk,
        "edit": done_edit(account, source, actor).pk,
        **rule_and_its_edit(source, actor),
        "hiding": done_hiding(account, source, actor).pk,
        "snapshot_id": Snapshot.objects.get(about=batch.pk).pk,
        "person": User.objects.create_local(email="pat@example.com", name="Pat", password=None).pk,
    }


def done_hiding(account: Account, source: Source, actor: Actor) -> Change:
    """Return the record of an event of a calendar that was hidden."""
    change = changes.intend(
        Change.Action.HIDE,
        source,
        by=actor,
        account=account,
        calendar=account.calendars.order_by("pk")[1],
        before={"ical_uids": []},
        after={"ical_uids": ["one@example.com"]},
    )
    changes.finish(change, Change.Outcome.DONE)
    return change


def rule_and_its_edit(source: Source, actor: Actor) -> dict[str, Any]:
    """Return the ids of a mapping rule and of an edit that gave it its title."""
    book = rule_books.of(source)
    with keys.opened(source) as client:
        rule_books.read(client, book)
    rule = book.rules.get(title="Client call")
    change = changes.intend(
        Change.Action.RULE_EDIT,
        source,
        by=actor,
        rule=(rule.rule_id, rule.title),
        before={"title": "Call"},
        after={"title": rule.title},
    )
    changes.finish(change, Change.Outcome.DONE)
    return {"rule": rule.pk, "rule_edit": change.pk}


def done_edit(account: Account, source: Source, actor: Actor) -> Change:
    """Return the record of an edit that changed nothing of note."""
    calendar = account.calendars.order_by("pk")[0]
    edit = changes.intend(
        Change.Action.EDIT,
        source,
        by=actor,
        account=account,
        calendar=calendar,
        before={"selected": not calendar.selected},
        after={"selected": calendar.selected},
    )
    changes.finish(edit, Change.Outcome.DONE)
    return edit


#: What an address ends in, where that is not an account.
SUBJECTS = {
    "change": "change",
    "change-undo": "edit",
    "hidden-undo": "hiding",
    "rule": "rule",
    "rule-delete": "rule",
    "rule-undo": "rule_edit",
}


def address(name: str, rows: dict[str, Any]) -> str:
    """Return the route's address for these rows."""
    pattern = next(pattern for pattern in patterns() if pattern.name == name)
    [converters] = {frozenset(found.converters) for found in resolved(pattern)}
    kwargs = {key: rows[key] for key in converters if key != "pk"}
    if "pk" in converters:
        kind = "person" if name.startswith("person") else "account"
        kwargs["pk"] = rows[SUBJECTS.get(name, kind)]
    return reverse(name, kwargs=kwargs)


def resolved(pattern: URLPattern) -> Iterator[Any]:
    """Yield the pattern with the converters of everything above it."""
    for _matched, found, _defaults, converters in get_resolver().reverse_dict.getlist(pattern.name):
        del found
        yield type("Found", (), {"converters": converters})


@pytest.mark.parametrize("method", METHODS)
def test_every_route_is_pinned_with_its_role(method: str) -> None:
    found = {pattern.name: needed(pattern.callback, method.upper()) for pattern in patterns()}

    assert found == {name: route.needs(method) for name, route in ROUTES.items()}


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("name", CLOSED)
def test_a_role_opens_its_routes_and_a_forced_address_is_refused(
    rows: dict[str, Any],
    manager: User,
    asked: Callable[[], list[str]],
    name: str,
    role: Role | None,
) -> None:
    """The rows are Mia's, so whatever refuses her is the role that she has at this moment."""
    manager.role = role.name.lower() if role else ""
    manager.save()
    path, browser, writes = address(name, rows), signed_in(manager), Change.objects.count()

    for method in METHODS:
        asked()
        route, answer = ROUTES[name], getattr(browser, method)(path)
        if (role or 0) >= (route.needs(method) or 0):
            assert answer.status_code == route.answers(method)
            continue
        assert answer.status_code == 403
        page = read(answer)
        assert f"This needs the role {LABELS[route.needs(method)]}" in page.words
        assert "Nothing was changed" in page.words
        assert (asked(), Change.objects.count()) == ([], writes)


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client, rows: dict[str, Any]) -> None:
    for path in [address(name, rows) for name in CLOSED]:
        for response in (stranger_client.get(path), stranger_client.post(path)):
            assert response.status_code == 302
            assert response["Location"] == f"{reverse('sign-in')}?next={path}"


def test_a_stranger_finds_sign_in_and_nothing_else(
    stranger_client: Client, rows: dict[str, Any]
) -> None:
    open_names = [name for name in NAMES if ROUTES[name].role is None]

    answers = {name: stranger_client.get(address(name, rows)).status_code for name in open_names}

    assert answers == {"sign-in": 200, "sign-out": 405}


@pytest.mark.parametrize("path", ["/nothing/", "/w/1/", "/static/../manage.py", "/admin/"])
def test_a_stranger_learns_nothing_from_an_unknown_address(
    stranger_client: Client, rows: dict[str, Any], path: str
) -> None:
    response = stranger_client.get(path)

    assert response.status_code in (302, 404)
    assert "Example Studio" not in response.content.decode()


def test_what_is_open_answers_whoever_is_signed_in(
    client: Client, manager: User, rows: dict[str, Any]
) -> None:
    for name in set(NAMES) - set(CLOSED):
        for method in METHODS:
            answer = getattr(client, method)(address(name, rows))
            assert answer.status_code == ROUTES[name].answers(method)
            client.force_login(manager)


def test_a_disabled_person_is_a_stranger_at_once(manager: User, rows: dict[str, Any]) -> None:
    browsers = [(method, name, signed_in(manager)) for name in CLOSED for method in METHODS]
    User.objects.filter(pk=manager.pk).update(is_active=False)

    for method, name, browser in browsers:
        response = getattr(browser, method)(address(name, rows))
        assert (name, response.status_code) == (name, 302)
        assert response["Location"].startswith(reverse("sign-in"))


def test_a_form_from_elsewhere_is_refused(manager: User, rows: dict[str, Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager)

    for name in NAMES:
        response = strict.post(address(name, rows))
        assert (name, response.status_code) == (name, 403)
        assert "This form was open for too long" in read(response).words


def test_what_is_unknown_is_not_found(client: Client, rows: dict[str, Any]) -> None:
    unknown: dict[str, Any] = dict.fromkeys(rows, 987654321)
    unknown["attempt_id"] = "x" * 32
    unknown |= dict.fromkeys(
        ("change", "edit", "rule_edit", "hiding", "draft_id", "batch_id", "snapshot_id"),
        "12345678-1234-1234-1234-123456789012",
    )
    known = {address(name, rows) for name in CLOSED}
    paths = {address(name, rows | {key: unknown[key]}) for name in CLOSED for key in rows} - known

    assert len(paths) > 25
    for path in paths:
        answers = {client.get(path).status_code, client.post(path).status_code}
        assert (path, answers) in ((path, {404}), (path, {404, 405}))


@pytest.mark.parametrize(
    "name",
    ["change", "change-undo", "calendar-edit", "bulk-fields", "draft-preview", "draft-run"]
    + ["batch", "batch-stop"]
    + ["rule", "rule-delete", "rule-undo"]
    + ["account", "account-refresh", "account-reconnect", "account-disconnect"],
)
def test_what_belongs_to_another_workspace_is_not_found_here(
    client: Client, rows: dict[str, Any], name: str
) -> None:
    path = address(name, rows | {"workspace_id": 4400002})

    assert 404 in (client.get(path).status_code, client.post(path).status_code)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 40, "x", "1.5", "%00"])
@pytest.mark.parametrize("place", ["/w/{}/accounts/", "/w/4400001/accounts/{}/"])
def test_odd_numbers_in_an_address_are_not_found(
    client: Client, accounts: Accounts, place: str, number: str
) -> None:
    assert client.get(place.format(number)).status_code == 404


def test_every_page_forbids_what_it_does_not_use(client: Client, rows: dict[str, Any]) -> None:
    response = client.get(address("accounts", rows))

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.thorough
def test_no_page_speaks_english_to_whoever_speaks_german(
    client: Client, manager: User, rows: dict[str, Any]
) -> None:
    """A text that is put into words too early, when a module is loaded, would be English."""
    people.prefer(manager, language="de")
    [german] = [messages.catalogue(path) for path in messages.catalogues()]
    # Short ones may be a part of something else, and those with values are never met as they are.
    english = {
        str(message.id)
        for message in german
        if len(message.id) > 14 and "%" not in message.id and message.id != message.string
    }
    wrong = []
    for name in NAMES:
        answer = client.get(address(name, rows))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            words = read(answer).words
            assert '<html lang="de"' in answer.content.decode()
            wrong += [f"{name}: {text}" for text in english if text in words]

    assert len(english) > 500
    assert not wrong, "\n".join(wrong)
