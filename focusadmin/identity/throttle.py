"""Guessing passwords is slow: attempts are counted per person and per address (django-axes).

Fifteen minutes after the attempts that count, they no longer do. An address that nobody has is
counted like any other, so that the answer tells nobody who is known here. What is kept of an
attempt names no person and holds nothing that was typed.
"""

import hmac
import ipaddress
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from focusadmin.identity.models import local_subject

logger = logging.getLogger(__name__)

#: What stands for a client without an address, as behind a unix socket: it is not counted.
NOWHERE = str(ipaddress.IPv4Address(0))
#: An office shares one address, and a person mistypes: this many people's worth of attempts.
PEOPLE_AT_AN_ADDRESS = 5
#: Half of an IPv6 address is one household's to choose from.
NETWORK_BITS = 64


class ThrottleHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """Counts failures against a person from anywhere, and from an address against anybody."""

    def get_failures(self, request: Any, credentials: Any = None) -> int:
        """Return the failures that count, in the measure of ``AXES_FAILURE_LIMIT``."""
        by_person, by_address = self.get_user_attempts(request, credentials)
        return max(_failures(by_person), _failures(by_address) // PEOPLE_AT_AN_ADDRESS)

    def get_user_attempts(self, request: Any, credentials: Any = None) -> list[Any]:
        """Return the recent attempts at the person, and those from the address."""
        by_person, by_address = super().get_user_attempts(request, credentials)
        return [by_person, by_address.exclude(ip_address=NOWHERE)]

    def reset_user_attempts(self, request: Any, credentials: Any = None) -> int:
        """Forget the person's own slips: whoever guesses elsewhere goes on being counted."""
        by_person, _by_address = self.filter_user_attempts(request, credentials)
        return int(by_person.filter(ip_address=request.axes_ip_address).delete()[0])

    def user_login_failed(
        self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any
    ) -> None:
        """Count a failure, and log it without what was typed."""
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is None:  # nobody typed anything
            return
        locked = "locked" if request.axes_locked_out else "failed"
        who = person(request, credentials)[:12]
        logger.warning("sign-in %s address=%s person=%s", locked, request.axes_ip_address, who)

    def lifts_at(self, request: Any, credentials: Any) -> datetime:
        """Return when the next attempt will be looked at."""
        by_person, by_address = self.get_user_attempts(request, credentials)
        limit = settings.AXES_FAILURE_LIMIT
        return max(
            _lifts_at(by_person, limit),
            _lifts_at(by_address, limit * PEOPLE_AT_AN_ADDRESS),
        )


def person(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the name under which attempts at a person are counted: not the address itself.

    People type passwords into the wrong field; what is kept must not hold them.
    """
    typed = str((credentials or {}).get("username") or "")
    keyed = hmac.new(settings.SECRET_KEY.encode(), digestmod="sha256")
    keyed.update(f"sign-in {local_subject(typed)}".encode(errors="replace"))
    return keyed.hexdigest()


def address(request: HttpRequest) -> str:
    """Return where a request came from, as the identity middleware has it; IPv6 as its network."""
    try:
        found = ipaddress.ip_address(getattr(request, "client_address", ""))
    except ValueError:
        return NOWHERE
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        network = ipaddress.IPv6Network((found, NETWORK_BITS), strict=False)
        return str(network.network_address)
    return str(found)


def locked_page(request: Any, response: Any, credentials: Any) -> HttpResponse:
    """Return the page for whoever has to wait; it says how long, and not for whom."""
    lifts_at = ThrottleHandler().lifts_at(request, credentials)
    wait = max(1, round((lifts_at - timezone.now()).total_seconds()))
    context = {"lifts_at": lifts_at, "contact": settings.CONTACT}
    page = render(request, "identity/locked.html", context, status=429)
    page["Retry-After"] = str(wait)
    return page


def unlock(subject: str) -> None:
    """Forget every failed attempt at a person."""
    AccessAttempt.objects.filter(username=person(None, {"username": subject})).delete()


def _failures(attempts: QuerySet[Any]) -> int:
    return sum(attempts.values_list("failures_since_start", flat=True))


def _lifts_at(attempts: QuerySet[Any], limit: int) -> datetime:
    """Return when so many attempts have grown old that fewer than the limit are left."""
    rows = list(
        attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start")
    )
    left, lifts_at = sum(count for _at, count in rows), timezone.now()
    for at, count in rows:
        if left < limit:
            break
        left, lifts_at = left - count, at + settings.AXES_COOLOFF_TIME
    return lifts_at
