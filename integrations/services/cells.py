"""Cells of a CSV file that no spreadsheet takes for a formula, and the way back.

A program that opens such a file runs what begins with one of a few signs; an apostrophe before it
makes it text: https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

#: What is guarded: a formula's first sign, and the same behind apostrophes, so that every text
#: comes back as it was. Line feeds and full-width signs start formulas in some programs.
_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """Return the text of a cell that shows ``text`` and never counts as a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given; a text that needed no guard comes back as it is."""
    return text[1:] if _GUARDED.match(text) else text
