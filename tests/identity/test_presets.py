"""Every proxy by its name: the documented example works with it, and forged tokens do not."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from focusadmin.identity import assertion, header_reading
from focusadmin.identity.configuration import HeaderProxy, SignedProxy
from focusadmin.identity.errors import SignInError
from focusadmin.identity.keyring import FetchedKeys
from focusadmin.identity.presets import PRESETS
from tests.check.sources import ROOT
from tests.config.starting import Start
from tests.identity.signing import KINDS, Draft, draft, environ, jwk, jwks, key, pem

GUIDE = (ROOT / "docs/deploy/sign-in.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
EXAMPLES = {
    values["SIGN_IN"]: values
    for values in (dict(line.split("=", 1) for line in block.splitlines()) for block in BLOCKS)
}

#: What the examples' keys' addresses come to.
ADDRESSES = {
    "pomerium": "https://focusadmin.example.com/.well-known/pomerium/jwks.json",
    "cloudflare-access": "https://example.cloudflareaccess.com/cdn-cgi/access/certs",
    "google-iap": "https://www.gstatic.com/iap/verify/public_key-jwk",
    "aws-alb": "https://public-keys.auth.elb.eu-central-1.amazonaws.com/a",
    "authentik": "https://auth.example.com/application/o/focusadmin/jwks/",
    "oauth2-proxy": "https://idp.example.com/realms/company/protocol/openid-connect/certs",
    "azure-easy-auth": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"
    "/discovery/v2.0/keys",
    "jwt": "https://sso.example.com/.well-known/jwks.json",
}


#: Read once each; they cannot be changed.
MADE: dict[str, SignedProxy] = {}


@pytest.fixture(params=PRESETS)
def config(request: pytest.FixtureRequest, start: Start) -> SignedProxy:
    """What the settings make of a proxy's documented example."""
    if request.param not in MADE:
        MADE[request.param] = start(**EXAMPLES[request.param])["SIGN_IN"]
    return MADE[request.param]


def keys(config: SignedProxy) -> FetchedKeys:
    """The proxy's key server, which has the key ``a`` at the documented address alone."""
    private = key(KINDS[config.algorithms[0]])

    def fetch(address: str) -> bytes:
        if address != ADDRESSES[config.preset]:
            raise ValueError(f"nothing is at {address}")
        return pem(private) if config.signer else jwks(jwk(private, "a"))

    return FetchedKeys(config.keys, config.algorithms, fetch)


def test_every_proxy_has_an_example() -> None:
    assert set(EXAMPLES) == {*PRESETS, *header_reading.PRESETS}


def test_the_documented_example_believes_a_good_token(config: SignedProxy) -> None:
    who = assertion.verify(config, environ(config, draft(config).text()), keys=keys(config))

    assert (who.issuer, who.subject, who.email) == (config.issuer, "00u1-alex", "alex@example.com")
    assert who.groups is None


def test_its_groups_are_read(config: SignedProxy) -> None:
    said: object = ["admins", "staff"]
    for step in reversed(config.groups_claim.split(".")):
        said = {step: said}
    token = draft(config, **said).text()

    who = assertion.verify(config, environ(config, token), keys=keys(config))

    assert who.groups == {"admins", "staff"}


@pytest.mark.parametrize("name", header_reading.PRESETS)
def test_the_documented_example_of_plain_headers_is_complete(start: Start, name: str) -> None:
    settings = start(**EXAMPLES[name])

    assert isinstance(settings["SIGN_IN"], HeaderProxy)
    assert settings["SIGN_OUT_URL"] == EXAMPLES[name]["SIGN_OUT_URL"]


def test_it_knows_where_most_proxies_sign_out(start: Start) -> None:
    known = {name: start(**EXAMPLES[name])["SIGN_OUT_URL"] for name in PRESETS}

    assert known["pomerium"] == "/.pomerium/sign_out"
    assert known["oauth2-proxy"] == "/oauth2/sign_out"
    assert known["aws-alb"] == "https://idp.example.com/logout"
    assert all(known.values())


Bad = Callable[[SignedProxy, Draft], str]


def said(**changes: object) -> Bad:
    return lambda config, good: good.but(**changes).text()


def headed(**changes: object) -> Bad:
    return lambda config, good: good.headed(**changes).text()


BAD: Mapping[str, Bad] = {
    "nothing": lambda config, good: "",
    "expired": lambda config, good: replace(
        good.but(exp=int(time.time()) - 40, **({} if config.signer else {"iat": 1_700_000_000})),
        header={**good.header, **({"exp": int(time.time()) - 40} if config.signer else {})},
    ).text(),
    "too long": lambda config, good: replace(
        good.but(exp=int(time.time()) + config.max_lifetime + 60),
        header=good.header
        | ({"exp": int(time.time()) + config.max_lifetime + 60} if config.signer else {}),
    ).text(),
    "of the future": lambda config, good: good.but(nbf=int(time.time()) + 60).text(),
    "made in the future": lambda config, good: good.but(iat=int(time.time()) + 60).text(),
    "another issuer": said(iss="https://example.org"),
    "no issuer": said(iss=...),
    "nobody": said(sub=""),
    "no subject": said(sub=...),
    "another audience": lambda config, good: (
        good.headed(client="other") if config.signer else good.but(aud="other")
    ).text(),
    "no audience": lambda config, good: (
        good.headed(client=...) if config.signer else good.but(aud=...)
    ).text(),
    "another key": lambda config, good: replace(
        good, private=key(KINDS[config.algorithms[0]], 1)
    ).text(),
    "unknown key": headed(kid="b"),
    "no key id": headed(kid=...),
    "another algorithm": lambda config, good: replace(
        good.headed(alg="EdDSA"), private=key("Ed25519"), algorithm="EdDSA"
    ).text(),
    "an access token": headed(typ="at+jwt"),
    "critical": headed(crit=["exp"]),
    "no signature": lambda config, good: good.text().rpartition(".")[0] + ".",
    "twice": lambda config, good: f"{good.text()},{good.text()}",
    "claims of another": lambda config, good: ".".join(
        (good.text().split(".")[0], good.but(sub="bo").text().split(".")[1], "AAAA")
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused(config: SignedProxy, kind: str) -> None:
    token = BAD[kind](config, draft(config))

    with pytest.raises(SignInError):
        assertion.verify(config, environ(config, token), keys=keys(config))


def refusal(config: SignedProxy, token: str) -> str:
    """Return why a token is refused, '' when it is not."""
    try:
        assertion.verify(config, environ(config, token), keys=keys(config))
    except SignInError as error:
        return error.reason
    return ""


def of(start: Start, name: str, **changes: str) -> Any:
    return start(**{**EXAMPLES[name], **changes})["SIGN_IN"]


def test_cloudflare_tokens_are_an_applications(start: Start) -> None:
    config = of(start, "cloudflare-access")
    good = draft(config)

    assert refusal(config, good.but(type="org").text()) == "type"
    assert refusal(config, good.but(type=...).text()) == "type"
    assert refusal(config, good.but(type=["app"]).text()) == "type"
    assert refusal(config, good.but(aud=["other", config.audiences[0]]).text()) == ""


ALB: Mapping[str, tuple[Mapping[str, object], str]] = {
    "another load balancer": (
        {
            "signer": EXAMPLES["aws-alb"]["JWT_SIGNER"].replace("123456789012", "210987654321"),
        },
        "signer",
    ),
    "no load balancer": ({"signer": ...}, "signer"),
    "a list of load balancers": ({"signer": [EXAMPLES["aws-alb"]["JWT_SIGNER"]]}, "signer"),
    "another issuer": ({"iss": "https://example.org"}, "issuer"),
    "no issuer": ({"iss": ...}, "issuer"),
    "another client": ({"client": "other"}, "audience"),
    "a list of clients": ({"client": ["5f0c2e1d-focusadmin"]}, "audience"),
    "another end": ({"exp": 4102444800}, "malformed"),
}


@pytest.mark.parametrize("kind", ALB)
def test_the_load_balancers_own_words_are_checked(start: Start, kind: str) -> None:
    config = of(start, "aws-alb")
    header, reason = ALB[kind]

    assert refusal(config, draft(config).headed(**header).text()) == reason


def test_the_load_balancers_padding_is_part_of_what_it_signs(start: Start) -> None:
    config = of(start, "aws-alb")
    for length in range(4):
        good = draft(config, name="x" * length)
        header, claims, signature = good.text().split(".")

        assert len(header) % 4 == len(claims) % 4 == len(signature) % 4 == 0
        assert signature.endswith("==")
        assert refusal(config, good.text()) == ""
        assert refusal(config, replace(good, padded=False).text()) == ""
        bare = ".".join((header.rstrip("="), claims.rstrip("="), signature))
        assert bare == good.text() or refusal(config, bare) in {"signature", "malformed"}
        assert refusal(config, good.text() + "==") == "malformed"
        assert refusal(config, "=" + good.text()) == "malformed"


def test_the_other_partitions_of_aws_need_an_address_of_keys(start: Start) -> None:
    signer = EXAMPLES["aws-alb"]["JWT_SIGNER"].replace("arn:aws:", "arn:aws-us-gov:")
    address = "https://keys.example.com/aws-elb/{kid}"

    with pytest.raises(Exception, match=r"JWT_KEYS: it is missing.*focusadmin.E013"):
        of(start, "aws-alb", JWT_SIGNER=signer)
    with pytest.raises(Exception, match=r"JWT_KEYS: .*where {kid} belongs"):
        of(start, "aws-alb", JWT_SIGNER=signer, JWT_KEYS="https://keys.example.com/aws-elb")
    assert of(start, "aws-alb", JWT_SIGNER=signer, JWT_KEYS=address).keys == address


@pytest.mark.parametrize("name", ["oauth2-proxy", "azure-easy-auth", "authentik"])
def test_an_id_token_is_for_one_client(start: Start, name: str) -> None:
    config = of(start, name)
    good, own = draft(config), config.audiences[0]

    assert refusal(config, good.but(azp=own).text()) == ""
    assert refusal(config, good.but(azp="other").text()) == "audience"
    assert refusal(config, good.but(azp=[own]).text()) == "audience"
    assert refusal(config, good.but(azp=None).text()) == "audience"
    assert refusal(config, good.but(aud=[own]).text()) == ""
    assert refusal(config, good.but(aud=[own, "other"]).text()) == "audience"
    assert refusal(config, good.but(aud=[own, "other"], azp=own).text()) == ""


def test_authentik_may_send_groups_as_one_text(start: Start) -> None:
    config = of(start, "authentik")
    token = draft(config, groups="admins|staff").text()

    who = assertion.verify(config, environ(config, token), keys=keys(config))

    assert who.groups == {"admins", "staff"}


def test_every_variable_can_be_said_otherwise(start: Start) -> None:
    config = of(
        start,
        "pomerium",
        JWT_HEADER="X-Other",
        JWT_ALGORITHMS="RS256, PS256 RS256",
        JWT_KEYS="https://keys.example.com/set?version=2",
        JWT_AUDIENCE="one two,three",
        JWT_MAX_LIFETIME="600",
        JWT_SUBJECT_CLAIM="oid",
        JWT_EMAIL_CLAIM="mail",
        JWT_NAME_CLAIM="nick",
        JWT_GROUPS_CLAIM="https://example.com/groups",
    )

    assert config == SignedProxy(
        preset="pomerium",
        header="X-Other",
        bearer=False,
        algorithms=("RS256", "PS256"),
        keys="https://keys.example.com/set?version=2",
        issuer="focusadmin.example.com",
        audiences=("one", "two", "three"),
        max_lifetime=600,
        subject_claim="oid",
        email_claim="mail",
        name_claim="nick",
        groups_claim="https://example.com/groups",
    )
