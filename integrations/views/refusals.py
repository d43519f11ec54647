"""The page of a refusal: what is needed, what the person has, why, and who can give it."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from focusadmin.identity.asserted import Asserted
from focusadmin.identity.configuration import Local
from focusadmin.identity.roles import Grants, Role, RoleRules
from integrations import access
from integrations.access import AdminRequest
from integrations.views import permissions

logger = logging.getLogger(__name__)


@dataclass
class Refusal:
    """The words of the page; every member may be empty."""

    needed: str = ""
    yours: str = ""
    reasons: list[str] = field(default_factory=list)
    givers: list[str] = field(default_factory=list)
    #: Those that bring the role.
    groups: list[str] = field(default_factory=list)
    #: What the operator types.
    command: str = ""


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a PermissionDenied: what is needed, why, who can give it; the log keeps it."""
    refusal = of(request, exception)
    asked = cast(AdminRequest, request)
    role = access.role_of(request)
    logger.warning(
        "refused route=%s method=%s needs=%s role=%s person=%s:%s address=%s request=%s",
        request.resolver_match.view_name if request.resolver_match else "-",
        request.method,
        exception or "-",
        role.name if role else "-",
        asked.user.issuer,
        asked.user.subject,
        asked.client_address,
        asked.request_id,
    )
    context = vars(refusal) | {"contact": settings.CONTACT, "request_id": asked.request_id}
    return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)


def of(request: HttpRequest, error: Exception | None) -> Refusal:
    """Return why a request was refused, for the person who made it."""
    if isinstance(error, permissions.RoleNeededError):
        return _role(request, error.role)
    if isinstance(error, access.NotTheirsError):
        why = permissions.why_not(request, Role.VIEWER, error.key)
        giver = _("%(owner)s can allow it: their own page says what their key may be used for.")
        return Refusal(reasons=[why], givers=[giver % {"owner": error.key}])
    return Refusal(reasons=[_("This page or step is not open to you.")])


def _role(request: HttpRequest, needed: Role) -> Refusal:
    words = {"role": permissions.LABELS[needed]}
    refusal = Refusal(
        needed=str(permissions.LABELS[needed]),
        yours=permissions.yours(access.role_of(request)),
    )
    if isinstance(settings.SIGN_IN, Local):
        refusal.givers = [_("Whoever runs Focusadmin can give it to you, with this command:")]
        refusal.command = f"manage.py user role {_email(request)} {needed.word}"
        return refusal
    rules: RoleRules = settings.ROLES
    enough = [grants for role, grants in rules.grants.items() if role >= needed]
    refusal.groups = sorted(set().union(*(grants.groups for grants in enough)))
    refusal.reasons = [_about_groups(request, words, rule=bool(refusal.groups))]
    refusal.givers = list(_givers(enough, words, with_groups=bool(refusal.groups)))
    return refusal


def _about_groups(request: HttpRequest, words: dict[str, Any], *, rule: bool) -> str:
    """Return what the proxy said of the person's groups: none sent is not the same as no match."""
    asserted: Asserted | None = getattr(request, "asserted", None)
    if not rule:
        return _("No group brings the role %(role)s in this installation.") % words
    if asserted is None or asserted.groups is None:
        return _("The proxy in front of Focusadmin sent no groups for you, so none could count.")
    if not asserted.groups:
        return _("The proxy in front of Focusadmin says that you are in no group.")
    return _("The proxy sent your groups, and none of them brings the role %(role)s.") % words


def _givers(enough: list[Grants], words: dict[str, Any], *, with_groups: bool) -> list[str]:
    found = []
    if any(grants.emails for grants in enough):
        found.append(_("Whoever runs Focusadmin can list your e-mail address for it."))
    claims = sorted(set().union(*(grants.claims for grants in enough)))
    if claims:
        said = ", ".join(f"{name} = {value}" for name, value in claims)
        found.append(_("It comes with what the proxy says of you: %s.") % said)
    if with_groups:
        found.append(_("Whoever looks after your company’s groups can add you to one of these:"))
    if not found:
        found.append(
            _("Nothing gives the role %(role)s yet; whoever runs Focusadmin can set it up.") % words
        )
    return found


def _email(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", ""))
