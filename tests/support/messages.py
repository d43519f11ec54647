"""The catalogues: what of the sources is to be translated, brought into ``locale`` and compiled.

``make messages`` runs it after texts changed. Babel does the work, so no GNU gettext is needed.
"""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "locale"

#: Which of a function's arguments are texts ("c": what tells equal ones apart).
FUNCTIONS: dict[str, tuple[int | tuple[int, str], ...]] = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

#: What a header says of tools and addresses.
HEADERS = "Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|Last-Translator|Generated-By"
LASTING = ("Language", "Plural-Forms", "MIME-Version", "Content-Type")
CHANGING = re.compile(rf'^"({HEADERS}): .*\n'.encode(), re.MULTILINE)


def sources() -> Iterator[Path]:
    """Return every file that may hold a text for people."""
    yield from sorted(ROOT.glob("templates/**/*.html"))
    for folder in ("focusadmin", "integrations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"migrations", "sandbox"} & set(path.parts):
                yield path


def wanted() -> Catalog:
    """Return a catalogue of the texts that the sources hold, without translations."""
    found = Catalog()
    for path in sources():
        place = str(path.relative_to(ROOT))
        for _line, text, comments, context in extract(
            "python", io.BytesIO(_python(path).encode()), FUNCTIONS
        ):
            found.add(text, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def _python(path: Path) -> str:
    """Return a file as Python, whose calls are what counts; a template becomes such calls."""
    text = path.read_text()
    if path.suffix == ".py":
        return text
    calls = templatize(text, origin=str(path))
    return "\n".join(line.lstrip() for line in calls.splitlines())


def catalogue(path: Path) -> Catalog:
    """Return a catalogue as it is committed."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


class _Compiled(Catalog):
    """A catalogue whose header says nothing that differs by day or tool."""

    @property  # type: ignore[misc]  # it is only read
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in super().mime_headers if name in LASTING]


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as Django reads it."""
    lasting = _Compiled(catalog.locale)
    for message in catalog:
        if message.id:
            lasting[message.id] = message
    into = io.BytesIO()
    write_mo(into, lasting)
    return into.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as people read it: with nothing that differs by day, tool or line."""
    into = io.BytesIO()
    write_po(into, catalog, width=100, include_lineno=False, sort_by_file=True)
    return CHANGING.sub(b"", into.getvalue())


def catalogues() -> list[Path]:
    """Return every language's catalogue."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def renew(path: Path) -> Catalog:
    """Bring a catalogue up to date: new texts untranslated, those that are gone left out."""
    catalog = catalogue(path)
    catalog.update(wanted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.write_bytes(written(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    return catalog


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or singular and plural."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def untranslated(catalog: Catalog) -> list[Message]:
    """Return the texts of which a form has no translation, or one that is only a guess."""
    return [one for one in catalog if one.id and (one.fuzzy or not all(forms(one.string)))]


def main() -> None:
    """Renew every catalogue and say what is left to translate."""
    for path in catalogues():
        catalog = renew(path)
        left = untranslated(catalog)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} texts, {len(left)} without a translation.")
        for message in left:
            print(f"  {message.id}", file=sys.stderr)


if __name__ == "__main__":
    main()
