"""Mapping rules: the list, one rule, and the box that says which rule would catch a title."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.rules import MAX_TITLE, RuleFilter, RuleForm, read_shown
from integrations.models import Change, Rule, RuleBook
from integrations.services import keys, rule_books, rules
from integrations.services.changes import BusyError, ConflictError, GoneError, NotTakenError
from integrations.services.rule_titles import folded
from integrations.services.rules import Hand, TakenError, Wish
from integrations.views import history, listing, looking_up, picking, rule_rows
from integrations.views.looking import look_rules, tell_resting

SORTS = {"title": ("folded", "pk"), "changed": ("updated_at", "pk")}


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: every rule of the nearest key; search, and a title to try, in the URL."""
    book = access.rule_book(request, workspace_id)
    seen = look_rules(request, book)
    form = RuleFilter(request.GET)
    found = Rule.objects.filter(book=book)
    words = listing.chosen(form).get("q")
    if words:
        found = found.filter(folded__contains=folded(words))
    page = listing.page(request, found.values(*rule_rows.FIELDS), SORTS, default="title")
    chips = listing.chips(request, form)
    context = {
        "nav": "rules",
        "seen": seen,
        "book": book,
        "is_possible": rule_books.is_possible(request.workspace),
        "is_offered": rule_books.is_offered(book),
        "filter": form,
        "chips": chips,
        "page": page,
        "rows": (rows := rule_rows.flat_rows(request, page)),
        "names_offer": looking_up.offer(request, rows),
        "sorts": listing.sort_links(request, SORTS, default="title"),
        "query": listing.query(request, without="page"),
        "total": Rule.objects.filter(book=book).count() if chips else page.paginator.count,
        "trying": _tried(request, book),
    }
    return listing.render_list(request, "rules/index.html", context)


@access.requires(Role.VIEWER)
@require_POST
def check(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: ask Focus for the rules now; not more often than every ten seconds."""
    book = access.rule_book(request, workspace_id)
    if not rule_books.press(book):
        tell_resting(request, [book])
    else:
        rule_books.look(book, by=access.actor(request), force=True)
        if not book.last_error:
            messages.success(request, _("Checked with Focus just now."))
    return redirect(listing.safe_next(request, reverse("rules", args=[workspace_id])))


@access.requires(Role.MANAGER)
def new(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: an empty form; POST: make the rule, unless there is one with its title."""
    book = access.rule_book(request, workspace_id)
    if not rule_books.is_possible(request.workspace):
        return redirect("rules", workspace_id)
    title = request.GET.get("title", "")
    form = RuleForm(request.POST or None)
    if not form.is_bound:
        form.initial["title"] = title
    elif picking.is_asked(request):
        return _page(request, _picked(request), None)
    if not form.is_valid():
        return _page(request, form, None)
    try:
        with keys.opened(book.source) as client:
            change = rules.add(_hand(request, book, client), form.wish)
    except TakenError as error:
        return _taken(request, form, None, error)
    except (ConflictError, BusyError, GoneError, NotTakenError, focus.FocusError) as error:
        return _refused(request, form, None, error)
    if change.error == rules.OVERWROTE:
        told = _("Focus took the title for that of “%(title)s” and wrote over that rule.")
        messages.warning(request, told % {"title": change.found["title"]})
        return redirect("change", workspace_id, change.pk)
    _say_done(request, _("Added the rule “%s”."), change)
    return redirect("rules", workspace_id)


@access.requires(Role.VIEWER, post=Role.MANAGER)
def show(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """GET: a rule's form; POST: save what was touched."""
    rule = access.rule(request, workspace_id, pk)
    seen = None
    if request.method == "GET":  # a save reads by itself
        seen = look_rules(request, rule.book)
        fresh = Rule.objects.select_related("book__source__key").filter(pk=pk).first()
        if fresh is None:
            return _gone(request, rule)
        rule = fresh
    form = RuleForm(request.POST or None, rule=Wish.of(rule))
    if form.is_bound and picking.is_asked(request):
        return _page(request, _picked(request), rule)
    if not form.is_valid():
        return _page(request, form, rule, seen=seen)
    shown, wish = form.cleaned_data["shown"], form.wish
    if shown is None:
        form.add_error(None, _("This form was damaged on its way. Load the page again."))
        return _page(request, form, rule, status=409)
    if shown == wish:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
        return redirect("rules", workspace_id)
    try:
        with keys.opened(rule.book.source) as client:
            change = rules.edit(_hand(request, rule.book, client), rule, shown, wish)
    except TakenError as error:
        return _taken(request, form, rule, error)
    except GoneError:
        return _gone(request, rule)
    except (ConflictError, BusyError, NotTakenError, focus.FocusError) as error:
        return _refused(request, form, rule, error)
    _say_done(request, _("Saved the rule “%s”."), change)
    return redirect("rules", workspace_id)


@access.requires(Role.MANAGER)
@require_POST
def delete(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """POST: delete a rule, if it still says what the page showed; the answer offers to undo it."""
    rule = access.rule(request, workspace_id, pk)
    shown = read_shown(request.POST.get("shown", "")) or Wish.of(rule)
    try:
        with keys.opened(rule.book.source) as client:
            change = rules.delete(_hand(request, rule.book, client), rule, shown)
    except GoneError:
        return _gone(request, rule)
    except ConflictError:
        told = _("Somebody has changed this rule since, so it was not deleted. It now says this.")
        messages.warning(request, told)
        return redirect("rule", workspace_id, pk)
    except BusyError:
        messages.warning(request, rule_rows.BUSY)
        return redirect("rule", workspace_id, pk)
    _say_done(request, _("Deleted the rule “%s”."), change)
    return redirect("rules", workspace_id)


def _hand(request: AdminRequest, book: RuleBook, client: focus.FocusClient) -> Hand:
    return Hand(book.source, client, access.actor(request))


def _picked(request: AdminRequest) -> RuleForm:
    """Return the form as it was typed, with what was found; nothing of it is judged yet."""
    form = RuleForm()
    form.initial.update(picking.filled(request))
    picking.focus(request, form)
    return form


def _say_done(request: AdminRequest, told: str, change: Change) -> None:
    """Say what was done, with the way to undo it."""
    address = reverse("rule-undo", args=[request.workspace.workspace_id, change.pk])
    words = told % rule_rows.short(change.after.get("title") or change.rule_title)
    messages.success(request, format_html('{} <a href="{}">{}</a>', words, address, _("Undo…")))


def _gone(request: AdminRequest, rule: Rule) -> HttpResponse:
    told = _("The rule “%s” is no longer there.") % rule_rows.short(str(rule))
    messages.warning(request, told)
    return redirect("rules", request.workspace.workspace_id)


def _taken(
    request: AdminRequest, form: RuleForm, rule: Rule | None, error: TakenError
) -> HttpResponse:
    """Say that a title is another rule's, and lead there."""
    if error.rule is None:
        told = _("Focus says that another rule has this title, in a spelling that we do not see.")
    else:
        told = _("There is a rule with this title already. Nothing was written.")
    form.add_error("title", told)
    return _page(request, form, rule, there=error.rule, status=409)


def _refused(
    request: AdminRequest, form: RuleForm, rule: Rule | None, error: Exception
) -> HttpResponse:
    if isinstance(error, ConflictError):
        # What was typed stays; what the page showed is what Focus has now.
        typed = {**request.POST.dict(), "shown": json.dumps(dict(error.fresh))}
        form = RuleForm(typed)
        form.full_clean()
    told, status = rule_rows.refusal(error)
    form.add_error(None, told)
    return _page(request, form, rule, error=error, status=status)


def _page(
    request: AdminRequest,
    form: RuleForm,
    rule: Rule | None,
    *,
    seen: Any = None,
    there: Rule | None = None,
    error: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form; ``there``: the rule that has the title already."""
    context = {
        "nav": "rules",
        "seen": seen,
        "form": form,
        "pickers": picking.pickers(request, request.source, form),
        "rule": rule,
        "there": rule_rows.told(request, there) if there else None,
        "theirs": rule_rows.told_values(request, error.fresh)
        if isinstance(error, ConflictError) and error.fresh
        else None,
        "trace_id": getattr(error, "trace_id", ""),
        "shown": json.dumps(Wish.of(rule).values) if rule else "",
        "history": history.of_rule(rule, request.source.key, request.user) if rule else [],
        "history_url": history.address_of_rule(request.workspace, rule) if rule else "",
    }
    return render(request, "rules/edit.html", context, status=status)


def _tried(request: AdminRequest, book: RuleBook) -> dict[str, Any]:
    """Return the title that is tried, the rule that has it, and those that are a part of it."""
    title = request.GET.get("title", "").replace("\x00", "").strip()[:MAX_TITLE]
    found = rule_books.titled(book, title) if title else None
    return {
        "title": title,
        "rule": rule_rows.told(request, found) if found else None,
        "near": rule_rows.told_all(request, rule_books.near(book, title)) if title else [],
    }
