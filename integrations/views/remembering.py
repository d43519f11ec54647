"""What a list shows, kept in the process while no row changes that it was read from.

A source has another version whenever a row of it changes (models/mirror.py), and the version is
read with every page. Everything else that a list depends on is a part of what it is kept by.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from integrations.access import AdminRequest

T = TypeVar("T")

#: How many lists are kept, each with a page of about 100 kB.
KEPT = 40

_lists: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def recall(request: AdminRequest, name: str, read: Callable[[], T]) -> T:
    """Return what ``read`` returned when this person had this list drawn from the same rows.

    It must not hold anything that is fetched later, nor be changed by whoever gets it.
    """
    key = _key(request, name)
    with _lock:
        if key in _lists:
            _lists.move_to_end(key)
            found: T = _lists[key]
            return found
    found = read()
    with _lock:
        _lists[key] = found
        while len(_lists) > KEPT:
            _lists.popitem(last=False)
    return found


def _key(request: AdminRequest, name: str) -> Hashable:
    seen = tuple(
        (source.pk, source.version, source.key.visibility, str(source.key))
        for source in request.sources
    )
    place = (request.workspace.pk, request.workspace.label)
    asked = (name, *place, request.GET.urlencode(), settings.PAGE_SIZE)
    worded = (get_language(), timezone.get_current_timezone_name())
    return (*asked, request.user.pk, request.role, *worded, seen)
