"""docs/deploy/nginx.conf: what reaches the application through it, and what does not."""

import json
import os
import socket
from collections.abc import Callable

import pytest

from tests.deploy.asking import Headers, request, send
from tests.deploy.conftest import ALEX
from tests.deploy.front import HOST, SECRET, Front
from tests.deploy.gatekeeper import COOKIE, PROVIDER, RENEWED, Gatekeeper

SIGNED_IN = {COOKIE: "alex", "__Host-sessionid": "5"}
#: Every header in which some proxy says who somebody is, or where from; and gunicorn's own two.
NAMES = (
    "Authorization",
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
    "X-Auth-Request-Groups",
    "X-Auth-Request-Preferred-Username",
    "X-Auth-Request-Access-Token",
    "X-Proxy-Secret",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Access-Token",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Ssl",
    "X-Forwarded-Protocol",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Real-IP",
    "Forwarded",
    "Via",
    "X-Pomerium-Jwt-Assertion",
    "X-Pomerium-Claim-Email",
    "Cf-Access-Jwt-Assertion",
    "Cf-Access-Authenticated-User-Email",
    "X-Goog-IAP-JWT-Assertion",
    "X-Goog-Authenticated-User-Email",
    "X-Amzn-Oidc-Data",
    "X-Amzn-Oidc-Identity",
    "Remote-User",
    "Remote-Groups",
    "Remote-Name",
    "Remote-Email",
    "X-authentik-jwt",
    "X-authentik-username",
    "X-authentik-groups",
    "X-MS-CLIENT-PRINCIPAL",
    "X-MS-CLIENT-PRINCIPAL-NAME",
    "X-MS-TOKEN-AAD-ID-TOKEN",
    "X-WEBAUTH-USER",
    "GAP-Signature",
    "Script-Name",
    "Path-Info",
    "X-HTTP-Method-Override",
    "X-Request-ID",
)
EVIL = "evil"


#: A name alone, spelt in each way that is the same variable in WSGI, twice, and with odd values.
SHAPES: dict[str, Callable[[str], Headers]] = {
    "alone": lambda name: [(name, EVIL)],
    "upper case": lambda name: [(name.upper(), EVIL)],
    "underscores": lambda name: [(name.replace("-", "_"), EVIL)],
    "one underscore": lambda name: [(name.replace("-", "_", 1), EVIL)],
    "prefixed": lambda name: [(f"HTTP_{name.replace('-', '_')}", EVIL)],
    "twice": lambda name: [(name, EVIL), (name.lower(), EVIL)],
    "spelt twice": lambda name: [(name, EVIL), (name.replace("-", "_"), EVIL)],
    "empty": lambda name: [(name, "")],
    "with a comma": lambda name: [(name, f"{EVIL},alex")],
    "odd bytes": lambda name: [(name, f"\xa0{EVIL}")],
}


def told(front: Front, message: bytes, **options: str) -> dict[str, str]:
    """Return what the application was told of a request that reached it."""
    answer = send(front, message, **options)
    assert answer.status == 200, answer
    said: dict[str, str] = json.loads(answer.text)
    return said


@pytest.mark.parametrize("shape", SHAPES)
def test_no_header_of_the_browser_says_who_it_is(echo: Front, shape: str) -> None:
    """nginx refuses the request, or the application hears what it hears without the header."""
    expected = told(echo, request("/", cookies=SIGNED_IN))

    # Quickly: each shape with a third of the names, each name in a third of the shapes.
    every, first = (1, 0) if os.environ.get("PROVE") == "1" else (3, list(SHAPES).index(shape) % 3)
    wrong = []
    for name in NAMES[first::every]:
        answer = send(echo, request("/", cookies=SIGNED_IN, headers=SHAPES[shape](name)))
        if answer.status != 400 and json.loads(answer.text) != expected:
            wrong.append((name, answer.text))

    assert not wrong
    assert EVIL not in json.dumps(expected)


def test_each_person_is_whom_the_gatekeeper_names(echo: Front, request_kind: str) -> None:
    seen = told(echo, request("/", cookies=SIGNED_IN))

    named = {name: seen.get("HTTP_" + name.upper().replace("-", "_")) for name in ALEX}
    if request_kind == "signed":
        assert named == {**dict.fromkeys(ALEX), "Authorization": ALEX["Authorization"]}
        assert "HTTP_X_PROXY_SECRET" not in seen
    else:
        assert named == {**ALEX, "Authorization": None}
        assert seen["HTTP_X_PROXY_SECRET"] == SECRET


def test_a_gatekeeper_that_names_nobody_names_nobody(echo: Front) -> None:
    """Not the name that the browser sends in the place of the missing one."""
    headers = [(name, EVIL) for name in ALEX]

    seen = told(echo, request("/", cookies={COOKIE: "silent"}, headers=headers))

    assert not {name for name in seen if "AUTH" in name}


def test_the_address_scheme_and_host_are_nginxs(echo: Front) -> None:
    headers = [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Host", "evil.example"),
    ]

    seen = told(echo, request("/", cookies=SIGNED_IN, headers=headers), source="127.0.0.2")

    assert seen["HTTP_X_FORWARDED_FOR"] == "127.0.0.2"
    assert (seen["HTTP_X_FORWARDED_PROTO"], seen["scheme"]) == ("https", "https")
    assert seen["HTTP_HOST"] == HOST
    assert "HTTP_X_FORWARDED_HOST" not in seen


def test_what_the_application_needs_passes(echo: Front) -> None:
    sent = {
        "Accept": "text/html",
        "Accept-Encoding": "gzip",
        "Accept-Language": "de",
        "If-None-Match": '"5"',
        "Referer": f"https://{HOST}/",
        "User-Agent": "Browser",
        "HX-Request": "true",
        "HX-Target": "found",
        "HX-Current-URL": f"https://{HOST}/w/1/",
        "Sec-Fetch-Site": "same-origin",
    }

    seen = told(
        echo,
        request(
            "/w/1/?a=b", method="POST", cookies=SIGNED_IN, headers=[*sent.items()], form={"a": "ü"}
        ),
    )

    for name, value in sent.items():
        assert seen["HTTP_" + name.upper().replace("-", "_")] == value
    assert seen["HTTP_COOKIE"] == f"{COOKIE}=alex; __Host-sessionid=5"
    assert seen["HTTP_ORIGIN"] == f"https://{HOST}"
    assert seen["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
    assert (seen["PATH_INFO"], seen["body"], seen["CONTENT_LENGTH"]) == ("/w/1/", "a=%C3%BC", "8")


def test_a_page_after_the_sign_ins_end_leads_to_the_sign_in(
    echo: Front, keeper: Gatekeeper
) -> None:
    answer = send(echo, request("/w/1/?a=b&rd=//evil.example", cookies={COOKIE: "old"}))

    assert (answer.status, answer.headers["Location"]) == (302, PROVIDER)
    assert keeper.asked[-1]["path"] == "/oauth2/start"
    assert keeper.asked[-1]["X-Auth-Request-Redirect"] == "/w/1/?a=b&rd=//evil.example"


def test_a_form_after_the_sign_ins_end_is_told_so(echo: Front) -> None:
    """No redirect: Chromium would follow none to another site, and show nothing."""
    answer = send(echo, request("/w/1/", method="POST", form={"a": "b"}))

    assert answer.status == 401
    assert "Location" not in answer.headers
    assert "Your sign-in has expired – reload" in answer.text
    assert "HX-Refresh" not in answer.headers


def test_a_part_of_a_page_loads_the_whole_page(echo: Front) -> None:
    answer = send(echo, request("/w/1/", headers=[("HX-Request", "true")]))

    assert (answer.status, answer.headers["HX-Refresh"]) == (401, "true")


def test_a_renewed_session_reaches_the_browser_in_both_pieces(echo: Front) -> None:
    answer = send(echo, request("/", cookies={COOKIE: RENEWED}))

    assert answer.status == 200
    assert answer.cookies == {f"{COOKIE}_0": "piece0", f"{COOKIE}_1": "piece1"}


def test_the_gatekeeper_hears_nothing_but_the_cookie(echo: Front, keeper: Gatekeeper) -> None:
    headers = [("Authorization", f"Bearer {EVIL}"), ("X-Real-IP", EVIL), ("X-Forwarded-Uri", EVIL)]

    send(echo, request("/w/1/", cookies=SIGNED_IN, headers=headers))

    heard = keeper.asked[-1]
    assert EVIL not in json.dumps(heard)
    assert heard["X-Real-IP"] == "127.0.0.1"
    assert heard["X-Forwarded-Uri"] == "/w/1/"


@pytest.mark.parametrize(
    "path", ["/oauth2/auth", "/oauth2/auth?", "//oauth2/auth", "/%6fauth2/auth"]
)
def test_nobody_asks_the_gatekeeper_directly(echo: Front, path: str) -> None:
    answer = send(echo, request(path, cookies=SIGNED_IN))

    assert answer.status == 404


def test_another_name_gets_no_answer(echo: Front) -> None:
    answer = send(echo, request("/", host="evil.example", cookies=SIGNED_IN))

    assert answer.status == 421


def test_without_tls_there_is_only_the_way_to_it(echo: Front) -> None:
    with socket.create_connection(("127.0.0.1", echo.plain_port), 20) as connection:
        connection.sendall(request("/w/1/?a=b", cookies=SIGNED_IN))
        answer = connection.recv(4096).decode()

    assert answer.startswith("HTTP/1.1 308 ")
    assert f"Location: https://{HOST}/w/1/?a=b" in answer
