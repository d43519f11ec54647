"""Focusadmin behind nginx as documented: who is let in, as whom, and what is written down."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.sandbox import Sandbox
from tests.conftest import WORKSPACE
from tests.deploy.asking import request, send
from tests.deploy.front import HOST, SECRET, Front, nginx_before
from tests.deploy.gatekeeper import COOKIE, PROVIDER, Gatekeeper
from tests.deploy.installed import Browser, configuration, rows, token_of
from tests.deploy.provider import Provider
from tests.deploy.served import gunicorn, prepared
from tests.identity.spoofs import SECOND, SPOOFED, beside, spoofs

ACCOUNTS = f"/w/{WORKSPACE}/accounts/"
#: What every browser says.
PACKED = [("Accept-Encoding", "gzip, deflate, br")]
YEAR = 365 * 24 * 3600


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the installation keeps its database and its static files."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="session")
def provider(folder: Path, keeper: Gatekeeper) -> Provider:
    """Signs for everybody whom the gatekeeper knows."""
    provider = Provider(folder)
    for person in ("mia", "bo"):
        keeper.sessions[person] = {"Authorization": f"Bearer {provider.token(person)}"}
    return provider


@pytest.fixture(scope="session", params=["signed", "headers"])
def site(
    request: pytest.FixtureRequest,
    running_sandbox: Sandbox,
    folder: Path,
    keeper: Gatekeeper,
    provider: Provider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    """The whole of it; both ways to sign people in share one database."""
    running_sandbox.reset()
    environment = configuration(running_sandbox, folder, provider, request.param)
    if not (folder / "static").exists():
        prepared(environment)
    files = tmp_path_factory.mktemp(str(request.param))
    with (
        gunicorn("focusadmin.wsgi:application", files, environment) as socket,
        nginx_before(socket, keeper.address, request.param, files) as front,
    ):
        yield front


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """In which way ``site`` signs people in."""
    kind: str = request.node.callspec.params["site"]
    return kind


@pytest.fixture
def session(kind: str) -> str:
    """A session at the gatekeeper of somebody who may do everything."""
    return "mia" if kind == "signed" else "alex"


def test_whom_the_proxy_names_is_signed_in(site: Front, kind: str, session: str) -> None:
    page = Browser(site, session).get(ACCOUNTS)

    assert page.status == 200
    assert {"signed": "Mia", "headers": "Alex"}[kind] in page.text
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert {"__Host-sessionid", "__Host-csrftoken"} == set(page.cookies)


def test_a_page_is_packed(site: Front, session: str) -> None:
    page = Browser(site, session).get(ACCOUNTS, PACKED)

    assert (page.status, page.headers["Content-Encoding"]) == (200, "gzip")
    assert page.text.rstrip().endswith("</html>")


def test_static_files_are_packed_and_kept_for_ever_under_a_name_of_their_content(
    site: Front, session: str
) -> None:
    browser = Browser(site, session)
    page = browser.get(ACCOUNTS)
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', page.text))

    assert {name.rpartition(".")[2] for name in named} >= {"css", "js"}
    for name in named:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        file = browser.get(name, PACKED)
        assert (file.status, file.headers["Content-Encoding"]) == (200, "gzip"), name
        kept = file.headers["Cache-Control"].split(", ")
        assert {"public", "immutable"} <= set(kept), name
        [seconds] = [part.removeprefix("max-age=") for part in kept if "=" in part]
        assert int(seconds) >= YEAR, name
        assert file.text.strip(), name


def test_nobody_else_is(site: Front) -> None:
    """Not even with a whole and true token, or every header right: they are not the proxy's."""
    browser = Browser(site, "silent")

    page = browser.get(ACCOUNTS)

    assert page.status == 403
    assert "The company sign-on did not say who you are." in page.text


def test_a_true_token_from_the_browser_is_nobodys(site: Front, provider: Provider) -> None:
    token = ("Authorization", f"Bearer {provider.token('mia')}")
    named = [("X-Auth-Request-User", "mia"), ("X-Auth-Request-Groups", "calendar-managers")]

    unknown = Browser(site).get(ACCOUNTS, [token, *named])
    silent = Browser(site, "silent").get(ACCOUNTS, [token, *named])

    assert (unknown.status, unknown.headers["Location"]) == (302, PROVIDER)
    assert silent.status == 403


def test_a_group_that_is_gone_takes_its_right_along(
    site: Front, keeper: Gatekeeper, kind: str, provider: Provider
) -> None:
    def known_with(groups: list[str]) -> dict[str, str]:
        token = provider.token("chidi", groups=groups)
        plain = {"X-Auth-Request-User": "chidi", "X-Auth-Request-Groups": ",".join(groups)}
        return {"Authorization": f"Bearer {token}", **plain}

    browser = Browser(site, "chidi")
    keeper.sessions["chidi"] = known_with(["staff", "calendar-managers"])
    before = browser.get(ACCOUNTS)
    keeper.sessions["chidi"] = known_with(["staff"])
    after = browser.get(ACCOUNTS)

    assert (before.status, after.status) == (200, 403)


def test_a_member_of_two_hundred_groups_comes_through(
    site: Front, keeper: Gatekeeper, provider: Provider
) -> None:
    groups = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(200)]
    token = provider.token("dana", groups=["calendar-managers", *groups])
    plain = {"X-Auth-Request-User": "dana", "X-Auth-Request-Groups": "calendar-managers"}
    keeper.sessions["dana"] = {"Authorization": f"Bearer {token}", **plain}

    assert len(token) > 10_000
    assert Browser(site, "dana").get(ACCOUNTS).status == 200


def test_a_change_is_recorded_with_the_address_of_the_person(
    site: Front, folder: Path, session: str
) -> None:
    browser = Browser(site, session, source="127.0.0.2")
    page = browser.get(ACCOUNTS)
    [[pk]] = rows(folder, "SELECT id FROM integrations_account WHERE email = 'rooms@example.net'")
    before = set(rows(folder, "SELECT id FROM integrations_change"))

    done = browser.post(
        f"{ACCOUNTS}{pk}/refresh/", token_of(page), [("X-Forwarded-For", "203.0.113.9")]
    )

    assert done.status in {200, 302, 303}, done
    written = rows(folder, "SELECT id, client_address, actor_name FROM integrations_change")
    [[_id, address, name]] = [row for row in written if (row[0],) not in before]
    assert (address, name) == ("127.0.0.2", session.title())


def test_a_form_after_the_sign_ins_end_can_be_sent_again(
    site: Front, folder: Path, session: str
) -> None:
    """As the page says: sign in on another tab, reload this one."""
    browser = Browser(site, session)
    form = token_of(browser.get(ACCOUNTS))
    [[pk]] = rows(folder, "SELECT id FROM integrations_account WHERE email = 'rooms@example.net'")
    count = "SELECT count(*) FROM integrations_change"
    before = rows(folder, count)

    browser.cookies["focusadmin_sso"] = "over"
    refused = browser.post(f"{ACCOUNTS}{pk}/refresh/", form)
    unchanged = rows(folder, count)
    browser.cookies["focusadmin_sso"] = session
    again = browser.post(f"{ACCOUNTS}{pk}/refresh/", form)

    assert (refused.status, unchanged) == (401, before)
    assert again.status in {200, 302, 303}
    assert rows(folder, count) != before


def test_signing_out_leads_to_the_proxys_sign_out(site: Front, session: str) -> None:
    browser = Browser(site, session)
    form = token_of(browser.get(ACCOUNTS))

    done = browser.post("/sign-out/", form)

    assert done.status == 200
    assert 'href="/oauth2/sign_out"' in done.text


def test_links_lead_to_the_public_address_alone(site: Front, session: str) -> None:
    headers = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil")]

    page = Browser(site, session).get("/", headers)

    assert page.status == 302
    assert "evil" not in json.dumps(page.headers) + page.text
    assert page.headers["Location"].startswith(("/", f"https://{HOST}/"))


@pytest.mark.parametrize("signed_in", [False, True], ids=["unnamed", "as somebody else"])
def test_no_made_up_name_passes_nginx(
    site: Front, folder: Path, session: str, signed_in: bool
) -> None:
    """Not even beside the true secret, nor while the gatekeeper leaves its own headers out."""
    assert Browser(site, session).get("/").status == 302
    cookies = {COOKIE: session if signed_in else "silent"}
    sent = [*spoofs(renamed), *beside(renamed)][:: None if os.environ.get("PROVE") == "1" else 4]

    served = {}
    for spoof in sent:
        head = request("/", cookies=cookies, headers=[("X-Proxy-Secret", SECRET)])
        lines = b"".join(line + b"\r\n" for line in spoof.lines)
        served[spoof.name] = send(site, head.removesuffix(b"\r\n") + lines + b"\r\n").status

    assert len(served) > 70
    assert set(served.values()) == {400, 302 if signed_in else 403}
    people = json.dumps(rows(folder, "SELECT subject, name, email FROM identity_user"))
    assert session in people
    assert SPOOFED not in people
    assert SECOND not in people


def renamed(spelling: str) -> str:
    """Return a spelling of Remote-User as one of the header that nginx-headers.conf sends."""
    return re.sub("remote", "X-Auth-Request", spelling, flags=re.IGNORECASE)
