"""The field in which people say why they do something."""

from typing import Any

from django import template
from django.template import Context

from integrations import access

register = template.Library()


@register.inclusion_tag("components/note.html", takes_context=True)
def note_field(context: Context) -> dict[str, Any]:
    """Draw the field, with what was typed where its form comes back: ``{% note_field %}``."""
    return {"note": access.note(context["request"]), "max_note": access.MAX_NOTE}
