"""What a demo is: its addresses, its folder and the environment that it runs under.

Imported by ``manage.py`` before any setting is read, so it needs neither Django nor a ``.env``.
"""

import base64
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where people find the application; everything else takes the ports after it.
DEFAULT_PORT = 8000
#: The key of the sandbox's first person, as obviously invented as the sandbox itself.
SHARED_KEY = "toggl_sk_" + "5a" * 16


@dataclass(frozen=True)
class Kind:
    """One of the demos: what make and its folder call it, and how it uses its ports."""

    name: str
    #: How many ports in a row it takes, and how far from the first the application's own is.
    ports: int
    application: int


#: Ports: the application, the sandbox's API, the calendar provider.
PASSWORD = Kind("demo", ports=3, application=0)
#: Ports: the proxy, the sandbox's API, the calendar provider, the application, the sign-in desk.
SSO = Kind("demo-sso", ports=5, application=3)
#: The demo whose environment a command of ``manage.py`` runs under.
KINDS = {"demo": PASSWORD, "sandbox": PASSWORD, "demo_sso": SSO}


@dataclass(frozen=True)
class Demo:
    """One demo: a folder for everything it keeps, and some ports in a row."""

    kind: Kind
    folder: Path
    port: int

    @property
    def ports(self) -> range:
        """Every port that it needs."""
        return range(self.port, self.port + self.kind.ports)

    @property
    def app_port(self) -> int:
        """The port of gunicorn, which is not the people's where a proxy stands before it."""
        return self.port + self.kind.application

    @property
    def url(self) -> str:
        """The application as people open it, as ``127.0.0.1``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The sandbox's Focus API."""
        return f"http://127.0.0.1:{self.port + 1}/api"

    @property
    def provider_url(self) -> str:
        """The calendar provider, as ``localhost``: to a browser really another site."""
        return f"http://localhost:{self.port + 2}"

    @property
    def control_url(self) -> str:
        """The page on which the sandbox's faults and switches are set."""
        return f"{self.provider_url}/control"

    @property
    def desk_url(self) -> str:
        """Where people sign in with a proxy, on another origin."""
        return f"http://localhost:{self.port + 4}"

    @property
    def environment(self) -> dict[str, str]:
        """Every variable that the application reads."""
        common = self._common
        return common | self.sign_on if self.kind is SSO else common

    @property
    def _common(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
            "FOCUSADMIN_ENV_FILE": "",
            "SECRET_KEY_FILE": str(self.folder / "secret-key"),
            "PUBLIC_URL": self.url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'db.sqlite3'}",
            "STATIC_ROOT": str(self.folder / "static"),
            "DEBUG": "false",
            "LOG_LEVEL": "WARNING",
            "TIME_ZONE": "UTC",
            "FOCUS_API_URL": self.api_url,
            "FOCUS_API_KEY": SHARED_KEY,
            "FOCUS_WORKSPACES": "Example Studio=5500001/4400001; Field work=4400002",
            "FOCUS_CONSENT_ORIGINS": self.provider_url,
            "FOCUS_ENCRYPTION_KEYS_FILE": str(self.folder / "encryption-key"),
            "FOCUSADMIN_DEMO": "true",
            "FOCUSADMIN_NOTICE": "Demo: an invented team on a sandbox. Nothing here is real.",
            "FOCUSADMIN_NOTICE_URL": self.control_url,
        }

    @property
    def sign_on(self) -> dict[str, str]:
        """What the application must know of the proxy before it."""
        return {
            "SIGN_IN": "jwt",
            "JWT_HEADER": "X-Demo-Jwt-Assertion",
            "JWT_ALGORITHMS": "ES256",
            "JWT_KEYS": f"{self.url}/.well-known/jwks.json",
            "JWT_ISSUER": self.url,
            "JWT_AUDIENCE": "focusadmin-demo",
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "SIGN_OUT_URL": "/.sso/sign-out",
            "ROLE_VIEWER_GROUPS": "focus-viewers",
            "ROLE_EDITOR_GROUPS": "focus-editors",
            "ROLE_MANAGER_GROUPS": "focus-managers",
            "FOCUSADMIN_CONTACT": f"yourself: pick other groups at {self.desk_url}",
        }


def current(kind: Kind) -> Demo:
    """Return the demo that ``PORT`` and ``DEMO_FOLDER`` ask for; a bad port ends the program."""
    text, most = os.environ.get("PORT") or str(DEFAULT_PORT), 65_536 - kind.ports
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= most:
        sys.exit(f"PORT={text} is not a port for the demo: it needs a number from 1 to {most}.")
    folder = Path(os.environ.get("DEMO_FOLDER") or ROOT / "var" / kind.name)
    return Demo(kind, folder.resolve(), int(text))


def enter(kind: Kind) -> None:
    """Make the demo's environment this process's, in place of the user's own configuration."""
    demo = current(kind)
    demo.folder.mkdir(parents=True, exist_ok=True)
    keep(demo.folder / "secret-key", secrets.token_urlsafe(50))
    keep(demo.folder / "encryption-key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    ours = {"SECRET_KEY", "GUNICORN_CMD_ARGS", "SIGN_IN", "SIGN_OUT_URL", "TRUSTED_PROXIES"}
    theirs = [
        name
        for name in os.environ
        if name.startswith(("FOCUS", "JWT_", "HEADER_", "ROLE_", "CSP_", "PROXY_SECRET"))
        or name.removesuffix("_FILE") in {*ours, *demo.environment}
    ]
    for name in theirs:
        del os.environ[name]
    os.environ.update(demo.environment)


def keep(path: Path, secret: str) -> None:
    """Write a secret where there is none yet, for its owner's eyes only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secret)
