"""One's own key, who used it, and what is stored about oneself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.keys import ChoicesForm, KeyForm, WhoseForm
from integrations.models import (
    Account,
    Change,
    ConnectAttempt,
    FirstColours,
    Key,
    KeyUse,
    Name,
    PaletteEntry,
    Recolouring,
    Rule,
    Snapshot,
)
from integrations.services import (
    changes,
    key_checks,
    keys,
    people,
    people_keys,
    proving,
    record,
    standing,
)
from integrations.services.key_checks import TooManyChecksError
from integrations.services.people_keys import KeyEntryError
from integrations.views import history, own_key

#: Days and changes listed.
LENGTH = 100


@access.requires(Role.VIEWER)
def show(request: AdminRequest) -> HttpResponse:
    """GET /me/: one's key, its state, and every use of it by others."""
    [holder] = standing.people(request.user, pk=request.user.pk)
    context: dict[str, Any] = {
        "key": holder.key,
        "holder": holder,
        "is_local": request.user.has_usable_password(),
        "nav": "me",
    }
    if holder.key is not None:
        context |= _uses(request, holder.key) | {
            "state": own_key.state(holder.key, holder.key_state),
            "is_shared_one": people_keys.is_shared_one(holder.key),
        }
    return render(request, "me/show.html", context)


@access.requires(Role.VIEWER)
@sensitive_post_parameters()
def key(request: AdminRequest) -> HttpResponse:
    """GET or POST /me/key/: enter one's key, for the first time or in place of the last."""
    own = people_keys.of(request.user)
    form = KeyForm(request.POST or None, key=own)
    if request.method == "POST" and form.is_valid():
        try:
            people_keys.put(request.user, form.pasted, form.choices)
        except (focus.FocusError, KeyEntryError, TooManyChecksError) as error:
            form.add_error(None, own_key.refusal(error))
        else:
            messages.success(request, _("Focus accepts your key. It is stored, encrypted."))
            return redirect("me")
    return render(request, "me/key.html", {"form": form, "key": own})


@access.requires(Role.VIEWER)
def choices(request: AdminRequest) -> HttpResponse:
    """GET or POST /me/choices/: who may use one's key, and until when."""
    own = people_keys.of(request.user)
    if own is None:
        return redirect("me")
    form = ChoicesForm(request.POST or None, key=own)
    if request.method == "POST" and form.is_valid():
        people_keys.choose(request.user, form.choices)
        messages.success(request, _("Your choices are saved. They hold from now on."))
        return redirect("me")
    return render(request, "me/choices.html", {"form": form, "key": own})


@access.requires(Role.VIEWER)
def remove(request: AdminRequest) -> HttpResponse:
    """GET or POST /me/remove/: what goes with one's key, and removing it."""
    own = people_keys.of(request.user)
    if own is None:
        return redirect("me")
    if request.method == "POST":
        return _remove(request)
    return render(request, "me/remove.html", {"key": own, "loss": people.loss(request.user)})


@access.requires(Role.VIEWER)
def whose(request: AdminRequest) -> HttpResponse:
    """GET or POST /me/whose/: is the new key another person's?"""
    own = people_keys.of(request.user)
    return _whose(request, own) if own is not None else redirect("me")


@access.requires(Role.MANAGER)
def shared(request: AdminRequest) -> HttpResponse:
    """GET or POST /shared-key/: is the environment's new key another person's?"""
    return _whose(request, keys.shared())


@access.requires(Role.VIEWER)
def stored(request: AdminRequest) -> HttpResponse:
    """GET /me/stored/: everything that is kept about oneself, and what never is."""
    own = people_keys.of(request.user)
    context = {
        "person": request.user,
        "is_local": request.user.has_usable_password(),
        "key": own,
        "loss": people.loss(request.user),
        "sources": standing.sources(own) if own else [],
        "changes_made": Change.objects.filter(record.made_by(request.user)).count(),
        "changes_through": Change.objects.filter(key=own.pk).count() if own else 0,
        "kept": Snapshot.objects.filter(key=own.pk).count() if own else 0,
        "first_colours": FirstColours.objects.filter(key=own.pk).count() if own else 0,
        "recolourings": Recolouring.objects.filter(key=own.pk).count() if own else 0,
        "pairs": PaletteEntry.objects.filter(changed_by=str(request.user)).count(),
        "named": Name.objects.filter(source__key=own).count() if own else 0,
        "rules": Rule.objects.filter(book__source__key=own).count() if own else 0,
        "reads": KeyUse.objects.filter(issuer=request.user.issuer, subject=request.user.subject),
        "attempts": ConnectAttempt.objects.filter(person=request.user).count(),
        "failed_checks": key_checks.failed(request.user),
    }
    return render(request, "me/stored.html", context)


def _whose(request: AdminRequest, doubted: Key) -> HttpResponse:
    back = "me" if doubted.owner_id else "home"
    if doubted.doubted_at is None:
        return redirect(back)
    form = WhoseForm(request.POST or None, initial={"generation": doubted.generation})
    if request.method == "POST" and form.is_valid():
        return _answer(request, doubted, form.cleaned_data) or redirect(back)
    seen = Account.objects.filter(source__key=doubted, gone_at=None).order_by("email")
    context = {
        "form": form,
        "key": doubted,
        "addresses": sorted(set(seen.values_list("email", flat=True))),
    }
    return render(request, "me/whose.html", context)


def _answer(request: AdminRequest, doubted: Key, said: dict[str, Any]) -> HttpResponse | None:
    if said["answer"] == "remove" and doubted.owner_id:
        return _remove(request)
    if said["answer"] == "same":
        proving.same_person(doubted, said["generation"])
        messages.success(request, _("The key is used again, with everything seen before."))
    elif said["answer"] == "other":
        proving.other_person(doubted, said["generation"])
        messages.success(request, _("What was seen before is forgotten. The key is used from now."))
    return None


def _remove(request: AdminRequest) -> HttpResponse:
    try:
        people_keys.remove(request.user)
    except changes.BusyError:
        messages.error(
            request,
            _("Something is being written through your key at this moment. Try again in a minute."),
        )
    else:
        messages.success(
            request,
            _(
                "Your key is removed, with all that was seen through it. In Focus it still works:"
                " make a new one there to end it."
            ),
        )
    return redirect("me")


def _uses(request: AdminRequest, own: Key) -> dict[str, Any]:
    """Return every use of a key by others, the newest first."""
    made = Change.objects.filter(key=own.pk).exclude(record.made_by(request.user))
    newest = made.order_by("-created_at")[:LENGTH]
    return {
        "changes": [(change, history.sentence(change)) for change in newest],
        "kept": Snapshot.objects.filter(key=own.pk).count() if own else 0,
        "reads": KeyUse.objects.filter(key=own).order_by("-day", "name")[:LENGTH],
    }
