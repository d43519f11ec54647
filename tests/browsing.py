"""A browser without a script: reads a page and sends its forms as they stand, or as changed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

from tests.support import markup

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "rect", "wbr"})


@dataclass
class Form:
    """A form as it would be sent: ticked and chosen fields alone, in order, then its buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    #: What each radio button or selection offers, chosen or not.
    offered: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The fields by name; of several with one name the last."""
        return dict(self.fields)


class Page(HTMLParser):
    """What a person meets on a page: its words, links and forms."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.title = ""
        self._words: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._link = ""
        self._select = ""
        self._textarea = ""
        self.feed(html)
        self.words = " ".join("".join(self._words).split())
        self.title = " ".join(self.title.split())
        self.links = {" ".join(words.split()): href for words, href in self.links.items()}

    def form(self, ending: str = "", *, button: str = "") -> Form:
        """The form whose address ends so and whose words hold ``button``; fails without one."""
        found = [f for f in self.forms if f.action.endswith(ending) and button in f.words]
        assert found, f"no form to {ending!r} with {button!r}: {self.forms}"
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        self._words.append(" " if tag not in ("bdi", "strong", "code", "a", "wbr") else "")
        match tag:
            case "form":
                self._form = Form(given.get("action", ""), given.get("method", "get").lower())
                self.forms.append(self._form)
            case "a":
                self._link = given.get("href", "")
                self._link_words = ""
            case "input" if self._form is not None:
                self._input(self._form, given)
            case "select":
                self._select = given.get("name", "")
            case "option" if self._form is not None:
                self._option(self._form, given)
            case "button" if self._form is not None and "name" in given:
                self._form.buttons.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                continue
        self._words.append(" " if tag not in ("bdi", "strong", "code", "a", "wbr") else "")
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link:
            self.links[self._link_words] = self._link
            self._link = ""

    def handle_data(self, data: str) -> None:
        if "title" in self._open[-1:]:
            self.title += data
            return
        if self._open[-1:] in (["script"], ["style"]):
            return
        self._words.append(data)
        if self._form is not None:
            self._form.words += data
        if self._link:
            self._link_words += data

    def _input(self, form: Form, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if not name or kind in ("submit", "button"):
            return
        if kind == "radio":
            form.offered.setdefault(name, []).append(given.get("value", "on"))
        if kind not in ("radio", "checkbox") or "checked" in given:
            form.fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def _option(self, form: Form, given: dict[str, str]) -> None:
        offered = form.offered.setdefault(self._select, [])
        offered.append(given.get("value", ""))
        values = [pair for pair in form.fields if pair[0] != self._select]
        if "selected" in given or len(offered) == 1:
            form.fields = [*values, (self._select, given.get("value", ""))]


def read(response: Any) -> Page:
    """Read an answer that must be a page, and whose HTML must be as it should."""
    assert response["Content-Type"].startswith("text/html"), response
    html = response.content.decode()
    wrong = markup.problems(html)
    assert not wrong, "\n".join(wrong)
    return Page(html)


def send(
    client: Client,
    page: Any,
    ending: str = "",
    *,
    button: str = "",
    press: str = "",
    **changes: Any,
) -> Any:
    """Send a form of a page: to an address that ends so, with that button, and these changes.

    A change to None takes the field away, as unticking does. ``press`` names the button pressed.
    """
    form = read(page).form(ending, button=button)
    values = dict(form.values)
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = str(value)
    values |= {name: value for name, value in form.buttons if name == press}
    here = page.request["PATH_INFO"]
    address = urljoin(here, form.action)
    sender = client.post if form.method == "post" else client.get
    return sender(address, values)
