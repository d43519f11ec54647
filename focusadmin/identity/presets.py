"""What is known of each proxy that signs: its header, algorithm, claims, and where its keys are.

Every entry can be overridden by its variable; docs/deploy/sign-in.md shows an example of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

HOUR = 3600
DAY = 24 * HOUR


def _unknown(issuer: str, signer: str) -> str:
    return ""


@dataclass(frozen=True)
class Preset:
    """The variables' defaults; '' where only the operator can know."""

    header: str = ""
    algorithms: str = ""
    issuer: str = ""
    #: Makes the address of the keys from JWT_ISSUER and JWT_SIGNER.
    keys: Callable[[str, str], str] = _unknown
    #: Seconds.
    max_lifetime: int = HOUR
    subject: str = "sub"
    email: str = "email"
    name: str = "name"
    groups: str = "groups"
    groups_separator: str = ""
    signer: bool = False
    token_type: str = ""
    id_token: bool = False
    #: Where its own session ends.
    sign_out: str = ""


def _pomerium_keys(issuer: str, signer: str) -> str:
    host = urlsplit(issuer).netloc if "://" in issuer else issuer
    return f"https://{host}/.well-known/pomerium/jwks.json"


def _cloudflare_keys(issuer: str, signer: str) -> str:
    return f"{issuer.rstrip('/')}/cdn-cgi/access/certs"


def _iap_keys(issuer: str, signer: str) -> str:
    return "https://www.gstatic.com/iap/verify/public_key-jwk"


def _alb_keys(issuer: str, signer: str) -> str:
    """The other partitions of AWS (China, GovCloud) keep them elsewhere: JWT_KEYS says where."""
    partition, _, region = [*signer.split(":"), "", "", "", ""][1:4]
    if partition != "aws":
        return ""
    return f"https://public-keys.auth.elb.{region}.amazonaws.com/{{kid}}"


def _authentik_keys(issuer: str, signer: str) -> str:
    return f"{issuer.rstrip('/')}/jwks/"


def _entra_keys(issuer: str, signer: str) -> str:
    tenant = issuer.rstrip("/").removesuffix("/v2.0")
    return f"{tenant}/discovery/v2.0/keys"


PRESETS = {
    "pomerium": Preset(
        header="X-Pomerium-Jwt-Assertion",
        algorithms="ES256",
        keys=_pomerium_keys,
        sign_out="/.pomerium/sign_out",
    ),
    "cloudflare-access": Preset(
        header="Cf-Access-Jwt-Assertion",
        algorithms="RS256",
        keys=_cloudflare_keys,
        max_lifetime=DAY,
        groups="custom.groups",
        token_type="app",  # noqa: S106  # a claim's value
        sign_out="/cdn-cgi/access/logout",
    ),
    "google-iap": Preset(
        header="X-Goog-Iap-Jwt-Assertion",
        algorithms="ES256",
        issuer="https://cloud.google.com/iap",
        keys=_iap_keys,
        max_lifetime=11 * 60,
        sign_out="/?gcp-iap-mode=CLEAR_LOGIN_COOKIE",
    ),
    "aws-alb": Preset(
        header="X-Amzn-Oidc-Data",
        algorithms="ES256",
        keys=_alb_keys,
        max_lifetime=10 * 60,
        signer=True,
    ),
    "authentik": Preset(
        header="X-Authentik-Jwt",
        algorithms="RS256",
        keys=_authentik_keys,
        max_lifetime=DAY,
        groups_separator="|",
        id_token=True,
        sign_out="/outpost.goauthentik.io/sign_out",
    ),
    "oauth2-proxy": Preset(
        header="Authorization",
        algorithms="RS256",
        max_lifetime=DAY,
        id_token=True,
        sign_out="/oauth2/sign_out",
    ),
    "azure-easy-auth": Preset(
        header="X-Ms-Token-Aad-Id-Token",
        algorithms="RS256",
        keys=_entra_keys,
        max_lifetime=DAY,
        email="preferred_username",
        id_token=True,
        sign_out="/.auth/logout",
    ),
    "jwt": Preset(),
}
