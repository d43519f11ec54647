"""The fields of a list's filter, drawn once and kept while nothing about them changes."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache

from django import forms, template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: How many are kept in a process: lists, as differently filtered as people look at them.
KEPT = 100


@dataclass(frozen=True)
class _Filter:
    """A form, told from others by all that is drawn of it."""

    drawn_from: Hashable
    form: forms.Form = field(compare=False)


@register.simple_tag
def filter_fields(form: forms.Form) -> SafeString:
    """Return the fields of a filter, kept by its class, what it offers and what was asked."""
    offered = tuple(
        (name, form.data.get(name), _choices(field)) for name, field in form.fields.items()
    )
    return _drawn(_Filter((type(form), offered, get_language()), form))


def _choices(field: forms.Field) -> Hashable:
    return tuple((value, str(label)) for value, label in getattr(field, "choices", ()))


@lru_cache(maxsize=KEPT)
def _drawn(shown: _Filter) -> SafeString:
    drawn = (field if field.is_hidden else field.as_field_group() for field in shown.form)
    return format_html_join("", "{}", ((one,) for one in drawn))
