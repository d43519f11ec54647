"""Who may be in front of us, and where the person behind them is."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from focusadmin.identity.configuration import Network, TrustedPeers

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Wider networks hold strangers: nobody's proxies need half a continent.
WIDEST = {4: 8, 6: 16}
#: The word for a peer on a unix socket, which has no address.
UNIX = "unix"
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def parse(text: str) -> TrustedPeers:
    """Return the peers of a list such as ``unix 10.1.2.3/32``, separated by spaces or commas.

    Raises ValueError, which says what to write instead, for whatever would trust strangers.
    """
    words = text.replace(",", " ").split()
    networks = [_network(word) for word in words if word != UNIX]
    return TrustedPeers(tuple(dict.fromkeys(networks)), unix=UNIX in words)


def is_trusted(peers: TrustedPeers, environ: Mapping[str, Any]) -> bool:
    """Say whether the socket's other end is one of ``peers``; what is no plain address is not."""
    text = environ.get("REMOTE_ADDR")
    if text == "":
        return peers.unix
    address = _address(text or "")
    return address is not None and _is_among(peers, address)


def client_address(peers: TrustedPeers, environ: Mapping[str, Any]) -> str:
    """Return where the request began, as far as somebody trusted says so; '' where nobody does.

    That is the rightmost entry of X-Forwarded-For that is none of ``peers`` (or the first one when
    all of them are), and the socket's other end where there is no such header or no trust in it.
    """
    peer = _plain(str(environ.get("REMOTE_ADDR", "")))
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    if not is_trusted(peers, environ) or not forwarded:
        return _shown(peer)
    address: Address | None = None
    for entry in reversed(forwarded.split(",")):
        address = _plain(_without_port(entry.strip(" \t")))
        if address is None or not _is_among(peers, address):
            break
    return _shown(address)


def _network(word: str) -> Network:
    address, slash, length = word.partition("/")
    if slash and not (length.isascii() and length.isdecimal()):
        raise ValueError(f"{word!r} is no network; write the length, such as 10.1.2.0/24")
    try:
        network = ipaddress.ip_network(word, strict=False)
    except ValueError:
        network = None
    own = _address(address)
    if word == "*" or (network and not network.prefixlen):
        raise ValueError(
            f"{word!r} trusts everybody (focusadmin.E020); name the proxy's own address"
        )
    if own is None or network is None:
        raise ValueError(f"{word!r} is neither an address, nor a network, nor the word unix")
    if own != network.network_address:
        raise ValueError(
            f"{word!r} has host bits set (focusadmin.E021); write {own} for that one address, or"
            f" {network} for all of its network"
        )
    if isinstance(network, ipaddress.IPv6Network) and network.overlaps(MAPPED):
        raise ValueError(f"{word!r} holds IPv4 addresses in IPv6; write them as IPv4")
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(
            f"{word!r} is too wide (focusadmin.E022); name the proxy's own address, or a network"
            f" of at least /{WIDEST[network.version]}"
        )
    return network


def _address(text: str) -> Address | None:
    """Return an address without a scope, None for all else."""
    try:
        return ipaddress.ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def _is_among(peers: TrustedPeers, address: Address) -> bool:
    """Say so by the address as it stands: ``::ffff:10.0.0.1`` is not in 10.0.0.0/8."""
    return any(address in network for network in peers.networks)


def _plain(text: str) -> Address | None:
    """Return an address, IPv4 in IPv6 as the IPv4 that it is: for the record alone."""
    address = _address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(entry: str) -> str:
    """Return the address of ``1.2.3.4:5``, ``[::1]`` or ``[::1]:5``; anything else as it is."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _shown(address: Address | None) -> str:
    return str(address or "")
