"""Where the two servers are, and the address that a trip to the provider begins with."""

from urllib.parse import urlencode

from integrations.sandbox.permissions import scopes
from integrations.sandbox.world import Consent

CALLBACK = "/integrations/calendar/callback"
CLIENT_ID = "focus-sandbox.example.com"


class Addresses:
    """The origins of the API and of the provider; ports are set when the servers listen.

    They differ in host on purpose: ports alone do not make another site for a browser.
    """

    def __init__(self, api_port: int, provider_port: int) -> None:
        self.api_port = api_port
        self.provider_port = provider_port

    @property
    def api(self) -> str:
        """The base of the Focus API."""
        return f"http://127.0.0.1:{self.api_port}/api"

    @property
    def provider(self) -> str:
        """The origin of the calendar provider."""
        return f"http://localhost:{self.provider_port}"

    @property
    def callback(self) -> str:
        """Where the provider sends the browser back to Focus."""
        return self.api + CALLBACK

    def consent(self, consent: Consent, hint: str | None = None) -> str:
        """The provider's consent page for one trip."""
        query = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.callback,
            "response_type": "code",
            "access_type": "offline",
            "prompt": "consent",
            "scope": " ".join(scopes(consent.provider, consent.permissions)),
            "state": consent.state,
        }
        if hint is not None:
            query["login_hint"] = hint
        return f"{self.provider}/{consent.provider}/authorize?{urlencode(query)}"
