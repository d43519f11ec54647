"""How people are known: one of three ways, as plain values that settings build."""

import ipaddress
from dataclasses import dataclass, field

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class TrustedPeers:
    """Who may be in front of us: networks of the socket's other end, and unix sockets."""

    networks: tuple[Network, ...] = ()
    unix: bool = False


@dataclass(frozen=True)
class Local:
    """People sign in with a password that is kept here."""


@dataclass(frozen=True)
class SignedProxy:
    """A proxy that signs who is asking, on every request, as a JWT."""

    preset: str
    #: The header that carries the assertion; ``bearer`` where it says ``Bearer`` first.
    header: str
    bearer: bool
    algorithms: tuple[str, ...]
    #: An https address, or the path of a file; ``{kid}`` in it where each key has its own.
    keys: str
    issuer: str
    #: Any one of them is enough; empty only where ``signer`` stands in for it (aws-alb).
    audiences: tuple[str, ...]
    #: The longest time between a token's ``iat`` and ``exp``, in seconds.
    max_lifetime: int
    subject_claim: str
    email_claim: str
    name_claim: str
    groups_claim: str
    #: Where the groups are one text; empty where they are a list.
    groups_separator: str = ""
    #: The ARN of one's own load balancer (aws-alb).
    signer: str = ""
    #: What the claim ``type`` must say; empty where the proxy makes one type alone.
    token_type: str = ""
    #: Whether the assertion is an ID token, which was made for one client: ``azp`` must be it.
    id_token: bool = False


@dataclass(frozen=True)
class HeaderProxy:
    """A proxy that says who is asking in plain headers: believed from known peers with a secret."""

    preset: str
    user_header: str
    email_header: str
    name_header: str
    groups_header: str
    groups_separator: str
    secret_header: str
    #: Two while one replaces the other; a report of an error prints settings, this one too.
    secrets: tuple[str, ...] = field(repr=False)
    peers: TrustedPeers


SignIn = Local | SignedProxy | HeaderProxy
