"""The one spelling under which a proxy's people are kept, and what is no name at all.

Two spellings never become one person, and one person's never two: the letters A to Z are folded to
lower case, as the directories behind such proxies compare them, and every other name that is not
its own canonical form is refused rather than mended. So ``Alice`` is ``alice``; ``ａlice`` (full
width), ``alice`` with an invisible character, ``Élise`` (its lower case is ``élise``) and ``аlice``
(a Cyrillic letter among Latin ones) are nobody.
"""

import unicodedata
from string import ascii_lowercase, ascii_uppercase

LONGEST = 200
LONGEST_ADDRESS = 254
FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)
#: What a name is made of besides letters; never a comma, which joins two headers of one name, nor
#: a brace: some proxies send the name of a variable, ``{…}``, where they know nobody.
SIGNS = frozenset("0123456789!#$%&'*+-./:=?@\\^_`|~ ")
#: Letters that nobody sees: the fillers of Hangul.
INVISIBLE = frozenset("\u115f\u1160")
#: Scripts whose letters pass for one another's.
ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})


def user(text: str) -> str:
    """Return the canonical form of a person's name at the proxy; ValueError says why none."""
    folded = text.translate(FOLD)
    _one_line(folded, LONGEST)
    if folded != folded.strip() or "  " in folded:
        raise ValueError("it has blanks at an end, or two in a row")
    if folded != folded.lower() or not _is_canonical(folded):
        raise ValueError("it is not its own canonical form (NFKC, lower case)")
    if not all(_is_letter(sign) or sign in SIGNS for sign in folded):
        raise ValueError("it holds other signs than letters, digits and ASCII ones")
    if len(_scripts(folded) & ALIKE) > 1:
        raise ValueError("it mixes the letters of several scripts")
    return folded


def address(text: str) -> str:
    """Return an e-mail address as it is; ValueError says why it is none."""
    _one_line(text, LONGEST_ADDRESS)
    name, at, domain = text.partition("@")
    if not (name and at and domain) or "@" in domain or set(text) & set(' ,;<>"'):
        raise ValueError("it is not one e-mail address")
    if not _is_canonical(text):
        raise ValueError("it is not its own canonical form (NFKC)")
    return text


def display(text: str) -> str:
    """Return a name to show as it is; ValueError says why it cannot be shown."""
    _one_line(text, LONGEST)
    return unicodedata.normalize("NFC", text)


def _one_line(text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"it is longer than {longest} characters")
    if not text.isprintable():
        raise ValueError("it holds what cannot be printed")


def _is_canonical(text: str) -> bool:
    return all(unicodedata.is_normalized(form, text) for form in ("NFC", "NFKC"))


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign) in ("Ll", "Lo") and sign not in INVISIBLE


def _scripts(text: str) -> set[str]:
    """Return the first word of each letter's Unicode name: its script."""
    return {unicodedata.name(sign, "?").partition(" ")[0] for sign in text if _is_letter(sign)}
