"""Choosing a workspace, and for managers the list of them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from focusadmin.parsers import WorkspaceConfig
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.workspaces import RenameForm, WorkspaceForm
from integrations.models import Workspace
from integrations.services import credentials, keys, setting_up, workspaces
from integrations.views.failures import failure


@access.requires(Role.VIEWER)
def home(request: AdminRequest) -> HttpResponse:
    """GET /: the workspace that was open last, the only one, or the choice of several."""
    if not setting_up.is_ready(request.user, request.role):
        return redirect("setup")
    last = access.last_workspace(request)
    return redirect("overview", last.workspace_id) if last else redirect("workspaces")


@access.requires(Role.VIEWER)
def index(request: AdminRequest) -> HttpResponse:
    """GET /workspaces/: choose; skipped when there is one."""
    found = list(workspaces.visible())
    if not found:
        return redirect("setup")
    if len(found) == 1:
        return redirect("overview", found[0].workspace_id)
    return render(request, "workspaces/index.html", {"workspaces": found, "nav": "workspaces"})


@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET /w/<workspace>/: its first page."""
    access.workspace(request, workspace_id)
    return redirect("overview", workspace_id)


@access.requires(Role.MANAGER)
def manage(request: AdminRequest) -> HttpResponse:
    """GET: every workspace that people may open; POST: add one."""
    form = WorkspaceForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _may_add(request, form):
        return redirect("workspaces-manage")
    context = {"nav": "manage", "form": form, "workspaces": workspaces.visible()}
    return render(request, "workspaces/manage.html", context)


@access.requires(Role.MANAGER)
def edit(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what it is called; POST: rename it."""
    workspace = get_object_or_404(workspaces.visible(), workspace_id=workspace_id)
    if workspace.from_environment:
        return _not_managed(request, workspace)
    form = RenameForm(request.POST if request.method == "POST" else None, workspace=workspace)
    if form.is_valid():
        label, shown = form.cleaned_data["label"], form.cleaned_data["shown"]
        try:
            workspaces.rename(workspace, label, shown=shown, by=access.actor(request))
        except workspaces.NotManagedError as error:
            return _not_managed(request, error.workspace)
        except workspaces.RenamedError as error:
            form = form.again(error.workspace)
        else:
            messages.success(request, _("It is called %s now.") % label)
            return redirect("workspaces-manage")
    context = {"nav": "manage", "form": form, "named": workspace}
    return render(request, "workspaces/edit.html", context)


@access.requires(Role.MANAGER)
def remove(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what nobody sees any more then; POST: remove it from the list."""
    workspace = get_object_or_404(workspaces.visible(), workspace_id=workspace_id)
    if workspace.from_environment:
        return _not_managed(request, workspace)
    if request.method == "POST":
        try:
            workspaces.remove(workspace, by=access.actor(request))
        except workspaces.NotManagedError as error:
            return _not_managed(request, error.workspace)
        messages.success(request, _("%s is off the list. The record is kept.") % workspace)
        return redirect("workspaces-manage")
    seen = keys.visible_to(request.user, request.role)
    context = {
        "nav": "manage",
        "named": workspace,
        "hidden": workspaces.hidden(workspace, seen),
    }
    return render(request, "workspaces/remove.html", context)


def _may_add(request: AdminRequest, form: WorkspaceForm) -> bool:
    """Add what the form names after one look at Focus; where not, the form says why."""
    entry = form.entry
    there = workspaces.visible().filter(workspace_id=entry.workspace_id).first()
    if there is not None:
        form.add_error("where", _already(there))
        return False
    checked = None if form.cleaned_data["anyway"] else _check(entry)
    if checked is not None and checked.refused:
        form.ask_again(checked.sentence)
        return False
    try:
        added = workspaces.add(entry, by=access.actor(request))
    except workspaces.AlreadyThereError as error:
        form.add_error("where", _already(error.workspace))
        return False
    say = messages.success if checked is not None and checked.good else messages.warning
    sentence = checked.sentence if checked else _("Whether any key can read it was not checked.")
    listed = _("%s is on the list.") % added
    say(request, f"{listed} {sentence}")
    return True


@dataclass(frozen=True)
class _Checked:
    """What one question to Focus showed."""

    sentence: str
    good: bool = False
    refused: bool = False


def _check(entry: WorkspaceConfig) -> _Checked:
    """Ask Focus whether the shared key can read a workspace."""
    try:
        number = workspaces.look(entry)
    except credentials.MissingKeyError:
        return _Checked(_("There is no shared key yet, so nothing could be checked."))
    except focus.CredentialsError:
        return _Checked(_("Focus refuses the shared key, so nothing could be checked."))
    except focus.RejectedError:
        sentence = _(
            "Focus does not let the shared key read workspace %s. Check its numbers, or tick “Add"
            " it all the same”."
        )
        return _Checked(sentence % entry.workspace_id, refused=True)
    except focus.FocusError as error:
        told = failure(error)
        return _Checked(_("It could not be checked: %s.") % told.title)
    sentence = ngettext(
        "The shared key can read it and sees %(number)s account.",
        "The shared key can read it and sees %(number)s accounts.",
        number,
    )
    return _Checked(sentence % {"number": number}, good=True)


def _already(workspace: Workspace) -> str:
    values = {"number": workspace.workspace_id, "label": workspace.label}
    return _("Workspace %(number)s is on the list already, as “%(label)s”.") % values


def _not_managed(request: AdminRequest, workspace: Workspace) -> HttpResponse:
    """Say why a workspace is not renamed or removed here."""
    if workspace.from_environment:
        sentence = _(
            "%s comes from the configuration (FOCUS_WORKSPACES): whoever runs Focusadmin changes"
            " it there."
        )
    else:
        sentence = _("%s is not on the list any more.")
    messages.warning(request, sentence % workspace)
    return redirect("workspaces-manage")
