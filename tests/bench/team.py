"""The product in front of an upstream: people, keys, rows and pages; after ``django.setup()``."""

from datetime import timedelta
from itertools import count

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Key, Source, Workspace
from integrations.services import keys, mirror, workspaces
from integrations.services.actors import Actor
from integrations.services.vault import Secret, seal
from tests.bench.peers import page
from tests.bench.upstream import Upstream

WORKSPACE = 4400001
MIA = Actor("local", "mia@example.com", "Mia", "manager", "0" * 32)


class Team:
    """Mia, a manager, before an upstream that was never looked at."""

    def __init__(self, focus: Upstream) -> None:
        Change.objects.all().prune()
        for found in (Batch, Draft, Account, Source, Key, User):
            found.objects.all().delete()
        workspaces.sync()
        settings.FOCUS_API_URL, settings.FOCUS_API_KEY = focus.api_url, focus.key
        self.focus = focus
        self.mia = User.objects.create_local(
            email="mia@example.com", name="Mia", password=None, role=Role.MANAGER
        )
        self.cookie = session_of(self.mia)
        self.workspace = Workspace.objects.get(workspace_id=WORKSPACE)
        self.source = keys.source(keys.shared(), self.workspace)
        self._handler = WSGIHandler()
        self._colours = count(1)

    def page(self, address: str, cookie: str = "") -> bytes:
        """Return one of the workspace's pages, as Mia sees it or whoever has another cookie."""
        return page(self._handler, f"/w/{WORKSPACE}/{address}", cookie or self.cookie)

    @staticmethod
    def sign_in(email: str) -> str:
        """Return the session of somebody else, an editor."""
        person = User.objects.create_local(email=email, name="", password=None, role=Role.EDITOR)
        return session_of(person)

    def read(self) -> None:
        """Bring the rows in line with what the shared key sees."""
        mirror.read(self.source)

    def repaint(self) -> None:
        """Give every calendar a colour that none has had."""
        Calendar.objects.update(background_color=f"#{next(self._colours):06x}")

    def give(self, secrets: list[str]) -> None:
        """Store a key for somebody each, who shows it to managers."""
        for number, text in enumerate(secrets):
            owner = User.objects.create_local(
                email=f"person{number}@example.com", name="", password=None, role=Role.VIEWER
            )
            secret = Secret(text)
            key = Key(owner=owner, fingerprint=secret.fingerprint, hint=secret.hint)
            key.visibility = Key.Visibility.HEALTH
            key.ciphertext = seal(secret, row=key.pk, owner=owner.pk)
            key.save()

    @staticmethod
    def expire() -> None:
        """Let five minutes pass since everything was read."""
        then = timezone.now() - timedelta(minutes=5)
        QuerySet(Account).update(seen_at=then)  # a queryset of the product's would note a change
        Source.objects.update(last_good_at=then)

    @staticmethod
    def forget() -> None:
        """Let nothing have been seen yet."""
        Account.objects.all().delete()
        Source.objects.update(last_good_at=None)


def session_of(person: User) -> str:
    """Return the cookie of somebody who has just signed in."""
    browser = Client()
    browser.force_login(person)
    return str(browser.cookies["sessionid"].value)
