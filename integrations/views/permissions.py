"""What a person may not do, and why: for buttons that are switched off, and for refusals."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Key

#: A role's name for people.
LABELS: dict[Role, str | Promise] = {
    Role.VIEWER: _lazy("Viewer"),
    Role.EDITOR: _lazy("Editor"),
    Role.MANAGER: _lazy("Manager"),
}


class RoleNeededError(PermissionDenied):
    """The route needs a role that the person does not have."""

    def __init__(self, role: Role) -> None:
        super().__init__(role.name)
        self.role = role


def why_not(request: HttpRequest, needed: Role, key: Key | None = None) -> str:
    """Return why this person may not do what needs a role, with a key; empty for whoever may."""
    role = access.role_of(request)
    if role is None or role < needed:
        return _("Needs the role %(needed)s. %(yours)s") % {
            "needed": LABELS[needed],
            "yours": yours(role),
        }
    if key is not None and not access.may_act(cast(AdminRequest, request), key):
        return _("Not your key: %(owner)s has not allowed you to act in their name.") % {
            "owner": key
        }
    return ""


def why_not_at(request: HttpRequest, name: str, key: Key | None = None) -> str:
    """Return why this person may not do what the route of that name does; empty for whoever may."""
    needed = access.needed(_views()[name], "POST")
    return why_not(request, needed, key) if needed is not None else ""


def yours(role: Role | None) -> str:
    """Return the sentence that names a person's role."""
    return _("Your role is %(role)s.") % {"role": LABELS[role]} if role else _("You have no role.")


@cache
def _views() -> dict[str, Callable[..., Any]]:
    return {pattern.name: pattern.callback for pattern in _patterns(get_resolver().url_patterns)}


def _patterns(found: Iterable[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
