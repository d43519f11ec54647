"""Lists: sort, page and filter through the URL, so that every view of a list is a link."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

from integrations.access import AdminRequest
from integrations.views import words

Row = TypeVar("Row", bound=Model)
Sorts = Mapping[str, tuple[str, ...]]


def page(request: AdminRequest, found: QuerySet[Row], sorts: Sorts, *, default: str) -> Page[Row]:
    """Return the page that the URL names, sorted as it says; nonsense means the first page."""
    name, reverse = _sort(request, sorts, default)
    fields = [
        F(field).desc(nulls_last=True) if reverse else F(field).asc(nulls_last=True)
        for field in sorts[name]
    ]
    return Paginator(found.order_by(*fields), settings.PAGE_SIZE).get_page(request.GET.get("page"))


def sort_links(request: AdminRequest, sorts: Sorts, *, default: str) -> dict[str, dict[str, str]]:
    """Return {sort: {"href", "aria"}} for the table's heads; the sorted one turns around."""
    current, reverse = _sort(request, sorts, default)
    links = {}
    for name in sorts:
        turned = name == current and not reverse
        values = request.GET.copy()
        values.pop("page", None)
        values["sort"] = f"-{name}" if turned else name
        order = "descending" if reverse else "ascending"
        links[name] = {
            "href": f"?{values.urlencode()}",
            "aria": order if name == current else "none",
        }
    return links


def query(request: AdminRequest, *, without: str) -> str:
    """Return the URL's query without one name, encoded."""
    values = request.GET.copy()
    values.pop(without, None)
    return values.urlencode()


def chosen(form: forms.Form) -> dict[str, Any]:
    """Return the filters in force; one that makes no sense does not undo the others."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


def chips(request: AdminRequest, form: forms.Form) -> list[dict[str, str]]:
    """Return {"text", "href"} for each filter in force; the link drops it."""
    found = []
    for name, value in chosen(form).items():
        field = form.fields[name]
        choices = {str(key): words for key, words in getattr(field, "choices", [])}
        values = request.GET.copy()
        for dropped in (name, "page"):
            values.pop(dropped, None)
        label = words.day(value) if isinstance(value, date) else choices.get(value, value)
        found.append({"text": f"{field.label}: {label}", "href": f"?{values.urlencode()}"})
    return found


def people(request: AdminRequest) -> list[tuple[str, str]]:
    """Return (key's id, whose it is) of the keys that the page's list is seen through."""
    return [(str(source.key_id), capfirst(str(source.key))) for source in request.sources]


def render_list(request: AdminRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a list's page; htmx takes the part it wants out of the same answer."""
    response = render(request, template, context)
    response["Vary"] = "Cookie, HX-Request"
    return response


def calendars_at(workspace_id: int, query: str) -> str:
    """Return the address of the calendars list as an encoded query shows it."""
    address = reverse("calendars", args=[workspace_id])
    return f"{address}?{query}" if query else address


def safe_next(request: AdminRequest, default: str) -> str:
    """Return the posted ``next`` when it is a path of ours, else ``default``."""
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return default


def _sort(request: AdminRequest, sorts: Sorts, default: str) -> tuple[str, bool]:
    asked = request.GET.get("sort", default)
    name = asked.removeprefix("-")
    return (name, asked.startswith("-")) if name in sorts else (default, False)
