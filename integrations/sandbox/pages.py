"""The look of the sandbox's own pages: one stylesheet, no script, light and dark."""

from html import escape
from pathlib import Path

from integrations.sandbox.messages import Response

STYLESHEET = "/sandbox.css"
STYLE = (Path(__file__).parent / "sandbox.css").read_bytes()
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
)


def page(status: int, title: str, main: str, *, lead: str = "") -> Response:
    """A whole page around ``main``, which is HTML; ``title`` and ``lead`` are text."""
    intro = f'<p class="lead">{escape(lead)}</p>' if lead else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} – Sandbox</title>"
        f'<link rel="stylesheet" href="{STYLESHEET}"><link rel="icon" href="data:,"></head><body>'
        '<header><p class="brand"><span aria-hidden="true">◆</span> Sandbox</p>'
        "<p>A pretend service. Nothing here reaches a real calendar.</p></header>"
        f"<main><h1>{escape(title)}</h1>{intro}{main}</main></body></html>"
    )
    return Response(status, text.encode(), HEADERS)


def message(status: int, title: str, text: str) -> Response:
    """A page that only says something."""
    return page(status, title, "", lead=text)


def style() -> Response:
    """The stylesheet."""
    return Response(200, STYLE, (("Content-Type", "text/css; charset=utf-8"),))


def hidden(name: str, value: str) -> str:
    """A hidden field."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
