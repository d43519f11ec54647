"""In whose language and time zone a request is answered."""

import logging
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from focusadmin.identity import people

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Answers in the best language of what the browser accepts: strangers, and until one chooses.

    It stands outside of whatever refuses a request, so that refusals speak it too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        return response


class PreferencesMiddleware:
    """Answers in the language and the time zone that the person chose, where they did."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        chosen = people.language(request.user) if request.user.is_authenticated else ""
        language = chosen or translation.get_language()
        with translation.override(language), timezone.override(_zone(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def _zone(request: Any) -> ZoneInfo | None:
    """Return the person's time zone; None, which means the installation's, where they chose none.

    A zone that this machine does not know, or no longer, is none.
    """
    name = request.user.time_zone if request.user.is_authenticated else ""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        logger.warning("unknown time zone of a person: %r", name)
        return None
