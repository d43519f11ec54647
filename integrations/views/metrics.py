"""/metrics for Prometheus: off unless METRICS_TOKEN is set, and for who sends it alone."""

import hmac
from http import HTTPStatus

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST

from integrations.services import measuring

NO_STORE = {"Cache-Control": "no-store"}


def answer(request: HttpRequest) -> HttpResponse:
    """GET: everything that is measured; Focus is never asked."""
    if not settings.METRICS_TOKEN:
        return _refused(HTTPStatus.NOT_FOUND, "not found")
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    is_known = hmac.compare_digest(sent.strip().encode(), settings.METRICS_TOKEN.encode())
    if scheme.lower() != "bearer" or not is_known:
        response = _refused(HTTPStatus.UNAUTHORIZED, "METRICS_TOKEN is wanted as a bearer token")
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        text = measuring.page()
    except Error:
        return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "the database cannot be used; see /readyz")
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST, headers=NO_STORE)


def _refused(status: HTTPStatus, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", "text/plain; charset=utf-8", status, headers=NO_STORE)
