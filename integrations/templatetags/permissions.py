"""Why a button is switched off."""

from django import template
from django.template import Context

from integrations.models import Key
from integrations.views.permissions import why_not_at

register = template.Library()


@register.simple_tag(takes_context=True)
def why_not(context: Context, route: str, key: Key | None = None) -> str:
    """Return why the person may not do what a route does, with a key; empty for whoever may.

    ``{% why_not "account-reconnect" account.source.key as why %}``
    """
    return why_not_at(context["request"], route, key)
