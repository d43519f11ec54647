"""What the provider's origin serves: consent pages, the control page, their stylesheet."""

from collections.abc import Callable

from integrations.sandbox import control, provider
from integrations.sandbox.context import Context
from integrations.sandbox.messages import Request, Response
from integrations.sandbox.pages import STYLESHEET, message, style
from integrations.sandbox.permissions import PROVIDER_NAMES

Page = Callable[[Context, Request], Response]
PAGES: dict[tuple[str, str], Page] = {
    **{("GET", f"/{name}/authorize"): provider.ask for name in PROVIDER_NAMES},
    ("POST", "/consent"): provider.answered,
    ("GET", "/control"): control.show,
    ("POST", "/control/switches"): control.set_switches,
    ("POST", "/control/quota"): control.set_quota,
    ("POST", "/control/faults"): control.add_fault,
    ("POST", "/control/faults/clear"): control.clear_faults,
    ("POST", "/control/provider"): control.provider_change,
    ("POST", "/control/account"): control.break_account,
    ("POST", "/control/reset"): control.reset,
}


class Site:
    """Answers what arrives at the provider's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, request: Request) -> Response:
        """Answer one request; what changes something must come from a page of our own."""
        origin = self._context.addresses.provider
        if f"http://{request.headers.get('host', '')}" != origin:
            return message(400, "Unknown host", f"This server answers at {origin} only.")
        if request.method == "POST" and not request.same_site(origin):
            return message(403, "Refused", "This form was sent by a page of another site.")
        if request.path == STYLESHEET:
            return style()
        page = PAGES.get((request.method, request.path))
        if page is None:
            return message(404, "Nothing here", f"The control page is at {origin}/control.")
        return page(self._context, request)
