"""The control page: who is there, how the sandbox behaves, what shall fail, what was asked."""

from collections.abc import Iterable
from html import escape

from integrations.sandbox.context import Context
from integrations.sandbox.faults import ANY, KINDS, Fault
from integrations.sandbox.gates import left
from integrations.sandbox.messages import Response
from integrations.sandbox.pages import page
from integrations.sandbox.routing import OPERATIONS
from integrations.sandbox.switches import DIALECTS
from integrations.sandbox.world import Person

FLAGS = {
    "setup_conflict": "Connecting a provider twice answers 402 “already exists”",
    "refuse_return_to": "Refuse every return_to with 400",
    "quota_headers": "Tell the quota in headers",
    "null_for_empty": "Write an empty list as null",
    "nameless": "Offer no projects, tasks and clients",
    "offers_rules": "Offer mapping rules and hidden events",
    "loose_titles": "Titles of rules are the same without spaces and punctuation, too",
}
MOST_ACCOUNTS = 60


def whole(context: Context) -> Response:
    """Everything on one page."""
    parts = (people(context), switches(context), faults(context), provider(context), log(context))
    reset = form("/control/reset", button("Reset the world", primary=True))
    ends = section("Start again", "<p>The seeded world, no faults, an empty log.</p>" + reset)
    lead = f"The pretend Focus API answers at {context.addresses.api}."
    return page(200, "Control", "".join((*parts, ends)), lead=lead)


def people(context: Context) -> str:
    """Whose keys there are, and what is left of their hour."""
    rows = (person_row(context, person) for person in context.world.people)
    options = [(p.email, p.name) for p in context.world.people]
    quota = form(
        "/control/quota",
        select("person", "Person", options)
        + number("remaining", "Requests left", 3)
        + button("Set"),
    )
    heads = ("Person", "Key ends in", "Accounts", "Requests left", "Resets in")
    return section("People and their keys", table("People", heads, rows) + quota)


def person_row(context: Context, person: Person) -> tuple[str, ...]:
    """One person; the quota is that of their first workspace."""
    organization = context.world.workspaces[person.workspaces[0]]
    window = context.world.window(person.email, organization)
    remaining, seconds = left(context.world, window, context.switches)
    name = f"{person.name} <{person.email}>"
    accounts = str(len(person.accounts))
    return name, f"…{person.key[-4:]}", accounts, str(remaining), f"{seconds // 60} min"


def switches(context: Context) -> str:
    """How the sandbox behaves."""
    now = context.switches
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="{name}" value="on"'
        f"{' checked' if getattr(now, name) else ''}><span>{text}</span></label>"
        for name, text in FLAGS.items()
    )
    fields = (
        select("dialect", "Dialect", [(d, d) for d in DIALECTS], now.dialect)
        + number("latency", "Latency in seconds", now.latency, step="any")
        + number("quota", "Requests an hour", now.quota)
    )
    return section(
        "Behaviour", form("/control/switches", fields + boxes + button("Save behaviour"))
    )


def faults(context: Context) -> str:
    """What shall fail, and forms to add to it and to clear it."""
    rows = [fault_row(fault) for fault in context.faults.waiting]
    heads = ("Operation", "Kind", "Times", "Done all the same", "Options")
    waiting = table("Faults", heads, rows) if rows else "<p>Nothing is set to fail.</p>"
    performed = [("", "as the kind suggests"), ("yes", "yes"), ("no", "no")]
    add = form(
        "/control/faults",
        select("operation", "Operation", [(o, o) for o in (ANY, *OPERATIONS)])
        + select("kind", "Kind", [(k, k) for k in KINDS])
        + number("times", "Times (0: until cleared)", 1)
        + number("status", "Status (kind status)", 503)
        + number("seconds", "Seconds (kind delay)", 5, step="any")
        + field("location", "Location (kind redirect)", "url", "")
        + select("performed", "Do what was asked all the same", performed)
        + button("Add fault"),
    )
    clear = form("/control/faults/clear", button("Clear all faults"))
    return section("Faults", waiting + add + (clear if rows else ""))


def fault_row(fault: Fault) -> tuple[str, ...]:
    """One waiting failure."""
    times = "until cleared" if fault.times is None else str(fault.times)
    options = ", ".join(f"{name}={value}" for name, value in fault.options.items())
    return fault.operation, fault.kind, times, "yes" if fault.performed else "no", options


def provider(context: Context) -> str:
    """What the calendar provider can do to an account."""
    everyone = [a for p in context.world.people for a in p.accounts][:MOST_ACCOUNTS]
    choices = [(str(a["calendar_integration_id"]), account_name(a)) for a in everyone]
    change = select("account", "Account", choices) + button("Change its calendars")
    mend = select("account", "Account", choices) + button("Break or mend it")
    text = "<p>Seen at the next refresh: a new, a renamed, a recoloured, a vanished calendar.</p>"
    forms = form("/control/provider", change) + form("/control/account", mend)
    return section("At the calendar provider", text + forms)


def account_name(account: dict[str, object]) -> str:
    """An account in one line."""
    broken = f" ({account['error_status']})" if account["error_status"] else ""
    return f"{account['email']}{broken}"


def log(context: Context) -> str:
    """The last requests, newest first."""
    recent = list(context.answered)[:-41:-1]
    rows = [(s.operation, s.method, s.path, str(status)) for s, status in recent]
    heads = ("Operation", "Method", "Path", "Answer")
    shown = table("Requests", heads, rows) if rows else "<p>Nothing was asked yet.</p>"
    return section("Recent requests", shown)


def section(title: str, inner: str) -> str:
    """A card with a heading."""
    return f'<section class="card"><h2>{title}</h2>{inner}</section>'


def form(action: str, inner: str) -> str:
    """A form that changes something."""
    return f'<form method="post" action="{action}" class="fields">{inner}</form>'


def button(text: str, *, primary: bool = False) -> str:
    """The button at the end of a form."""
    return f'<p class="buttons"><button{" class=primary" if primary else ""}>{text}</button></p>'


def field(name: str, label: str, kind: str, value: object, extra: str = "") -> str:
    """One labelled input."""
    text = escape(str(value))
    return f'<label>{label}<input type="{kind}" name="{name}" value="{text}"{extra}></label>'


def number(name: str, label: str, value: float, step: str = "1") -> str:
    """One labelled number."""
    return field(name, label, "number", f"{value:g}", f' min="0" step="{step}" required')


def select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """One labelled choice."""
    inner = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(text)}</option>"
        for value, text in options
    )
    return f'<label>{label}<select name="{name}">{inner}</select></label>'


def table(caption: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table that can be scrolled sideways, by keyboard too."""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
