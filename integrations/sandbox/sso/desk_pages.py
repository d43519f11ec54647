"""How the desk's pages look: the sign-in, and the control page."""

from html import escape

from integrations.sandbox.control_page import button, field, form, section
from integrations.sandbox.messages import Response
from integrations.sandbox.pages import hidden, page
from integrations.sandbox.sso.people import EVERYBODY, GROUPS, Session, Somebody

ABSENT = "No groups claim at all: several proxies send none"
CONTROL = '<p><a href="/">Sessions and signing key</a></p>'


def sign_in(back: str, *, signed_out: bool) -> Response:
    """Who are you, and what are your groups?"""
    people = "".join(
        choice("person", who.subject, who.name, usual(who), checked=not at)
        for at, who in enumerate(EVERYBODY)
    )
    other = (
        field("subject", "Subject", "text", "demo-guest", ' autocomplete="off"')
        + field("name", "Name", "text", "Guest", ' autocomplete="off"')
        + field("email", "E-mail", "text", "guest@example.com", ' autocomplete="off"')
    )
    main = (
        f'<form method="post" action="/login" class="card">{hidden("back", back)}'
        f"<fieldset><legend>Who are you?</legend>{people}"
        f"{choice('person', '', 'Somebody else', 'with this subject, name and e-mail')}"
        f'<div class="fields">{other}</div></fieldset>'
        "<fieldset><legend>What shall the assertion say of your groups?</legend>"
        f"{choice('claim', 'usual', 'The usual ones', checked=True)}{claims()}</fieldset>"
        f"{button('Sign in', primary=True)}</form>{CONTROL}"
    )
    lead = "You are signed out. " if signed_out else ""
    return page(200, "Company sign-in", main, lead=f"{lead}Pick who the proxy says you are.")


def control(app: str, sessions: list[Session], kid: str) -> Response:
    """What can be done to whoever is signed in, and to the key."""
    cards = "".join(map(card, sessions)) or section("Sessions", "<p>Nobody is signed in.</p>")
    key = (
        f"<p>Key {kid} signs now. The one before it stays published, and so is the next one.</p>"
        + form("/rotate", button("Rotate the key"))
    )
    lead = f"The proxy stands before the application at {app}."
    links = (
        f'<p><a href="{app}/">To the application</a></p>'
        '<p><a href="/login">Sign in as somebody else</a></p>'
    )
    return page(200, "Sign-on", cards + section("Signing key", key) + links, lead=lead)


def card(session: Session) -> str:
    """One session: its groups, and its end."""
    who, about = session.who, hidden("session", str(session.number))
    boxes = f"<fieldset><legend>Groups from the next request on</legend>{claims(who)}</fieldset>"
    end = "Expire this session now"
    known_as = escape(", ".join(filter(None, (who.email, who.subject))))
    return section(
        f"{escape(who.name or who.subject)} <small>{known_as}</small>",
        f'<form method="post" action="/groups">{about}{boxes}{button("Set groups")}</form>'
        + form("/expire", about + button(end)),
    )


def claims(who: Somebody | None = None) -> str:
    """The choice of groups, as they are for somebody who is signed in."""
    groups = who.groups if who else ()
    boxes = "".join(
        choice("group", name, name, checked=name in (groups or ()), kind="checkbox")
        for name in GROUPS
    )
    return (
        choice(
            "claim",
            "list",
            "These",
            "none ticked: an empty list",
            checked=bool(who and groups is not None),
        )
        + f'<div class="inner">{boxes}</div>'
        + choice("claim", "absent", ABSENT, checked=groups is None)
    )


def choice(
    name: str, value: str, text: str, note: str = "", *, checked: bool = False, kind: str = "radio"
) -> str:
    """One radio button or check box."""
    small = f"<small>{escape(note)}</small>" if note else ""
    return (
        f'<label class="choice"><input type="{kind}" name="{name}" value="{escape(value)}"'
        f"{' checked' if checked else ''}><span>{escape(text)}{small}</span></label>"
    )


def usual(who: Somebody) -> str:
    """What is to know about somebody before one picks them."""
    return f"{who.email}, {', '.join(who.groups or ()) or 'in no group'}"
