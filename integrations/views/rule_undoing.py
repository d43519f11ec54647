"""The page that takes a change of a mapping rule back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Change
from integrations.services import changes, keys, rule_books, rule_undoing, team
from integrations.services.changes import BusyError, ConflictError, GoneError, NotTakenError
from integrations.services.rule_undoing import Obstacle
from integrations.services.rules import Hand
from integrations.views import rule_rows
from integrations.views.looking import look_rules
from integrations.views.undoing import Offer


def offer(request: AdminRequest, change: Change) -> Offer:
    """Return what to say of taking a change of a rule back; Focus is asked nothing."""
    visible = {source.key_id for source in request.sources}
    found: Obstacle | None = rule_undoing.obstacle(change)
    if found is None and change.key not in visible:
        found = Obstacle.KEY
    elif found is None and team.rank(request.source.key, request.user) == team.OTHER:
        found = Obstacle.OTHERS
    if found is None:
        found = rule_undoing.of(change, rule_books.of(request.source)).obstacle
    tried = Change.objects.filter(undoes=change.pk).order_by("-created_at").first()
    done = tried if found == Obstacle.UNDONE else None
    return Offer(
        is_due=found != Obstacle.NOT_DONE,
        obstacle=str(found.label) if found else "",
        calendar=None,
        undone_by=done,
        failed=tried if done is None and found is None else None,
        moved=[],
        route="rule-undo",
        key=request.source.key,
    )


@access.requires(Role.MANAGER)
def undo(request: AdminRequest, workspace_id: int, pk: str) -> HttpResponse:
    """GET: what taking a change of a rule back comes to; POST: do it."""
    changes.release_lost()
    change = access.change(request, workspace_id, pk)
    offered = offer(request, change)
    if change.action not in Change.OF_RULES or offered.obstacle:
        messages.info(request, offered.obstacle or _("This is undone on its own page."))
        return redirect("change", workspace_id, pk)
    if not access.may_act(request, request.source.key):
        raise access.NotTheirsError(request.source.key)
    book = rule_books.of(request.source)
    seen = look_rules(request, book) if request.method == "GET" else None
    due = rule_undoing.of(change, book)
    if due.obstacle is not None:  # the look has shown it
        messages.info(request, due.obstacle.label)
        return redirect("change", workspace_id, pk)
    if request.method == "POST":
        return _write(request, due)
    context = {
        "nav": "rules",
        "seen": seen,
        "change": change,
        "title": rule_rows.short(change.rule_title),
        "is_new": due.now is None,
        "is_last": due.then is None,
        "now": rule_rows.told_values(request, due.now.values if due.now else {}),
        "then": rule_rows.told_values(request, due.then.values if due.then else {}),
    }
    return render(request, "rules/undo.html", context)


def _write(request: AdminRequest, due: rule_undoing.Undo) -> HttpResponse:
    here = [request.workspace.workspace_id, due.change.pk]
    try:
        with keys.opened(request.source) as client:
            hand = Hand(request.source, client, access.actor(request), due.change.pk)
            done = rule_undoing.undo(hand, due)
    except BusyError:
        messages.warning(request, rule_rows.BUSY)
        return redirect("rule-undo", *here)
    except ConflictError:
        messages.warning(request, Obstacle.MOVED.label)
        return redirect("change", *here)
    except GoneError:
        messages.warning(request, Obstacle.GONE.label)
        return redirect("change", *here)
    except NotTakenError as error:
        messages.warning(request, rule_rows.refusal(error)[0])
        return redirect("change", *here)
    messages.success(request, _("It is undone."))
    return redirect("change", here[0], done.pk)
