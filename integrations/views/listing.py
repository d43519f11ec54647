"""Lists: sort, page and filter through the URL, so that every view of a list is a link."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

from integrations.access import AdminRequest
from integrations.views import words

Row = TypeVar("Row")
Item = TypeVar("Item")
Sorts = Mapping[str, tuple[str, ...]]
#: How many rows a person may have on a page; settings.PAGE_SIZE where the URL says nothing.
SIZES = (50, 100, 200)


class SizedPaginator(Paginator[Item]):
    """A paginator whose page can say which sizes there are: ``page.paginator.sizes``."""

    def __init__(self, request: AdminRequest, found: "Sequence[Item] | QuerySet[Any]") -> None:
        asked = request.GET.get("size", "")
        sizes = {str(size): size for size in SIZES}
        super().__init__(found, sizes.get(asked, settings.PAGE_SIZE))
        self._asked = request.GET

    @cached_property
    def sizes(self) -> list[dict[str, Any]]:
        """{"text", "href", "is_current"} of each size; nothing where all fit into the smallest."""
        if self.count <= min(*SIZES, settings.PAGE_SIZE):
            return []
        return [
            {
                "text": str(size),
                "href": f"?{self._query(size)}",
                "is_current": size == self.per_page,
            }
            for size in SIZES
        ]

    def _query(self, size: int) -> str:
        values = self._asked.copy()
        values.pop("page", None)
        values["size"] = str(size)
        return values.urlencode()


def paged(request: AdminRequest, found: "Sequence[Item] | QuerySet[Any]") -> Page[Item]:
    """Return the page of ``found`` that the URL names, as large as it says; nonsense is ignored."""
    return SizedPaginator[Item](request, found).get_page(request.GET.get("page"))


def page(
    request: AdminRequest, found: QuerySet[Model, Row], sorts: Sorts, *, default: str
) -> Page[Row]:
    """Return the page that the URL names, sorted as it says; nonsense means the first page."""
    name, reverse = _sort(request, sorts, default)
    fields = [
        F(field).desc(nulls_last=True) if reverse else F(field).asc(nulls_last=True)
        for field in sorts[name]
    ]
    return paged(request, found.order_by(*fields))


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


def alone(request: AdminRequest, **names: str) -> str:
    """Return the query of a list filtered by ``names`` alone, sorted and as large as it is."""
    kept = {name: request.GET[name] for name in ("sort", "size") if request.GET.get(name)}
    return f"?{urlencode(names | kept)}"


def chosen(form: forms.Form) -> dict[str, Any]:
    """Return the filters in force; one that makes no sense does not undo the others."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


class Chips(list[dict[str, str]]):
    """{"text", "href"} of each filter in force."""

    #: The query of the list without any of them, sorted and as large as it is.
    bare: str


def chips(request: AdminRequest, form: forms.Form) -> Chips:
    """Return the filters in force, each with the link that drops it."""
    found = Chips()
    found.bare = alone(request)
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
