"""What the demo is: its addresses, its folder and the environment that it runs under.

Imported by ``manage.py`` before any setting is read, so it needs neither Django nor a ``.env``.
"""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where the application goes; the sandbox's two servers take the next two ports.
DEFAULT_PORT = 8000
#: The key of the sandbox's first person, as obviously invented as the sandbox itself.
SHARED_KEY = "toggl_sk_" + "5a" * 16


@dataclass(frozen=True)
class Demo:
    """One demo: a folder for everything it keeps, and three ports in a row."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The application, as ``127.0.0.1``."""
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
    def environment(self) -> dict[str, str]:
        """Every variable that the application reads."""
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
            "FOCUSADMIN_NOTICE": "Demo: an invented team on a sandbox. Nothing here is real.",
            "FOCUSADMIN_NOTICE_URL": self.control_url,
        }


def current() -> Demo:
    """Return the demo that ``PORT`` and ``DEMO_FOLDER`` ask for; a bad port ends the program."""
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65533:
        sys.exit(f"PORT={text} is not a port for the demo: it needs a number from 1 to 65533.")
    folder = Path(os.environ.get("DEMO_FOLDER") or ROOT / "var" / "demo")
    return Demo(folder.resolve(), int(text))


def enter() -> None:
    """Make the demo's environment this process's, in place of the user's own configuration."""
    demo = current()
    demo.folder.mkdir(parents=True, exist_ok=True)
    key = demo.folder / "secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(50))
    theirs = [
        name
        for name in os.environ
        if name.startswith("FOCUS")
        or name.removesuffix("_FILE") in {"SECRET_KEY", *demo.environment}
        or name == "GUNICORN_CMD_ARGS"
    ]
    for name in theirs:
        del os.environ[name]
    os.environ.update(demo.environment)
