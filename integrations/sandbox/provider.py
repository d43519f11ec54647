"""The calendar provider: its consent page, and what happens when a button on it is pressed."""

from html import escape
from urllib.parse import urlencode

from integrations.sandbox import consents
from integrations.sandbox.context import Context
from integrations.sandbox.dialects import redirect
from integrations.sandbox.messages import Request, Response
from integrations.sandbox.pages import hidden, message, page
from integrations.sandbox.permissions import PERMISSIONS, PROVIDER_NAMES
from integrations.sandbox.world import Consent, Identity, World

USED = (
    "This request was answered already",
    "Or it was never made. Nothing was changed. Go back to the application and start again.",
)


def ask(context: Context, request: Request) -> Response:
    """GET /{provider}/authorize: who are you, and what do you allow?"""
    try:
        consent = consents.unanswered(context.world, (request.query.get("state") or [""])[0])
    except consents.UnknownStateError:
        return message(400, *USED)
    provider = PROVIDER_NAMES[consent.provider]
    return page(
        200,
        f"Sign in to {provider}",
        form(context.world, consent),
        lead="Toggl Focus (sandbox) wants to use one of your calendar accounts.",
    )


def form(world: World, consent: Consent) -> str:
    """The two questions and the two buttons."""
    permissions = "".join(
        f'<label class="choice"><input type="checkbox" name="permission" value="{p.slug}" checked>'
        f"<span>{escape(p.label)}<small>{escape(p.scope)}</small></span></label>"
        for p in PERMISSIONS[consent.provider]
        if p.slug in consent.permissions
    )
    return (
        f'<form method="post" action="/consent" class="card">{hidden("state", consent.state)}'
        f"<fieldset><legend>Choose an account</legend>{identities(world, consent)}</fieldset>"
        f"<fieldset><legend>Toggl Focus may</legend>{permissions}</fieldset>"
        '<p class="buttons"><button name="decision" value="allow" class="primary">Allow</button>'
        '<button name="decision" value="refuse">Refuse</button></p></form>'
    )


def identities(world: World, consent: Consent) -> str:
    """Radio buttons: the account that the trip is for is chosen, else the first stranger."""
    connected = [
        (a["email"], a["calendar_integration_id"])
        for a in world.person(consent.person).accounts
        if a["provider"] == consent.provider
    ]
    taken = {email for p in world.people for email in (a["email"] for a in p.accounts)}
    mine = {email for email, _ in connected}
    offered = [i for i in world.identities if i.provider == consent.provider]
    shown = [i for i in offered if i.email in mine or i.email not in taken]
    shown.sort(key=lambda i: i.email in mine)
    own = next((e for e, number in connected if number == consent.integration_id), None)
    chosen = own or shown[0].email
    return "".join(radio(i, mine=i.email in mine, chosen=i.email == chosen) for i in shown)


def radio(identity: Identity, *, mine: bool, chosen: bool) -> str:
    """One identity."""
    note = "connected already" if mine else "not connected yet"
    checked = " checked" if chosen else ""
    return (
        f'<label class="choice"><input type="radio" name="identity" required{checked}'
        f' value="{escape(identity.email)}"><span>{escape(identity.email)}'
        f"<small>{note}</small></span></label>"
    )


def answered(context: Context, request: Request) -> Response:
    """POST /consent: note the answer, and send the browser to Focus' callback."""
    fields, world = request.form(), context.world
    with world.lock:
        try:
            consent = consents.unanswered(world, (fields.get("state") or [""])[0])
        except consents.UnknownStateError:
            return message(400, *USED)
        if (fields.get("decision") or [""])[0] != "allow":
            consents.answer(consent, None, [])
            back = {"state": consent.state, "error": "access_denied"}
        else:
            email = (fields.get("identity") or [""])[0]
            if email not in {i.email for i in world.identities if i.provider == consent.provider}:
                text = "Go back and choose the account that Toggl Focus may use."
                return message(400, "No such account", text)
            consents.answer(consent, email, fields.get("permission", []))
            back = {"state": consent.state, "code": consent.code or ""}
        context.save()
    return redirect(f"{context.addresses.callback}?{urlencode(back)}")
