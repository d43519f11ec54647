"""Forgeries of a token's form: its algorithm, key, header, JSON, shape and signature."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.identity.forging import Forge, Forgery, parts, raw, signed_by, with_claim, with_header
from tests.identity.signing import Draft, b64, compact, hmac_signed, jwk, key, pem, unb64


def algorithms() -> Iterator[Forgery]:
    def unsigned(alg: object, signature: str = "") -> Forge:
        return lambda good: (
            f"{b64(compact({**good.header, 'alg': alg}))}.{b64(compact(good.claims))}.{signature}"
        )

    for alg in ("none", "None", "NONE", "nOnE", ""):
        yield f"unsigned, alg {alg!r}", "malformed", unsigned(alg)
        yield f"alg {alg!r} and some signature", "algorithm", unsigned(alg, "AAAA")
    for alg in ("HS256", "HS384", "HS512"):
        for kind, secret in {
            "PEM": pem(key("P-256")),
            "JWK": compact(jwk(key("P-256"))),
            "x": jwk(key("P-256"))["x"].encode(),
            "nothing": b"",
        }.items():
            yield (
                f"{alg} with the public key ({kind}) as secret",
                "algorithm",
                lambda good, alg=alg, secret=secret: hmac_signed(good, secret, alg),
            )
    for alg in (
        "es256",
        "ES256 ",
        "ES256\0",
        "ES384",
        "ES512",
        "ES256K",
        "RS256",
        "PS256",
        "EdDSA",
    ):
        yield f"alg says {alg!r}", "algorithm", with_header(alg=alg)
    for kind, value in {"absent": ..., "null": None, "list": ["ES256"], "number": 1}.items():
        yield f"alg is {kind}", "algorithm", with_header(alg=value)
    yield "ES384 with its own key", "algorithm", signed_by(key("P-384"), "ES384")
    yield "RS256 with its own key", "algorithm", signed_by(key("RSA"), "RS256")
    yield "EdDSA with its own key", "algorithm", signed_by(key("Ed25519"), "EdDSA")


def keys() -> Iterator[Forgery]:
    mine = key("P-256", 1)
    yield "another key of the same id", "signature", signed_by(mine)
    yield "an unknown key", "unknown-key", signed_by(mine, kid="b")
    yield "no key id", "unknown-key", with_header(kid=...)
    for kind, value in {
        "empty": "",
        "number": 7,
        "list": ["a"],
        "object": {"kid": "a"},
        "true": True,
        "201 characters": "a" * 201,
    }.items():
        yield f"kid is {kind}", "malformed", with_header(kid=value)
    for value in (
        "../a",
        "/dev/null",
        "a\0",
        "A",
        "a ",
        "' OR 1=1 --",
        "http://example.org/a",
        "ａ",
    ):
        yield f"kid is {value!r}", "unknown-key", with_header(kid=value)
    brought = {
        "jwk": jwk(mine),
        "jku": "https://example.org/jwks.json",
        "x5u": "https://example.org/cert.pem",
        "x5c": [b64(pem(mine))],
    }
    for name, value in brought.items():
        yield f"brings its own key ({name})", "signature", signed_by(mine, **{name: value})
        yield (
            f"brings its own key and id ({name})",
            "unknown-key",
            signed_by(mine, **{name: value, "kid": "mine"}),
        )


def headers() -> Iterator[Forgery]:
    for kind, value in {
        "exp": ["exp"],
        "b64": ["b64"],
        "unknown": ["urn:example:x"],
        "empty": [],
        "text": "exp",
        "null": None,
    }.items():
        yield f"crit is {kind}", "malformed", with_header(crit=value)
    yield "b64 is false", "malformed", with_header(b64=False)
    yield "b64 is false and critical", "malformed", with_header(b64=False, crit=["b64"])
    yield "compressed", "malformed", with_header(zip="DEF")
    yield "encrypted", "malformed", with_header(enc="A256GCM")
    yield "a token in a token", "malformed", with_header(cty="JWT")
    for kind, value in {
        "an access token": "at+jwt",
        "a logout token": "logout+jwt",
        "a proof": "dpop+jwt",
        "null": None,
        "list": ["JWT"],
    }.items():
        yield f"typ is {kind}", "type", with_header(typ=value)
    yield "header is a list", "malformed", raw(header=b'[{"alg":"ES256","kid":"a"}]')
    yield "header is text", "malformed", raw(header=b'"ES256"')
    yield "header is null", "malformed", raw(header=b"null")
    yield "header is no JSON", "malformed", raw(header=b"{alg:ES256}")
    yield "header is cut", "malformed", raw(header=b'{"alg":"ES256"')
    yield (
        "header says alg twice",
        "malformed",
        raw(header=b'{"alg":"none","kid":"a","alg":"ES256"}'),
    )
    yield "header says kid twice", "malformed", raw(header=b'{"alg":"ES256","kid":"b","kid":"a"}')
    yield "header is not UTF-8", "malformed", raw(header=b'{"alg":"ES256","kid":"a","x":"\xff"}')
    yield "header is UTF-16", "malformed", raw(header='{"alg":"ES256","kid":"a"}'.encode("utf-16"))
    yield (
        "header has a byte order mark",
        "malformed",
        raw(header=b'\xef\xbb\xbf{"alg":"ES256","kid":"a"}'),
    )


def bodies() -> Iterator[Forgery]:
    def text(good: Draft) -> str:
        return json.dumps(good.claims)

    def body(change: Callable[[str], bytes]) -> Forge:
        return lambda good: replace(good, claims=change(text(good))).text()

    for kind, value in {
        "a list": b"[]",
        "null": b"null",
        "text": b'"alex"',
        "empty": b" ",
        "no JSON": b"sub=alex",
        "10,000 deep": b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    }.items():
        yield f"claims are {kind}", "malformed", raw(claims=value)
    yield "claims are cut", "malformed", body(lambda said: said[:-1].encode())
    yield "claims are followed by more", "malformed", body(lambda said: (said + "{}").encode())
    yield (
        "claims say sub twice",
        "malformed",
        body(lambda said: ('{"sub":"bo",' + said[1:]).encode()),
    )
    yield "claims say exp twice", "malformed", body(lambda said: ('{"exp":1,' + said[1:]).encode())
    yield "claims are UTF-16", "malformed", body(lambda said: said.encode("utf-16"))
    yield (
        "claims are not UTF-8",
        "malformed",
        body(lambda said: ('{"x":"\xff",' + said[1:]).encode("latin-1")),
    )
    yield "a claim nobody reads is NaN", "malformed", with_claim("x", float("nan"))
    yield "17,000 characters", "malformed", with_claim("x", "a" * 13_000)
    yield "a megabyte", "malformed", with_claim("x", "a" * 1_000_000)


def shapes() -> Iterator[Forgery]:
    def ending(tail: str) -> Forge:
        return lambda good: good.text() + tail

    empty: Forge = parts(lambda header, claims, sign: "")
    yield "nothing", "missing", empty
    for kind, change in {
        "one part": lambda header, claims, sign: header,
        "two parts": lambda header, claims, sign: f"{header}.{claims}",
        "no signature": lambda header, claims, sign: f"{header}.{claims}.",
        "four parts": lambda header, claims, sign: f"{header}.{claims}.{sign}.{sign}",
        "five parts": lambda header, claims, sign: f"{header}..{claims}.{sign}.{sign}",
        "no header": lambda header, claims, sign: f".{claims}.{sign}",
        "no claims": lambda header, claims, sign: f"{header}..{sign}",
        "dots alone": lambda header, claims, sign: "..",
        "Bearer before it": lambda header, claims, sign: f"Bearer {header}.{claims}.{sign}",
        "a blank before it": lambda header, claims, sign: f" {header}.{claims}.{sign}",
        "a line in it": lambda header, claims, sign: f"{header}.\n{claims}.{sign}",
        "JSON form": lambda header, claims, sign: json.dumps(
            {"protected": header, "payload": claims, "signature": sign}
        ),
        "padded": lambda header, claims, sign: ".".join(
            part + "=" * (-len(part) % 4) for part in (header, claims, sign)
        ),
        "a padded signature": lambda header, claims, sign: f"{header}.{claims}.{sign}==",
        "the plain alphabet": lambda header, claims, sign: f"{header}.{claims}.+/{sign[2:]}",
    }.items():
        reason = "duplicate" if kind == "JSON form" else "malformed"
        yield f"shape: {kind}", reason, parts(change)
    for kind, tail in {
        "a blank": " ",
        "a line": "\n",
        "NUL": "\0",
        "a no-break space": "\u00a0",
        "a full-width letter": "ａ",
        "a sign": "!",
    }.items():
        yield f"shape: {kind} after it", "malformed", ending(tail)
    yield "twice", "duplicate", lambda good: f"{good.text()},{good.text()}"
    yield "twice with a blank", "duplicate", lambda good: f"{good.text()}, {good.text()}"
    yield "a comma after it", "duplicate", ending(",")


def signatures() -> Iterator[Forgery]:
    def other(good: Draft) -> Draft:
        return good.but(sub="bo")

    for kind, raw_signature in {
        "of zeros": bytes(64),
        "of ones": bytes(31) + b"\1" + bytes(31) + b"\1",
        "of 255s": b"\xff" * 64,
        "too short": b"\1" * 63,
        "too long": b"\1" * 65,
        "one byte": b"\1",
        "DER": encode_dss_signature(1, 1),
    }.items():
        signature = b64(raw_signature)
        yield (
            f"signature is {kind}",
            "signature",
            parts(lambda header, claims, _, signature=signature: f"{header}.{claims}.{signature}"),
        )
    yield (
        "signature of another token",
        "signature",
        lambda good: ".".join([*good.text().split(".")[:2], other(good).text().split(".")[2]]),
    )
    yield (
        "claims of another token",
        "signature",
        lambda good: ".".join(
            [
                good.text().split(".")[0],
                b64(compact(other(good).claims)),
                good.text().split(".")[2],
            ]
        ),
    )
    yield (
        "header of another token",
        "signature",
        lambda good: ".".join([b64(compact({**good.header, "x": 1})), *good.text().split(".")[1:]]),
    )
    yield (
        "signature turned around",
        "signature",
        parts(lambda header, claims, sign: f"{header}.{claims}.{b64(unb64(sign)[::-1])}"),
    )
