"""What the operator's commands work with: whose key, which workspace, and who is asking.

Whoever may run them holds the configuration and the database, so no role is asked for and any key
may be named; what is done is recorded all the same, and counted for the key's owner.
"""

import os
import pwd
import secrets
from typing import NoReturn

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role, folded
from integrations import focus
from integrations.models import Calendar, Key, Source, Workspace
from integrations.services import authority, credentials, keys, mirror, workspaces
from integrations.services.actors import Actor

#: How the environment's key is named.
SHARED = "shared"


class OperatorError(Exception):
    """What was asked for cannot be had; the message is a sentence for whoever ran the command."""


def actor(note: str = "") -> Actor:
    """Return the operating system's user, as the record names them; every call is a request."""
    number = os.getuid()
    try:
        user = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may run as a number that has no name
        user = str(number)
    return Actor(
        issuer=authority.CLI,
        subject=user,
        name=f"{authority.CLI}:{user}",
        role=Role.MANAGER.word,
        request_id=secrets.token_hex(16),
        note=note,
    )


def source(name: str, workspace_id: int | None) -> Source:
    """Return what a key sees in a workspace; raises OperatorError.

    ``name``: ``shared``, its owner's e-mail address, or their issuer and subject with a colon
    between. ``workspace_id`` may be left out where there is one workspace only.
    """
    workspace, key = _workspace(workspace_id), _key(name)
    row = keys.source(key, workspace)
    row.key, row.workspace = key, workspace
    return row


def keys_called(name: str | None) -> list[Key]:
    """Return the key that is called ``name``, or without one every key that is in use.

    The shared one comes first, and the key of somebody disabled rests. Raises OperatorError.
    """
    if name is not None:
        return [_key(name)]
    owned = Key.objects.filter(owner__is_active=True).select_related("owner")
    shared = [keys.shared()] if credentials.has_shared() or not owned.exists() else []
    return [*shared, *owned.order_by("owner__email", "owner__pk")]


def workspaces_numbered(number: int | None) -> list[Workspace]:
    """Return the workspace of this number, or without one every workspace that people may open.

    Raises OperatorError.
    """
    if not workspaces.visible().exists():
        workspaces.sync()  # nothing has been served yet
    found = list(workspaces.visible())
    if not found:
        raise OperatorError(
            _("There is no workspace yet: set FOCUS_WORKSPACES, or add one under Workspaces.")
        )
    if number is None:
        return found
    return [row for row in found if row.workspace_id == number] or _no_workspace(number, found)


def read(found: Source, *, by: Actor) -> focus.FocusError | None:
    """Ask Focus, once, for everything that the source sees; returns what prevented it."""
    return mirror.look(found, by=by, force=True)


def calendars(found: Source) -> QuerySet[Calendar]:
    """Return every calendar that the source saw last, whoever may see it in the pages."""
    return Calendar.objects.filter(account__source=found, account__gone_at=None, gone_at=None)


def _key(name: str) -> Key:
    if name == SHARED:
        return keys.shared()
    stored = Key.objects.filter(owner__isnull=False).select_related("owner").order_by("owner__pk")
    found = [key for key in stored if key.owner is not None and _is_called(key.owner, name)]
    if not found:
        raise OperatorError(_("Nobody called %(name)s has a key here.") % {"name": name})
    if len(found) > 1:
        names = ", ".join(f"{key.owner.issuer}:{key.owner.subject}" for key in found if key.owner)
        raise OperatorError(
            _("Several people are called %(name)s; name one of them: %(names)s.")
            % {"name": name, "names": names}
        )
    [key] = found
    if key.owner is not None and not key.owner.is_active:
        raise OperatorError(_("%(name)s is disabled, and so their key rests.") % {"name": name})
    return key


def _is_called(owner: User, name: str) -> bool:
    return name == f"{owner.issuer}:{owner.subject}" or folded(owner.email) == folded(name)


def _workspace(number: int | None) -> Workspace:
    found = workspaces_numbered(number)
    if len(found) == 1:
        return found[0]
    names = _names(found)
    raise OperatorError(_("There are several workspaces; say --workspace with one of: %s.") % names)


def _no_workspace(number: int, found: list[Workspace]) -> NoReturn:
    raise OperatorError(
        _("There is no workspace %(number)s here; there is: %(names)s.")
        % {"number": number, "names": _names(found)}
    )


def _names(found: list[Workspace]) -> str:
    return ", ".join(f"{row.workspace_id} ({row.label})" for row in found)
