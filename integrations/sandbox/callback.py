"""Where the provider sends the browser back to Focus, and Focus sends it on."""

from collections.abc import Mapping

from integrations.sandbox import consents, dialects
from integrations.sandbox.bodies import Query
from integrations.sandbox.context import Context
from integrations.sandbox.messages import Response
from integrations.sandbox.pages import message
from integrations.sandbox.problems import ProblemError


def answer(context: Context, query: Mapping[str, list[str]]) -> Response:
    """GET /integrations/calendar/callback: change the world, then back to ``return_to``."""
    values = Query(query)
    with context.world.lock:
        try:
            state, code = values.text("state") or "", values.text("code")
            consent = consents.finish(context.world, state, code)
        except (consents.UnknownStateError, ProblemError):
            return message(
                400,
                "This link no longer works",
                "It was used already, or it was never given out. Nothing was changed."
                " Go back to the application and start again.",
            )
        context.save()
    address = consents.way_back(consent)
    if address is not None:
        return dialects.redirect(address)
    if consent.identity is None:
        return message(200, "Access was refused", "Nothing was changed. You can close this page.")
    text = f"{consent.identity} was allowed. You can close this page and go back."
    return message(200, "You can close this page", text)
