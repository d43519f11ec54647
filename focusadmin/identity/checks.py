"""What an operator hears of people and roles before anybody is served; none of it stops."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from focusadmin.identity.configuration import HeaderProxy, Local, SignIn
from focusadmin.identity.roles import Role, RoleRules

#: It signs no groups, whatever the company has.
WITHOUT_GROUPS = "google-iap"


@register(Tags.security)
def check_managers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when no rule makes anybody Manager behind a proxy."""
    rules: RoleRules = settings.ROLES
    sign_in: SignIn = settings.SIGN_IN
    if isinstance(sign_in, Local) or rules.default == Role.MANAGER:
        return []
    grants = rules.grants[Role.MANAGER]
    if grants.emails or grants.claims or (grants.groups and _is_told_groups(sign_in)):
        return []
    if grants.groups:
        return [
            Warning(
                f"Nobody can be Manager: with SIGN_IN={sign_in.preset} no groups are known, and"
                " only ROLE_MANAGER_GROUPS is set.",
                hint="Say where the groups are (JWT_GROUPS_CLAIM, HEADER_GROUPS), or set"
                " ROLE_MANAGER_EMAILS or ROLE_MANAGER_CLAIMS.",
                id="focusadmin.W030",
            )
        ]
    return [
        Warning(
            "Nobody can be Manager: no group, e-mail address or claim brings that role.",
            hint="Set ROLE_MANAGER_GROUPS, ROLE_MANAGER_EMAILS or ROLE_MANAGER_CLAIMS.",
            id="focusadmin.W030",
        )
    ]


@register(Tags.security)
def check_passwords(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when people sign in with passwords where they work."""
    if not settings.PASSWORDS_IN_PRODUCTION or settings.PASSWORD_SIGN_IN_ACCEPTED:
        return []
    return [
        Warning(
            "People sign in with passwords that are kept here (SIGN_IN=local), and PUBLIC_URL is"
            " not a try-out on this machine. Every page says so.",
            hint="Set SIGN_IN to the company's sign-on, or PASSWORD_SIGN_IN_ACCEPTED=true.",
            id="focusadmin.W031",
        )
    ]


@register(Tags.security)
def check_unread_rules(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn when roles are configured for a proxy that is not there."""
    rules: RoleRules = settings.ROLES
    used = any(g.groups or g.emails or g.claims for g in rules.grants.values())
    if not isinstance(settings.SIGN_IN, Local) or not (used or rules.default):
        return []
    return [
        Warning(
            "ROLE_… variables are set, and with SIGN_IN=local nothing reads them.",
            hint="Give roles with: manage.py user role EMAIL ROLE",
            id="focusadmin.W032",
        )
    ]


def managers() -> list[CheckMessage]:
    """Warn when no active person with a password is Manager; asks the database."""
    from focusadmin.identity.models import User  # only when Django is set up

    if not isinstance(settings.SIGN_IN, Local) or User.objects.local_managers().exists():
        return []
    return [
        Warning(
            "Nobody can be Manager: no person who may sign in has that role.",
            hint="Give it with: manage.py user role EMAIL manager",
            id="focusadmin.W030",
        )
    ]


def _is_told_groups(sign_in: SignIn) -> bool:
    if isinstance(sign_in, HeaderProxy):
        return bool(sign_in.groups_header)
    return not isinstance(sign_in, Local) and (
        sign_in.preset != WITHOUT_GROUPS or sign_in.groups_claim != "groups"
    )
