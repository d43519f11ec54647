"""The control page: who is there, how the sandbox behaves, what shall fail, what was asked."""

from integrations.sandbox.context import Context
from integrations.sandbox.pages import page
from integrations.sandbox.wire import Request, Response


def show(context: Context, request: Request) -> Response:
    """GET /control."""
    return page(200, "Control", "")
