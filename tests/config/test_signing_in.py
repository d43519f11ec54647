"""How people are known: what the variables mean, and what is refused before anything is served."""

from pathlib import Path

import pytest

from focusadmin.config import ConfigurationError
from focusadmin.identity.configuration import Local, SignedProxy
from focusadmin.identity.token_reading import EXAMPLE_ARN
from tests.config.starting import Start, run
from tests.identity.signing import jwk, jwks, key, pem

JWT = {
    "SIGN_IN": "jwt",
    "JWT_HEADER": "X-Signed-Assertion",
    "JWT_ALGORITHMS": "ES256",
    "JWT_ISSUER": "https://sso.example.com",
    "JWT_AUDIENCE": "focusadmin",
    "JWT_KEYS": "https://sso.example.com/jwks.json",
}
IAP = {"SIGN_IN": "google-iap", "JWT_AUDIENCE": "/projects/1/apps/focusadmin"}
ALB = {
    "SIGN_IN": "aws-alb",
    "JWT_SIGNER": EXAMPLE_ARN,
    "JWT_ISSUER": "https://idp.example.com",
    "JWT_AUDIENCE": "focusadmin",
}
PEOPLE = {"HEADER_USER": "Remote-User", "PROXY_SECRET": "0f9b1c7d5e3a8642b7c9d1e0f2a3b4c5"}


def test_people_sign_in_here_unless_a_proxy_is_named(start: Start) -> None:
    assert start(SIGN_IN=None)["SIGN_IN"] == Local()
    assert start(SIGN_IN="local")["SIGN_OUT_URL"] == ""


UNSAFE = [
    ({"SIGN_IN": "pomeriun"}, "E010", "SIGN_IN: 'pomeriun' is unknown"),
    ({"SIGN_IN": "LOCAL"}, "E010", "It is one of: local, pomerium"),
    (JWT | {"JWT_ISSUER": None}, "E011", "JWT_ISSUER: it is missing"),
    (ALB | {"JWT_ISSUER": None}, "E011", "JWT_ISSUER: it is missing"),
    ({"SIGN_IN": "pomerium", "JWT_AUDIENCE": "x"}, "E011", "JWT_ISSUER: it is missing"),
    ({"SIGN_IN": "google-iap"}, "E012", "JWT_AUDIENCE: it is missing"),
    (JWT | {"JWT_AUDIENCE": None}, "E012", "JWT_AUDIENCE: it is missing"),
    (JWT | {"JWT_AUDIENCE": " "}, "E012", "JWT_AUDIENCE: it is missing"),
    (ALB | {"JWT_AUDIENCE": None}, "E012", "JWT_AUDIENCE: it is missing"),
    (JWT | {"JWT_AUDIENCE": "*"}, "E012", "must name this application"),
    (JWT | {"JWT_AUDIENCE": "focusadmin *"}, "E012", "must name this application"),
    (JWT | {"JWT_AUDIENCE": ","}, "E012", "must name this application"),
    (JWT | {"JWT_KEYS": None}, "E013", "JWT_KEYS: it is missing"),
    (JWT | {"JWT_KEYS": "http://sso.example.com/jwks.json"}, "E013", "must use https"),
    (JWT | {"JWT_KEYS": "http://127.0.0.1:9000/jwks.json"}, "E013", "keys over http"),
    (JWT | {"JWT_KEYS": "http://localhost/jwks.json"}, "E013", "keys over http"),
    (JWT | {"JWT_KEYS": "ftp://sso.example.com/jwks.json"}, "E013", "not an http(s) address"),
    (JWT | {"JWT_KEYS": "file:///etc/keys.json"}, "E013", "not an http(s) address"),
    (JWT | {"JWT_KEYS": "https://sso.example.com"}, "E013", "not the address of keys"),
    (JWT | {"JWT_KEYS": "https://{kid}.example.com/k"}, "E013", "not an http(s) address"),
    (JWT | {"JWT_KEYS": "https://a:b@sso.example.com/k"}, "E013", "user name or password"),
    (JWT | {"JWT_KEYS": "/no/such/file.json"}, "E013", "'/no/such/file.json' cannot be read"),
    (JWT | {"JWT_KEYS": "/"}, "E013", "cannot be read"),
    (JWT | {"JWT_KEYS": __file__}, "E013", "is of no use"),
    (ALB | {"JWT_KEYS": "https://keys.example.com/all"}, "E013", "where {kid} belongs"),
    (JWT | {"JWT_ALGORITHMS": None}, "E014", "JWT_ALGORITHMS: it is missing"),
    *(
        (JWT | {"JWT_ALGORITHMS": text}, "E014", "unsigned tokens, shared secrets")
        for text in (
            *("none", "HS256", "ES256,HS256", "ES256 none", "es256", "RS512", "ES512", "RS1"),
            *("ES256K", "*", "ES256;RS256", "ES256,,none"),
        )
    ),
    (IAP | {"JWT_ALGORITHMS": "HS256"}, "E014", "HS256: unsigned tokens"),
    *(
        (JWT | {"JWT_MAX_LIFETIME": text}, "E015", "is not 60 to 2678400 seconds")
        for text in ("0", "59", "2678401", "-60", "1h", "1e3", "60.0", "9" * 400, "٣٠٠")
    ),
    (ALB | {"JWT_SIGNER": None}, "E016", "JWT_SIGNER: it is missing"),
    *(
        (ALB | {"JWT_SIGNER": text}, "E016", "is not a load balancer's ARN")
        for text in (
            "*",
            "arn:aws:iam::123456789012:role/x",
            EXAMPLE_ARN.replace("/app/", "/net/"),
            EXAMPLE_ARN.replace("123456789012", "*"),
            EXAMPLE_ARN.replace("eu-central-1", "eu.example.org/"),
            EXAMPLE_ARN + "/listener/1",
        )
    ),
    (JWT | {"JWT_HEADER": None}, "E017", "JWT_HEADER: it is missing"),
    (JWT | {"JWT_HEADER": "X_Signed"}, "E027", "no header's name"),
    (JWT | {"JWT_HEADER": "X-Signed: a"}, "E027", "no header's name"),
    (JWT | {"JWT_HEADER": "Cookie"}, "E027", "has another meaning"),
    (JWT | {"JWT_SUBJECT_CLAIM": "a b"}, "E017", "is not the name of a claim"),
    (JWT | {"JWT_GROUPS_CLAIM": "x" * 201}, "E017", "is not the name of a claim"),
    *(
        (JWT | {"SIGN_OUT_URL": text}, "E018", "write an https address or a path")
        for text in (
            *("http://sso.example.com/out", "//sso.example.com/out", "javascript:alert(1)"),
            *("sign-out", "https://a@sso.example.com", "/out\\x", "/o ut", "/ｏut"),
        )
    ),
    ({"JWT_ISSUER": "https://sso.example.com"}, "E019", "SIGN_IN=local does not read JWT_ISSUER"),
    (PEOPLE, "E019", "SIGN_IN=local does not read HEADER_USER, PROXY_SECRET"),
    (JWT | PEOPLE, "E019", "SIGN_IN=jwt does not read HEADER_USER, PROXY_SECRET"),
    (JWT | {"JWT_SIGNER": EXAMPLE_ARN}, "E019", "SIGN_IN=jwt does not read JWT_SIGNER"),
    (
        PEOPLE | {"SIGN_IN": "authelia", "TRUSTED_PROXIES": "unix", "JWT_KEYS": "/x"},
        "E019",
        "SIGN_IN=authelia does not read JWT_KEYS",
    ),
]


@pytest.mark.parametrize(("changes", "number", "says"), UNSAFE)
def test_what_is_unsafe_is_refused(
    start: Start, changes: dict[str, str | None], number: str, says: str
) -> None:
    with pytest.raises(ConfigurationError) as told:
        start(**changes)

    [sentence] = [line for line in str(told.value).splitlines() if line.startswith("  - ")]
    assert says in sentence
    assert f"focusadmin.{number}" in sentence
    assert "a:b@" not in sentence


def test_an_issuer_is_one_printable_word(start: Start) -> None:
    for issuer in ("https://sso example.com", "https://sso.example.com/" + "x" * 200, "ｓso"):
        with pytest.raises(ConfigurationError, match="JWT_ISSUER: it must be printable ASCII"):
            start(**JWT | {"JWT_ISSUER": issuer})


def test_every_missing_word_is_said_at_once(start: Start) -> None:
    with pytest.raises(ConfigurationError) as told:
        start(SIGN_IN="jwt")

    for name in ("HEADER", "ALGORITHMS", "ISSUER", "AUDIENCE", "KEYS"):
        assert f"JWT_{name}: it is missing" in str(told.value)
        assert f"Example: JWT_{name}=" in str(told.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/jwks.json", "http://localhost/jwks.json"])
def test_a_try_out_on_this_machine_may_fetch_keys_over_http(start: Start, url: str) -> None:
    settings = start(**JWT | {"PUBLIC_URL": "http://127.0.0.1:8000", "JWT_KEYS": url})

    assert settings["SIGN_IN"].keys == url
    with pytest.raises(ConfigurationError, match=r"must use https.*E013"):
        start(**JWT | {"PUBLIC_URL": "http://127.0.0.1:8000", "JWT_KEYS": "http://example.com/k"})


def test_keys_may_be_in_a_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    for document in (jwks(jwk(key("P-256"), "a")), pem(key("P-256"))):
        file.write_bytes(document)
        settings = start(**JWT | {"JWT_KEYS": str(file)})
        assert settings["SIGN_IN"].keys == str(file)

    file.write_bytes(jwks(jwk(key("RSA"), "a")))
    with pytest.raises(ConfigurationError, match=r"of no use.*E013.*no key that could verify"):
        start(**JWT | {"JWT_KEYS": str(file)})


def test_a_bearer_token_is_expected_in_authorization(start: Start) -> None:
    assert start(**JWT | {"JWT_HEADER": "authorization"})["SIGN_IN"].bearer
    assert not start(**JWT)["SIGN_IN"].bearer


@pytest.mark.parametrize("url", ["/out", "/out?next=%2F", "https://sso.example.com/out?a=b#c"])
def test_signing_out_may_lead_to_a_path_or_to_https(start: Start, url: str) -> None:
    assert start(**JWT | {"SIGN_OUT_URL": url})["SIGN_OUT_URL"] == url


def test_what_is_set_wins_over_what_is_known_of_a_proxy(start: Start) -> None:
    settings = start(**IAP | {"JWT_ISSUER": "https://iap.example.com", "SIGN_OUT_URL": "/bye"})

    assert isinstance(settings["SIGN_IN"], SignedProxy)
    assert settings["SIGN_IN"].issuer == "https://iap.example.com"
    assert settings["SIGN_OUT_URL"] == "/bye"


def test_the_application_ends_with_the_check_and_the_remedy() -> None:
    server = run(
        *("-m", "gunicorn", "--bind", "127.0.0.1:0", "focusadmin.wsgi"),
        **{name: text for name, text in JWT.items() if name != "JWT_AUDIENCE"},
    )

    assert server.returncode == 3
    assert "JWT_AUDIENCE: it is missing" in server.stderr
    assert "focusadmin.E012" in server.stderr
    assert "Example: JWT_AUDIENCE=" in server.stderr


def test_a_command_ends_with_the_check_and_the_remedy() -> None:
    command = run("manage.py", "migrate", **JWT | {"JWT_ALGORITHMS": "ES256,HS256"})

    assert command.returncode == 1
    assert "focusadmin.E014" in command.stderr
    assert "Traceback" not in command.stderr
