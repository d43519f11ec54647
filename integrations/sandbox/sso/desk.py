"""The proxy's other origin: where people sign in, and where sessions and the key are handled."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.pages import STYLESHEET, message, style
from integrations.sandbox.sso import desk_pages
from integrations.sandbox.sso.people import EVERYBODY, GROUPS, Somebody

if TYPE_CHECKING:
    from integrations.sandbox.sso.proxy import SsoProxy

LONGEST = 200


class Fields:
    """The fields of a form."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """One field, stripped and cut; empty when it is missing."""
        return self._fields.get(name, [""])[0].strip()[:LONGEST]

    def groups(self, usual: tuple[str, ...] | None = ()) -> tuple[str, ...] | None:
        """The groups that were chosen: ``usual``, those that are ticked, or None for no claim."""
        choice, ticked = self.text("claim"), self._fields.get("group", [])
        if choice == "usual" and not ticked:
            return usual
        return None if choice == "absent" else tuple(name for name in GROUPS if name in ticked)


class Desk:
    """Answers what arrives at the desk's port."""

    def __init__(self, proxy: "SsoProxy") -> None:
        self._proxy = proxy
        self._pages: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", STYLESHEET): lambda _request: style(),
            ("GET", "/login"): self._ask,
            ("POST", "/login"): self._sign_in,
            ("GET", "/"): self._show,
            ("POST", "/groups"): self._regroup,
            ("POST", "/expire"): self._expire,
            ("POST", "/rotate"): self._rotate,
        }

    def __call__(self, request: Request) -> Response:
        """Answer one request; what changes something must come from a page of our own."""
        origin = self._proxy.desk_url
        if f"http://{request.headers.get('host', '')}" != origin:
            return message(400, "Unknown host", f"This server answers at {origin} only.")
        if request.method == "POST" and not request.same_site(origin):
            return message(403, "Refused", "This form was sent by a page of another site.")
        page = self._pages.get((request.method, request.path))
        if page is None:
            return message(404, "Nothing here", f"The sign-in is at {origin}/login.")
        return page(request)

    def _ask(self, request: Request) -> Response:
        back = request.query.get("back", ["/"])[0]
        return desk_pages.sign_in(back, signed_out="signed-out" in request.query)

    def _sign_in(self, request: Request) -> Response:
        fields = Fields(request.form())
        known = {somebody.subject: somebody for somebody in EVERYBODY}.get(fields.text("person"))
        if known is None and not fields.text("subject"):
            return message(400, "Who are you?", "Go back and choose a person, or give a subject.")
        who = Somebody(
            subject=known.subject if known else fields.text("subject"),
            email=known.email if known else fields.text("email"),
            name=known.name if known else fields.text("name"),
            groups=fields.groups(known.groups if known else ()),
        )
        query = urlencode({"code": self._proxy.sessions.admit(who), "back": fields.text("back")})
        return see_other(f"{self._proxy.url}/.sso/arrive?{query}")

    def _show(self, request: Request) -> Response:
        sessions, kid = self._proxy.sessions.all(), self._proxy.signer.kid
        return desk_pages.control(self._proxy.url, sessions, kid)

    def _regroup(self, request: Request) -> Response:
        fields = Fields(request.form())
        self._proxy.sessions.regroup(number(fields), fields.groups())
        return see_other("/")

    def _expire(self, request: Request) -> Response:
        self._proxy.sessions.expire(number(Fields(request.form())))
        return see_other("/")

    def _rotate(self, request: Request) -> Response:
        self._proxy.signer.rotate()
        return see_other("/")


def number(fields: Fields) -> int:
    """The session that a form is about; 0, which none has, when it names none."""
    text = fields.text("session")
    return int(text) if text.isascii() and text.isdecimal() else 0


def see_other(location: str) -> Response:
    """On to another page, with a GET."""
    return Response(303, b"", (("Location", location),))
