"""``integrations.focus.__all__`` is true, and the errors have one root."""

import inspect

from integrations import focus
from integrations.focus import (
    client,
    consent,
    credentials,
    errors,
    exchange,
    hidden,
    members,
    naming,
    quota,
    resources,
)

MODULES = (
    *(client, consent, credentials, errors, exchange, hidden, members, naming),
    *(quota, resources),
)
#: Public in their module, but not promised to anyone outside of the package.
INTERNAL = {"Exchange", "read_quota", "array_entries", "object_members", "Member"}


def test_it_exports_every_public_name_once() -> None:
    public = {
        name
        for module in MODULES
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    }
    aliases = {
        "JSON",
        "Credentials",
        "decode_account",
        "decode_calendar",
        "decode_rule",
        "MAX_HIDDEN",
    }

    assert sorted(focus.__all__) == sorted((public - INTERNAL) | aliases)
    assert all(hasattr(focus, name) for name in focus.__all__)


def test_every_error_is_in_the_family_and_in_the_drawing() -> None:
    classes = [thing for thing in vars(errors).values() if inspect.isclass(thing)]
    own = [thing for thing in classes if thing.__module__ == errors.__name__]
    family = [error for error in own if issubclass(error, errors.FocusError)]

    assert family == own
    assert all(f"* {error.__name__}" in (errors.__doc__ or "") for error in family)
    assert len({error.code for error in family}) == len(family)


def test_an_error_says_what_happened_where() -> None:
    error = errors.NotFoundError(
        "GET /integrations/calendar/7", status=404, detail="Integration not found", trace_id="ab"
    )

    assert str(error) == (
        "GET /integrations/calendar/7: NotFoundError: 404: Integration not found: trace ab"
    )
    assert str(errors.UnavailableError("GET /x")) == "GET /x: UnavailableError"
    assert (error.retryable, errors.UnavailableError.retryable) == (False, True)
    assert errors.QuotaError("GET /x").resets_at is None
