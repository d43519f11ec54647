"""Mapping rules and hidden events: observed, not in the reference, and by switch not there."""

from integrations.sandbox import dialects
from integrations.sandbox.bodies import object_body, whole_number
from integrations.sandbox.calls import Call
from integrations.sandbox.messages import Response, encode
from integrations.sandbox.problems import JSON_TYPE, ProblemError, invalid, missing
from integrations.sandbox.world import Json

MOST_HIDDEN = 500
MOST_LETTERS = 1_000
TARGETS = ("project_id", "task_id")


def list_mappings(call: Call) -> Response:
    """GET …/mappings."""
    return dialects.listing(call.switches, [shown(rule) for rule in rules(call)])


def get_mapping(call: Call) -> Response:
    """GET …/mappings/{mapping_id}."""
    return dialects.plain(shown(named(call)))


def create_mapping(call: Call) -> Response:
    """POST …/mappings: a new rule, or the one with this title written over."""
    sent = rule_body(call.body)
    now = call.world.clock.stamp()
    there = titled(call, sent["title"])
    if there is None:
        there = {"id": call.world.new_id(), **sent, "created_at": now, "updated_at": now}
        there["workspace_id"] = call.ids["workspace_id"]
        call.person.rules.append(there)
    else:
        there.update({**sent, "updated_at": now})
    return Response(201, encode(shown(there)), (JSON_TYPE,))


def replace_mapping(call: Call) -> Response:
    """PUT …/mappings/{mapping_id}: what is left out is gone."""
    rule = named(call)
    sent = rule_body(call.body)
    there = titled(call, sent["title"])
    if there not in (None, rule):
        text = "Another mapping has this title"
        raise ProblemError(409, "mapping_title_taken", text, {"title": sent["title"]})
    kept = {name: rule[name] for name in ("id", "created_at", "workspace_id")}
    rule.clear()
    rule.update({**kept, **sent, "updated_at": call.world.clock.stamp()})
    return dialects.plain(shown(rule))


def delete_mapping(call: Call) -> Response:
    """DELETE …/mappings/{mapping_id}."""
    call.person.rules.remove(named(call))
    return Response(204)


def hide_events(call: Call) -> Response:
    """PUT …/calendars/{calendar_id}/settings: these events are hidden, and no others."""
    offered(call, "Address")
    calendar = call.calendar
    uids = object_body(call.body).get("ical_uids")
    if not isinstance(uids, list) or not all(isinstance(uid, str) and uid for uid in uids):
        raise invalid("ical_uids", "a list of texts")
    if len(uids) > MOST_HIDDEN:
        raise invalid("ical_uids", f"a list of at most {MOST_HIDDEN} texts")
    call.world.hidden[calendar["calendar_id"]] = uids
    if "ical_uids" in calendar:  # a test has made the service show it
        calendar["ical_uids"] = uids
    return Response(204)


def offered(call: Call, thing: str) -> None:
    """Raise ProblemError 404 where the service has none of this."""
    if not call.switches.offers_rules:
        raise missing(thing)


def rules(call: Call) -> list[Json]:
    """The person's rules for the workspace; raises ProblemError 404 where there are none at all."""
    offered(call, "Address")
    return [r for r in call.person.rules if r["workspace_id"] == call.ids["workspace_id"]]


def named(call: Call) -> Json:
    """The rule that the path names; raises ProblemError 404."""
    for rule in rules(call):
        if rule["id"] == call.ids["mapping_id"]:
            return rule
    raise missing("Mapping")


def titled(call: Call, title: str) -> Json | None:
    """The rule that has this title, however it is spelt."""
    loose = call.switches.loose_titles
    wished = normalised(title, loose=loose)
    found = (r for r in rules(call) if normalised(r["title"], loose=loose) == wished)
    return next(found, None)


def normalised(title: str, *, loose: bool) -> str:
    """A title as titles are compared."""
    folded = title.strip().casefold()
    return "".join(sign for sign in folded if sign.isalnum()) if loose else folded


def rule_body(body: bytes) -> Json:
    """The rule of a POST or PUT, what is not known of it too; raises ProblemError 400."""
    sent = object_body(body)
    title = sent.get("title")
    if not isinstance(title, str) or not title.strip() or len(title) > MOST_LETTERS:
        raise invalid("title", f"a text of 1 to {MOST_LETTERS} letters")
    for name in TARGETS:
        value = sent.get(name)
        sent[name] = None if value is None else whole_number(name, value)
    if not any(sent[name] for name in TARGETS):
        raise invalid("project_id", "given, or task_id")
    own = ("id", "created_at", "updated_at", "workspace_id")
    return {name: value for name, value in sent.items() if name not in own}


def shown(rule: Json) -> Json:
    """A rule as the service shows it."""
    return {name: value for name, value in rule.items() if name != "workspace_id"}
