"""The signing proxy, over real HTTP: what it hands on, what it hands back, whom it lets in."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from threading import Thread
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.sso import EVERYBODY, GROUPS, SsoProxy
from integrations.sandbox.sso.proxy import AUDIENCE
from integrations.sandbox.wire import WireServer
from tests.sandbox.calls import plain

DANA, BO = EVERYBODY[0], EVERYBODY[1]
LARGE = b"0123456789abcdef" * 20_000


class Application:
    """Stands behind the proxy, notes what arrives, and answers as ``answer`` says."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answer = Response(200, b"hello", (("Content-Type", "text/plain"),))

    def __call__(self, request: Request) -> Response:
        self.seen.append(request)
        return self.answer


@pytest.fixture
def app() -> Application:
    """The application."""
    return Application()


@pytest.fixture
def proxy(app: Application) -> Iterator[SsoProxy]:
    """A proxy in front of it."""
    server = WireServer(0, app)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with SsoProxy(app_port=server.port) as proxy:
        yield proxy
    server.finish()


def signed_in(proxy: SsoProxy, person: str = DANA.subject, **fields: str | list[str]) -> str:
    """Sign in at the desk as a browser does; returns the Cookie header of the session."""
    form = {"person": person, "claim": "usual", "back": "/"} | fields
    desk = plain("POST", f"{proxy.desk_url}/login", data=form)
    arrival = plain("GET", desk.headers["Location"])
    return arrival.headers["Set-Cookie"].partition(";")[0]


class Answer(NamedTuple):
    """An answer as it came, with every header by itself."""

    status: int
    headers: Message
    body: bytes


def ask(proxy: SsoProxy, method: str, path: str, cookie: str, **headers: str) -> Answer:
    """One request of a signed-in browser, its headers as they are given."""
    with closing(HTTPConnection("127.0.0.1", proxy.port, timeout=10)) as connection:
        connection.request(method, path, headers={"Cookie": cookie, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def claims(proxy: SsoProxy, request: Request) -> dict[str, object]:
    """Return what the proxy asserted, verified with the keys that it publishes."""
    token = request.headers["x-demo-jwt-assertion"]
    keys = jwt.PyJWKSet.from_dict(plain("GET", f"{proxy.url}/.well-known/jwks.json").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=proxy.url)


def test_it_asserts_who_signed_in(proxy: SsoProxy, app: Application) -> None:
    ask(proxy, "GET", "/somewhere?x=1", signed_in(proxy))

    asserted = claims(proxy, app.seen[0])
    assert (asserted["sub"], asserted["email"], asserted["name"], asserted["groups"]) == (
        DANA.subject, DANA.email, DANA.name, list(DANA.groups or ()),
    )  # fmt: skip
    assert int(str(asserted["exp"])) - int(str(asserted["iat"])) == 300
    assert app.seen[0].query == {"x": ["1"]}


@pytest.mark.parametrize(
    ("fields", "groups"),
    [
        ({"claim": "list", "group": [GROUPS[0], GROUPS[2]]}, [GROUPS[0], GROUPS[2]]),
        ({"claim": "list", "group": ["made-up"]}, []),
        ({"claim": "usual", "group": [GROUPS[1]]}, [GROUPS[1]]),
        ({"claim": "absent"}, "absent"),
    ],
)
def test_it_says_of_groups_what_was_chosen(
    proxy: SsoProxy, app: Application, fields: dict[str, str | list[str]], groups: object
) -> None:
    ask(proxy, "GET", "/", signed_in(proxy, "", subject="guest-7", name="Güest", **fields))

    asserted = claims(proxy, app.seen[0])
    assert asserted.get("groups", "absent") == groups
    assert (asserted["sub"], asserted["name"], asserted["email"]) == ("guest-7", "Güest", "")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_sends_strangers_to_another_origin(
    proxy: SsoProxy, app: Application, method: str
) -> None:
    form = {"Referer": f"{proxy.url}/the/form"}

    answer = plain(method, f"{proxy.url}/w/1/?q=%20a&b", data=LARGE, headers=form)

    place = urlsplit(answer.headers["Location"])
    assert answer.status_code == 302
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{proxy.desk_url}/login"
    assert parse_qs(place.query)["back"] == ["/w/1/?q=%20a&b" if method == "GET" else "/the/form"]
    assert not app.seen


@pytest.mark.parametrize("back", ["https://evil.example.com/", "//evil.example.com", "/a\r\nX: y"])
def test_it_brings_nobody_elsewhere(proxy: SsoProxy, back: str) -> None:
    desk = plain("POST", f"{proxy.desk_url}/login", data={"person": DANA.subject, "back": back})

    arrival = plain("GET", desk.headers["Location"])

    assert urlsplit(arrival.headers["Location"]).netloc == urlsplit(proxy.url).netloc
    assert "X" not in arrival.headers
    assert plain("GET", desk.headers["Location"]).headers["Location"].startswith(proxy.desk_url)


@pytest.mark.parametrize(
    "name",
    ["X-Demo-Jwt-Assertion", "x_demo_jwt_assertion", "X-Demo_Jwt-Assertion", "X-Forwarded-User",
     "X-Forwarded-For", "Forwarded", "Remote-User", "X-Auth-Request-Email", "X-Real-IP",
     "X-Pomerium-Claim-Email", "Cf-Access-Jwt-Assertion"],
)  # fmt: skip
def test_it_lets_no_client_say_who_it_is(proxy: SsoProxy, app: Application, name: str) -> None:
    ask(proxy, "GET", "/", signed_in(proxy), **{name: "mallory"})

    assert "mallory" not in app.seen[0].headers.values()
    assert app.seen[0].headers["x-forwarded-for"] == "127.0.0.1"
    assert app.seen[0].headers["x-forwarded-proto"] == "http"


def test_it_keeps_its_cookie_to_itself(proxy: SsoProxy, app: Application) -> None:
    ask(proxy, "GET", "/", f"sessionid=abc; {signed_in(proxy)}; csrftoken=x=y")

    assert app.seen[0].headers["cookie"] == "sessionid=abc; csrftoken=x=y"


def test_it_hands_back_what_the_application_said(proxy: SsoProxy, app: Application) -> None:
    cookies = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Expires=Thu, 01 Jan 2099")]
    app.answer = Response(302, LARGE, (("Location", "/next?a=%2F"), *cookies))

    answer = ask(proxy, "POST", "/", signed_in(proxy))

    assert (answer.status, answer.headers["Location"]) == (302, "/next?a=%2F")
    assert answer.headers.get_all("Set-Cookie") == [text for _, text in cookies]
    assert answer.headers.get_all("Content-Length") == [str(len(LARGE))]
    assert answer.body == LARGE


def test_it_hands_on_a_large_form(proxy: SsoProxy, app: Application) -> None:
    cookie = signed_in(proxy)

    requests.put(f"{proxy.url}/", data=LARGE, headers={"Cookie": cookie}, timeout=10)

    assert (app.seen[0].method, app.seen[0].body) == ("PUT", LARGE)


def test_a_head_is_answered_without_a_body(proxy: SsoProxy, app: Application) -> None:
    app.answer = Response(200, b"", (("X-Length", "kept"),))

    answer = ask(proxy, "HEAD", "/", signed_in(proxy))

    assert (answer.status, answer.headers["X-Length"], answer.body) == (200, "kept", b"")


def test_it_hands_on_an_answer_in_pieces(proxy: SsoProxy) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        closing(HTTPConnection("127.0.0.1", proxy.port, timeout=10)) as connection,
    ):
        proxy.app_port = listener.getsockname()[1]
        connection.request("GET", "/", headers={"Cookie": signed_in(proxy)})
        upstream, _ = listener.accept()
        with upstream:
            upstream.recv(65_536)
            upstream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            upstream.sendall(b"5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")
            answer = connection.getresponse()

            assert answer.read() == b"firstsecond"
            assert "Content-Length" not in answer.headers


def test_it_says_when_the_application_is_not_there(proxy: SsoProxy) -> None:
    cookie, proxy.app_port = signed_in(proxy), 9

    assert ask(proxy, "GET", "/", cookie).status == 502


def test_the_cookie_is_lax_and_http_only_and_ends_with_the_sign_out(proxy: SsoProxy) -> None:
    cookie = signed_in(proxy)

    answer = ask(proxy, "GET", "/.sso/sign-out", cookie)

    assert answer.headers["Location"] == f"{proxy.desk_url}/login?signed-out=yes"
    assert re.search("Max-Age=0; Path=/; HttpOnly; SameSite=Lax$", answer.headers["Set-Cookie"])
    assert ask(proxy, "GET", "/", cookie).status == 302


def test_a_session_can_lose_a_group_and_then_expire(proxy: SsoProxy, app: Application) -> None:
    cookie, other = signed_in(proxy), signed_in(proxy, BO.subject)

    plain("POST", f"{proxy.desk_url}/groups", data={"session": "1", "claim": "list"})
    for mine in (cookie, other):
        ask(proxy, "GET", "/", mine)
    plain("POST", f"{proxy.desk_url}/expire", data={"session": "1"})

    groups = [claims(proxy, request)["groups"] for request in app.seen]
    assert groups == [[], list(BO.groups or ())]
    assert ask(proxy, "GET", "/", cookie).status == 302
    assert ask(proxy, "GET", "/", other).status == 200


def test_a_key_is_published_before_it_signs_and_after(proxy: SsoProxy) -> None:
    def published() -> set[str]:
        keys = plain("GET", f"{proxy.url}/.well-known/jwks.json").json()["keys"]
        assert not [key for key in keys if "d" in key]
        return {key["kid"] for key in keys}

    before, old = published(), proxy.signer.kid
    plain("POST", f"{proxy.desk_url}/rotate")

    assert proxy.signer.kid in before - {old}
    assert old in published()


def test_nobody_else_s_page_may_sign_in_or_rotate(proxy: SsoProxy) -> None:
    elsewhere = {"Origin": "https://evil.example.com"}
    kid = proxy.signer.kid

    for form in ("login", "rotate", "expire", "groups"):
        answer = plain("POST", f"{proxy.desk_url}/{form}", data={"x": "y"}, headers=elsewhere)
        assert answer.status_code == 403
    rebound = plain("GET", f"http://127.0.0.1:{proxy.desk_port}/")

    assert (rebound.status_code, proxy.signer.kid) == (400, kid)


def test_the_pages_label_every_field(proxy: SsoProxy) -> None:
    signed_in(proxy, "", subject='"><script>', name="<b>")

    for path in ("/login?back=%22%3E%3Cscript%3E", "/"):
        page = plain("GET", proxy.desk_url + path)
        fields = re.findall(r'<input type="(?!hidden)', page.text)
        assert len(fields) == page.text.count("<label") > 0
        assert (page.text.count("<h1>"), page.text.count("<script>")) == (1, 0)
        assert "<b>" not in page.text


def test_a_person_without_a_subject_is_asked_again(proxy: SsoProxy) -> None:
    answer = plain("POST", f"{proxy.desk_url}/login", data={"person": "", "subject": " "})

    assert answer.status_code == 400


def test_it_needs_to_know_where_a_body_ends(proxy: SsoProxy) -> None:
    answer = requests.post(proxy.url, data=iter([b"piece"]), timeout=10)

    assert answer.status_code == 400
