"""docs/deploy/: links lead somewhere, and the files of proxies that are not started are sound."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.check.sources import ROOT
from tests.deploy.front import DOCS, HOST
from tests.deploy.gatekeeper import COOKIE

PAGES = sorted(path.name for path in DOCS.glob("*.md"))
FILES = sorted(
    str(path.relative_to(DOCS))
    for path in DOCS.rglob("*")
    if path.is_file() and path.suffix != ".md"
)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (DOCS / name).read_text())

    assert not [link for link in links if "://" not in link and not (DOCS / link).exists()]


def test_every_line_for_cron_is_one_of_roots_crontab() -> None:
    """Five fields and the command: in other files a user stands between them."""
    said = "".join((DOCS / name).read_text() for name in PAGES)
    blocks = re.findall(r"```cron\n(?:MAILTO=\S+\n)?(.*?)```", said, re.DOTALL)
    when = r"([\d*/,-]+ ){4}[\d*/,-]+ "
    line = re.compile(rf"{when} (cd|systemctl) .*\n")

    assert len(blocks) > 4
    assert not [block for block in blocks if not line.fullmatch(block)]
    assert not re.search(rf"`{when}", said)
    for page in ("monitoring.md", "upgrade-backup.md"):
        assert "root's crontab (`crontab -e`" in (DOCS / page).read_text()


def test_every_file_is_named_on_a_page() -> None:
    said = "".join((DOCS / name).read_text() for name in PAGES)

    assert len(FILES) > 10
    assert not [name for name in FILES if name.rpartition("/")[2] not in said]


def test_every_page_is_named_on_the_first() -> None:
    said = (DOCS / "README.md").read_text()

    assert not [name for name in PAGES if name != "README.md" and f"]({name})" not in said]
    assert "docs/deploy/README.md" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", FILES)
def test_no_address_is_anybodys(name: str) -> None:
    """Neither a secret nor a host that exists: whoever forgets to change a line reaches nobody."""
    text = (DOCS / name).read_text()
    hosts = re.findall(r"https?://([^/\s\"']+)", text)

    known = {"focusadmin", "focusadmin_sign_in", "localhost", "$host$request_uri;"}
    wrong = [host for host in hosts if not re.match(r"127\.0\.0\.1|([\w.-]+\.)?example\.com", host)]
    assert not set(wrong) - known - {host + ";" for host in known}


def test_oauth2_proxy_fits_nginx() -> None:
    said = tomllib.loads((DOCS / "oauth2-proxy.cfg").read_text())

    assert said["cookie_name"] == COOKIE
    assert said["set_authorization_header"] is True
    assert said["redirect_url"] == f"https://{HOST}/oauth2/callback"
    assert (said["reverse_proxy"], said["trusted_proxy_ips"]) == (True, ["127.0.0.1"])
    assert f"server {said['http_address']};" in (DOCS / "nginx.conf").read_text()


def test_traefik_asks_after_it_has_removed_what_the_browser_said() -> None:
    http: dict[str, Any] = yaml.safe_load((DOCS / "traefik/focusadmin.yml").read_text())["http"]
    [first, second] = http["routers"]["focusadmin"]["middlewares"]
    asks = http["middlewares"][second]["forwardAuth"]

    removed = http["middlewares"][first]["headers"]["customRequestHeaders"]
    assert set(asks["authResponseHeaders"]) <= set(removed)
    assert set(removed.values()) == {""}
    assert asks["trustForwardHeader"] is False
    assert {route["service"] for route in http["routers"].values()} == set(http["services"])


def test_pomerium_sends_its_assertion_and_the_host() -> None:
    said = yaml.safe_load((DOCS / "pomerium/config.yaml").read_text())
    [route] = said["routes"]

    assert route["from"] == f"https://{HOST}"
    assert route["pass_identity_headers"] is True
    assert route["preserve_host_header"] is True


@pytest.mark.parametrize(
    ("name", "headers"), [("authelia", "Remote-"), ("authentik", "X-Authentik-")]
)
def test_caddy_asks_after_it_has_removed_what_the_browser_said(name: str, headers: str) -> None:
    text = (DOCS / f"caddy/{name}.Caddyfile").read_text()
    copied = re.findall(r"copy_headers (.+)", text)[0].split()

    assert all(header.startswith(headers) for header in copied)
    order = [f"request_header -{headers}*", "forward_auth", "reverse_proxy unix/"]
    assert sorted(order, key=text.index) == order
    assert "\troute {" in text
