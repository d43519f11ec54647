"""The team's palette: its pairs, added, changed, put in order and deleted."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.palette import PairForm
from integrations.services import colours, palette
from integrations.services.palette import ChangedError, Look, MissingError, Pair, PaletteError
from integrations.views import filling, palette_apply, palette_rows

#: A new pair before anybody has typed: one that can be read.
_BLANK = Look("", "#ffffff", "#000000")


@access.requires(Role.VIEWER, post=Role.EDITOR)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: the pairs; its query may fill in the form. POST: add one."""
    access.workspace(request, workspace_id)
    if request.method != "POST":
        return _list(request, PairForm(look=_proposed(request)))
    form = PairForm(request.POST)
    if filling.is_asked(request):
        return _list(request, _refilled(request))
    if form.is_valid():
        try:
            pair = palette.add(request.workspace, form.look, by=access.actor(request))
        except PaletteError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%s” is in the palette.") % pair.name)
            return redirect("palette", workspace_id)
    return _list(request, form)


@access.requires(Role.EDITOR)
def edit(request: AdminRequest, workspace_id: int, code: str) -> HttpResponse:
    """GET: a pair's form; POST: save it."""
    access.workspace(request, workspace_id)
    pair = palette_rows.pair(request, code)
    form = PairForm(request.POST if request.method == "POST" else None, look=pair)
    if filling.is_asked(request):
        form = _refilled(request)
    elif request.method == "POST" and form.is_valid():
        try:
            saved = palette.change(
                request.workspace, code, form.look, shown=form.was, by=access.actor(request)
            )
        except ChangedError as error:
            form = form.again(error.now)
        except PaletteError as error:
            form.refuse(error)
        else:
            return _saved(request, pair, saved)
    context = _form_context(form) | {"nav": "palette", "pair": pair}
    return render(request, "palette/edit.html", context)


@require_POST
@access.requires(Role.EDITOR)
def remove(request: AdminRequest, workspace_id: int, code: str) -> HttpResponse:
    """POST: take a pair out; the form for a new one then holds what it was."""
    access.workspace(request, workspace_id)
    try:
        gone = palette.remove(request.workspace, code, by=access.actor(request))
    except MissingError:
        raise Http404 from None
    told = _("“%s” is deleted. The form below still holds it, in case you want it back.")
    messages.success(request, told % gone.name)
    query = {"name": gone.name, "background": gone.background, "text": gone.foreground}
    return redirect(f"{reverse('palette', args=[workspace_id])}?{urlencode(query)}")


@require_POST
@access.requires(Role.EDITOR)
def move(request: AdminRequest, workspace_id: int, code: str) -> HttpResponse:
    """POST: have a pair change places with the one before it, or after it with ``down``."""
    access.workspace(request, workspace_id)
    try:
        palette.move(request.workspace, code, down="down" in request.POST, by=access.actor(request))
    except MissingError:
        raise Http404 from None
    return redirect(f"{reverse('palette', args=[workspace_id])}#pair-{code}")


def _saved(request: AdminRequest, was: Pair, now: Pair) -> HttpResponse:
    """Lead to the palette, or to the calendars that still have the pair's earlier background."""
    number, told = request.workspace.workspace_id, _("Saved “%s”. Calendars keep their colours.")
    query = None
    if (was.background, was.foreground) != (now.background, now.foreground):
        query = palette_apply.left_over(request, was)
    if query is None:
        messages.success(request, told % now.name)
        return redirect("palette", number)
    told = _("Saved “%s”. These calendars still have its earlier background.")
    messages.success(request, told % now.name)
    return redirect(f"{reverse('palette-apply', args=[number, now.code])}?{query}")


def _list(request: AdminRequest, form: PairForm) -> HttpResponse:
    context = _form_context(form) | {
        "nav": "palette",
        "rows": palette_rows.flat_rows(request),
        "is_shipped": palette.is_shipped(request.workspace),
        "most": palette.MOST,
    }
    return render(request, "palette/index.html", context)


def _form_context(form: PairForm) -> dict[str, Any]:
    """Return what the form's sample shows: the colours as typed, where they are colours."""
    background = colours.parse(form["background_color"].value())
    foreground = colours.parse(form["foreground_color"].value())
    ratio = colours.contrast(background, foreground)
    return {
        "form": form,
        "background": background,
        "foreground": foreground,
        "ratio": colours.ratio_text(ratio),
        "readable": ratio is not None and ratio >= colours.READABLE,
    }


def _proposed(request: AdminRequest) -> Look:
    """Return what the address fills into the form; a colour that is none stays out."""
    asked = request.GET
    return Look(
        asked.get("name", "")[:60],
        colours.parse(asked.get("background")) or _BLANK.background,
        colours.parse(asked.get("text")) or _BLANK.foreground,
    )


def _refilled(request: AdminRequest) -> PairForm:
    """Return the form as typed, with what the button beside its fields stands for."""
    form = PairForm()
    form.initial = filling.filled(request)
    return form
