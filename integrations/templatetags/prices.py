"""What a button costs, beside the button."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integrations.views import budget

register = template.Library()


@register.simple_tag(takes_context=True)
def price(context: template.Context, requests: int, *, any_key: Any = False) -> SafeString:
    """Draw what so many requests of the page's key cost, beside what is left of its hour.

    ``any_key``: it may be another key's, so nothing is said of what is left.
    """
    left: Any = None if any_key else context.get("quota")
    return format_html('<p class="price">{}</p>', budget.price(requests, left))


@register.simple_tag(takes_context=True)
def price_words(context: template.Context, requests: int) -> str:
    """Return the same as words, for a sentence of the page's own."""
    return budget.price(requests, context.get("quota"))


@register.simple_tag(takes_context=True)
def price_of_look(context: template.Context, keys: int) -> SafeString:
    """Draw what it costs to check through so many keys."""
    if keys == 1:
        return price(context, 1)
    return format_html('<p class="price">{}</p>', budget.price_of_each(keys))
