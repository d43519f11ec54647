"""Where a long word may break over lines."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

#: Shorter words fit everywhere.
SHORT = 24
_GAP = re.compile(r"(?<=[@._-])(?=[^@._-])")


@register.filter
def softly(text: object) -> SafeString:
    """Return an address, escaped, that breaks after its signs rather than within a name."""
    if isinstance(text, SafeString):
        return text
    words = str(text)
    parts = _GAP.split(words) if len(words) > SHORT else [words]
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in parts))
