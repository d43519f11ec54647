"""What a request must pass before anything is done for it: key, quota, membership."""

import base64
import binascii
import hmac
import math

from integrations.sandbox.problems import ProblemError
from integrations.sandbox.switches import Switches
from integrations.sandbox.world import Person, Window, World

CHALLENGE = (("WWW-Authenticate", 'Basic realm="Focus", Bearer'),)


def bearer(authorization: str) -> str | None:
    """The key of an Authorization header, if it carries one."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def authenticate(world: World, authorization: str) -> Person:
    """Whose request this is; raises ProblemError 401."""
    key = bearer(authorization)
    if key is not None:
        found = [p for p in world.people if same(p.key, key)]
    else:
        email, password = login(authorization)
        found = [p for p in world.people if same(p.email, email) and same(p.password, password)]
    if not found:
        text = "The key or the login is missing or wrong"
        raise ProblemError(401, "unauthorized", text, headers=CHALLENGE)
    return found[0]


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogateescape"))


def login(authorization: str) -> tuple[str, str]:
    """E-mail and password of a Basic header; empty when it is none."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    email, _, password = decoded.partition(":")
    return email, password


def organization_of(world: World, person: Person, scope: dict[str, int]) -> int:
    """The organization that a request is about; raises ProblemError 403 when it is not theirs."""
    workspace = scope.get("workspace_id", person.workspaces[0])
    organization = world.workspaces.get(workspace)
    named = scope.get("organization_id", organization)
    if organization is None or workspace not in person.workspaces or named != organization:
        raise ProblemError(403, "forbidden", "You do not belong to this workspace", dict(scope))
    return organization


def left(world: World, window: Window, switches: Switches) -> tuple[int, int]:
    """Requests left, and seconds until there are more."""
    seconds = max(0, math.ceil(window.resets_at - world.clock.seconds()))
    return max(0, switches.quota - window.used), seconds


def spend(world: World, window: Window, switches: Switches) -> None:
    """Count one request; raises ProblemError 402 when none is left."""
    remaining, seconds = left(world, window, switches)
    if remaining == 0:
        raise used_up(seconds)
    window.used += 1


def used_up(seconds: int) -> ProblemError:
    """The 402 of an hour that is spent."""
    text = f"The hourly quota of requests is used up; it resets in {seconds} seconds"
    return ProblemError(402, "quota_exceeded", text, {"resets_in": seconds})


def quota_headers(remaining: int, seconds: int) -> tuple[tuple[str, str], ...]:
    """What the service tells about the quota with every answer."""
    return (
        ("X-Toggl-Quota-Remaining", str(remaining)),
        ("X-Toggl-Quota-Resets-In", str(seconds)),
    )
