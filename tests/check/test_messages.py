"""The catalogues: whole, of today's texts, and nothing lost between a text and its translation."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.check.sources import ROOT, python_files, shown, tree
from tests.support import messages

#: What a translation has to hold as well: names to be filled in, and markup.
FIXED = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>")
#: What a template may not write of days and moments: each language has its own order.
ENGLISH_DATE = re.compile(r"""\b(?:date|now)\s*:?\s*["'][^"']*\bj [FM]""")
RENEW = "bring it up to date with `make messages`, and translate what is new"
LANGUAGES = pytest.mark.parametrize(
    "path", messages.catalogues(), ids=lambda path: path.parent.parent.name
)


@cache
def catalogue(path: Path) -> Catalog:
    """Return a catalogue as it is committed."""
    return messages.catalogue(path)


def fixed(text: str) -> Counter[str]:
    """Return what a text holds that no language may change."""
    return Counter(FIXED.findall(text))


@LANGUAGES
def test_what_is_filled_in_is_the_same_in_every_language(path: Path) -> None:
    wrong = []
    for message in catalogue(path):
        wanted = [fixed(form) for form in messages.forms(message.id)]
        for number, form in enumerate(messages.forms(message.string)):
            # "one of your keys" may do without the number, and so may a language.
            allowed = wanted[-1:] if number else wanted
            if message.id and form and fixed(form) not in allowed:
                wrong.append(f"{form!r} stands for {messages.forms(message.id)}")

    assert not wrong, "\n".join(wrong)


@LANGUAGES
def test_a_translation_ends_as_its_text_does(path: Path) -> None:
    """A space, a colon or an ellipsis at the end is there for what follows."""
    wrong = [
        f"{string!r} stands for {text!r}"
        for message in catalogue(path)
        if message.id
        for text, string in zip(
            messages.forms(message.id), messages.forms(message.string), strict=False
        )
        if string and (_edges(text) != _edges(string))
    ]

    assert not wrong, "\n".join(wrong)


def _edges(text: str) -> tuple[bool, ...]:
    return text[:1].isspace(), text[-1:].isspace(), text.rstrip().endswith(":")


@LANGUAGES
def test_what_django_reads_is_compiled_from_what_people_read(path: Path) -> None:
    compiled = path.with_suffix(".mo").read_bytes()

    assert compiled == messages.compiled(catalogue(path)), RENEW


def test_every_name_under_which_texts_are_marked_is_known_to_the_extraction() -> None:
    names = {
        alias.asname or alias.name
        for folder in ("focusadmin", "integrations")
        for path in python_files(folder)
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }

    assert {"_", "ngettext"} <= names
    assert not {name for name in names if "gettext" in name or name.startswith("_")} - set(
        messages.FUNCTIONS
    )


def test_texts_are_marked_where_they_are_written() -> None:
    """Within an f-string, or by a name that stands for it, no text is found by the extraction."""
    wrong = [
        f"{shown(path)}:{node.lineno} {ast.unparse(node)}"
        for folder in ("focusadmin", "integrations")
        for path in python_files(folder)
        for node, inside in _calls(tree(path))
        if isinstance(node.func, ast.Name)
        and node.func.id in messages.FUNCTIONS
        and (inside or not isinstance(node.args[0], ast.Constant))
    ]

    assert not wrong, "\n".join(wrong)


def _calls(whole: ast.AST) -> Iterator[tuple[ast.Call, bool]]:
    """Yield every call, and whether it stands within an f-string."""
    within = {
        call
        for text in ast.walk(whole)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
    }
    for node in ast.walk(whole):
        if isinstance(node, ast.Call):
            yield node, node in within


def test_templates_leave_the_order_of_a_date_to_the_language() -> None:
    wrong = [
        shown(path)
        for path in ROOT.glob("templates/**/*.html")
        if ENGLISH_DATE.search(path.read_text())
    ]

    assert not wrong, f"use DATE_FORMAT and its like (focusadmin/formats) in {wrong}"


@LANGUAGES
def test_every_text_of_the_sources_is_translated_and_no_other(path: Path) -> None:
    wanted = {(message.id, message.context) for message in messages.wanted() if message.id}
    there = {(message.id, message.context) for message in catalogue(path) if message.id}
    missing, stale = wanted - there, there - wanted
    left = [message.id for message in messages.untranslated(catalogue(path))]

    assert len(wanted) > 1000
    assert not missing, f"{RENEW}: {sorted(map(str, missing))}"
    assert not stale, f"{RENEW}: {sorted(map(str, stale))} are gone from the sources"
    assert not left, f"without a translation, or with a guess: {left}"
