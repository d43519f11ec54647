"""What the JWT_… variables mean; whatever would believe a stranger is refused.

What is refused: E011 no issuer, E012 no audience, E013 keys that cannot be had or trusted, E014
algorithms, E015 the lifetime, E016 no load balancer's ARN, E017 a claim's name.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from focusadmin import addresses
from focusadmin.config import Reader
from focusadmin.identity import header_reading, jwks
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.presets import PRESETS, Preset

T = TypeVar("T")

VARIABLES = tuple(
    f"JWT_{name}"
    for name in (
        *("HEADER", "ALGORITHMS", "KEYS", "ISSUER", "AUDIENCE", "MAX_LIFETIME", "SIGNER"),
        *("SUBJECT_CLAIM", "EMAIL_CLAIM", "NAME_CLAIM", "GROUPS_CLAIM"),
    )
)
#: Seconds: a minute, and Cloudflare's longest session.
LIFETIMES = range(60, 31 * 24 * 3600 + 1)
#: Characters; the column holds as many.
LONGEST = 200
WORD = re.compile(r"[!-~]+")
ARN = re.compile(
    r"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/app/[\w-]+/[\w-]+",
    re.ASCII,
)


def proxy(read: Reader, name: str, *, is_demo: bool) -> SignedProxy:
    """Read the variables of a proxy that signs; problems are noted in ``read``."""
    preset = PRESETS[name]
    need = _Needs(read)
    header = need("JWT_HEADER", header_reading.header, "X-Signed-Assertion", preset.header)
    algorithms_ = need("JWT_ALGORITHMS", algorithms, "ES256", preset.algorithms)
    issuer = need("JWT_ISSUER", one_word, "https://sso.example.com", preset.issuer)
    audiences = need("JWT_AUDIENCE", words, "focusadmin", "")
    signer = need("JWT_SIGNER", arn, EXAMPLE_ARN, "") if preset.signer else ""
    return SignedProxy(
        preset=name,
        header=header,
        bearer=header.lower() == "authorization",
        algorithms=algorithms_,
        keys=need(
            "JWT_KEYS",
            lambda text: keys(text, algorithms_, each=preset.signer, is_demo=is_demo),
            f"https://sso.example.com/{'{kid}' if preset.signer else 'jwks.json'}",
            preset.keys(issuer, signer),
        ),
        issuer=issuer,
        audiences=audiences,
        max_lifetime=need("JWT_MAX_LIFETIME", lifetime, "3600", str(preset.max_lifetime)),
        **_claims(need, preset),
        groups_separator=preset.groups_separator,
        signer=signer,
        token_type=preset.token_type,
        id_token=preset.id_token,
    )


def _claims(need: "_Needs", preset: Preset) -> dict[str, str]:
    return {
        "subject_claim": need("JWT_SUBJECT_CLAIM", claim, "sub", preset.subject),
        "email_claim": need("JWT_EMAIL_CLAIM", claim, "email", preset.email),
        "name_claim": need("JWT_NAME_CLAIM", claim, "name", preset.name),
        "groups_claim": need("JWT_GROUPS_CLAIM", claim, "groups", preset.groups),
    }


EXAMPLE_ARN = (
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/tools/50dc6c495c0c9188"
)
#: What it would mean to start without a variable.
MISSING = {
    "JWT_HEADER": "say which header carries the assertion (focusadmin.E017)",
    "JWT_ALGORITHMS": "say which one the proxy signs with (focusadmin.E014)",
    "JWT_KEYS": "without it no signature can be verified (focusadmin.E013)",
    "JWT_ISSUER": "without it anybody's token would do (focusadmin.E011)",
    "JWT_AUDIENCE": "without it a token made for another application would do (focusadmin.E012)",
    "JWT_SIGNER": "without it every load balancer of AWS could sign (focusadmin.E016)",
}


class _Needs:
    """Reads a variable that has to be there, by itself or by the preset."""

    def __init__(self, read: Reader) -> None:
        self._read = read

    def __call__(self, name: str, parser: Callable[[str], T], example: str, default: str) -> T:
        if not self._read.text(name, default):
            self._read.note(f"{name}: it is missing; {MISSING[name]}. Example: {name}={example}")
            return parser(example)  # the start ends before anyone sees it
        parsed = self._read.parse(name, parser, example, default)
        return parser(example) if parsed is None else parsed


def algorithms(text: str) -> tuple[str, ...]:
    """Return signature algorithms that need a private key to sign with."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    wrong = [name for name in found if name not in jwks.ALGORITHMS]
    if wrong:
        raise ValueError(
            f"{', '.join(wrong)}: unsigned tokens, shared secrets and unusual signatures are"
            f" refused (focusadmin.E014); use {', '.join(jwks.ALGORITHMS)}"
        )
    return found


def keys(text: str, algorithms: tuple[str, ...], *, each: bool, is_demo: bool) -> str:
    """Return an https address of keys, with ``{kid}`` where each has one, or a file's path."""
    if "://" not in text:
        try:
            jwks.parse(Path(text).read_bytes(), algorithms)
        except OSError as error:
            raise ValueError(f"{text!r} cannot be read (focusadmin.E013): {error}") from error
        except ValueError as error:
            raise ValueError(f"{text!r} is of no use (focusadmin.E013): {error}") from error
        return text
    try:
        addresses.link(text)
    except ValueError as error:
        raise ValueError(f"{error} (focusadmin.E013)") from error
    if text.startswith("http://") and not is_demo:
        raise ValueError(
            "keys over http could be anybody's (focusadmin.E013); use https (http is for a"
            " try-out whose PUBLIC_URL is http as well)"
        )
    if not urlsplit(text).path.strip("/") or "{" in urlsplit(text).netloc:
        raise ValueError(f"{text!r} is not the address of keys (focusadmin.E013)")
    if each and "{kid}" not in text:
        raise ValueError(f"{text!r} does not say where {{kid}} belongs (focusadmin.E013)")
    return text


def one_word(text: str) -> str:
    """Return printable ASCII without a blank, as an issuer is compared."""
    if not WORD.fullmatch(text) or len(text) > LONGEST:
        raise ValueError(f"it must be printable ASCII without blanks, at most {LONGEST} characters")
    return text


def words(text: str) -> tuple[str, ...]:
    """Return the audiences of a list separated by blanks or commas."""
    found = tuple(dict.fromkeys(one_word(word) for word in text.replace(",", " ").split()))
    if not found or "*" in found:
        raise ValueError("it must name this application, not all of them (focusadmin.E012)")
    return found


def arn(text: str) -> str:
    """Return the ARN of an application load balancer."""
    if not ARN.fullmatch(text):
        raise ValueError(f"{text!r} is not a load balancer's ARN (focusadmin.E016)")
    return text


def lifetime(text: str) -> int:
    """Return seconds."""
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) not in LIFETIMES:
        raise ValueError(
            f"{text!r} is not {LIFETIMES[0]} to {LIFETIMES[-1]} seconds (focusadmin.E015)"
        )
    return int(text)


def claim(text: str) -> str:
    """Return a claim's name."""
    try:
        return one_word(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not the name of a claim (focusadmin.E017)") from error
