"""Choosing a workspace."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.services import workspaces


@access.requires(Role.VIEWER)
def home(request: AdminRequest) -> HttpResponse:
    """GET /: the one workspace, or the choice of several."""
    return redirect("workspaces")


@access.requires(Role.VIEWER)
def index(request: AdminRequest) -> HttpResponse:
    """GET /workspaces/: choose; skipped when there is one."""
    found = list(workspaces.visible())
    if len(found) == 1:
        return redirect("accounts", found[0].workspace_id)
    return render(request, "workspaces/index.html", {"workspaces": found, "nav": "workspaces"})


@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET /w/<workspace>/: its first page."""
    access.workspace(request, workspace_id)
    return redirect("accounts", workspace_id)
