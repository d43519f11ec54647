"""What is wrong with a page's HTML: how it is nested, what may hold what, and what points nowhere.

It is stricter than browsers, which mend what they can: whatever is opened is closed where it was
opened, and everything that an attribute names is there.
"""

from collections import Counter
from html.parser import HTMLParser


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base br col hr img input link meta wbr")
#: What holds words and no blocks.
PHRASING = _names(
    "p span strong em code kbd bdi q label button h1 h2 h3 h4 h5 h6 legend pre time summary dt"
    " figcaption caption small"
)
BLOCKS = _names(
    "address article aside blockquote details div dl fieldset figure footer form header h1 h2 h3 h4"
    " h5 h6 hr main nav ol p pre section table ul"
)
#: Exceptions: a group's name, a summary and a cell's head may be a heading.
HEADED = frozenset({"legend", "summary"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FLOWING = frozenset({"dt", "figcaption", "caption"})
#: What nobody can press inside of another.
PRESSED = frozenset({"a", "button", "input", "select", "textarea", "details"})
#: Element: the only elements that it may hold.
CHILDREN: dict[str, frozenset[str]] = {
    name: _names(held)
    for name, held in {
        "ul": "li template",
        "ol": "li template",
        "dl": "dt dd div",
        "table": "caption colgroup thead tbody tfoot",
        "thead": "tr",
        "tbody": "tr",
        "tr": "th td",
        "select": "option optgroup hr",
        "datalist": "option",
    }.items()
}
#: Element: the only elements that may hold it.
PARENTS: dict[str, frozenset[str]] = {
    name: _names(holders)
    for name, holders in {
        "li": "ul ol menu",
        "dt": "dl div",
        "dd": "dl div",
        "caption": "table",
        "tr": "thead tbody tfoot",
        "th": "tr",
        "td": "tr",
        "option": "select optgroup datalist",
        "legend": "fieldset",
        "summary": "details",
        "figcaption": "figure",
    }.items()
}
OBSOLETE = frozenset({"center", "font", "big", "strike", "tt", "marquee", "frame", "frameset"})
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list")


class Markup(HTMLParser):
    """Reads a whole page and keeps a sentence for whatever is wrong."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self._open: list[str] = []
        self._ids: Counter[str] = Counter()
        self._named: set[str] = set()
        if not html.lstrip().lower().startswith("<!doctype html>"):
            self.problems.append("it does not begin with <!DOCTYPE html>")
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self._open]
        self.problems += [f"the id {name!r} is there {n} times" for name, n in self._twice()]
        self.problems += [f"nothing has the id {name!r}" for name in self._named - set(self._ids)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag, attrs)
        if tag not in VOID and "svg" not in self._open:
            self._say(tag, "closes itself, which means nothing")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self._say(tag, "has an end tag")
        elif self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self._say(tag, f"ends inside {self._where()}")
            if tag in self._open:
                while self._open.pop() != tag:
                    continue

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1] in CHILDREN:
            self.problems.append(f"words in <{self._open[-1]}>: {data.strip()[:40]!r}")

    def _meet(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if len(given) != len(attrs):
            self._say(tag, "has an attribute twice")
        if tag in OBSOLETE or "style" in given or any(name.startswith("on") for name in given):
            self._say(tag, "is obsolete, or has its style or script in an attribute")
        if tag == "img" and "alt" not in given:
            self._say(tag, "has no alt")
        if "id" in given:
            self._ids[given["id"] or ""] += 1
        for name in REFERENCES:
            self._named.update((given.get(name) or "").split())
        href = given.get("href") or ""
        if href.startswith("#") and len(href) > 1:
            self._named.add(href[1:])
        if "svg" not in self._open:
            self._nest(tag, given)

    def _nest(self, tag: str, given: dict[str, str | None]) -> None:
        parent = self._open[-1] if self._open else ""
        if parent in CHILDREN and tag not in CHILDREN[parent] | {"script"}:
            self._say(tag, f"is not for <{parent}>")
        if tag in PARENTS and parent not in PARENTS[tag]:
            self._say(tag, f"is not for <{parent}>")
        if tag == "form" and "form" in self._open:
            self._say(tag, "is inside another")
        hidden = tag == "input" and given.get("type") == "hidden"
        if tag in PRESSED and not hidden and {"a", "button"} & set(self._open):
            self._say(tag, f"is to be pressed inside {self._where()}")
        if tag in BLOCKS:
            self._block(tag)

    def _block(self, tag: str) -> None:
        for holder in self._open:
            if holder not in PHRASING or (holder in FLOWING and tag not in HEADINGS):
                continue
            if not (holder in HEADED and tag in HEADINGS):
                self._say(tag, f"is a block inside <{holder}>")
                return

    def _twice(self) -> list[tuple[str, int]]:
        return [(name, number) for name, number in self._ids.items() if number > 1]

    def _where(self) -> str:
        return " > ".join(self._open[-4:]) or "nothing"

    def _say(self, tag: str, what: str) -> None:
        line, _column = self.getpos()
        self.problems.append(f"line {line}: <{tag}> {what}")


def problems(html: str) -> list[str]:
    """Return a sentence for each thing that is wrong with a whole page; none where all is well."""
    return Markup(html).problems
