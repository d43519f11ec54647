"""Who may be in front of us, and where the request began."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focusadmin import addresses
from focusadmin.identity import peers
from focusadmin.identity.configuration import TrustedPeers

NOBODY = TrustedPeers()
PROXIES = peers.parse("10.1.2.0/24 2001:db8::5 unix")


def sent(peer: Any, forwarded: str | None = None) -> dict[str, Any]:
    """Return a request's environment."""
    return {"REMOTE_ADDR": peer} | (
        {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    )


@pytest.mark.parametrize(
    ("text", "networks", "unix"),
    [
        ("unix", [], True),
        ("127.0.0.1", ["127.0.0.1/32"], False),
        ("127.0.0.1/32,unix", ["127.0.0.1/32"], True),
        ("10.0.0.0/8 2001:db8::/32", ["10.0.0.0/8", "2001:db8::/32"], False),
        ("::1", ["::1/128"], False),
        ("10.1.2.3, 10.1.2.3/32", ["10.1.2.3/32"], False),
    ],
)
def test_it_reads_addresses_networks_and_the_word_unix(
    text: str, networks: list[str], unix: bool
) -> None:
    found = peers.parse(text)

    assert [str(network) for network in found.networks] == networks
    assert found.unix is unix


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*", "trusts everybody (focusadmin.E020)"),
        ("0.0.0.0/0", "trusts everybody (focusadmin.E020)"),
        ("::/0", "trusts everybody (focusadmin.E020)"),
        ("10.1.2.3/0", "trusts everybody (focusadmin.E020)"),
        ("unix *", "trusts everybody (focusadmin.E020)"),
        ("10.0.0.1/8", "write 10.0.0.1 for that one address, or 10.0.0.0/8"),
        ("2001:db8::1/64", "host bits set (focusadmin.E021)"),
        ("0.0.0.0/1", "too wide (focusadmin.E022)"),
        ("128.0.0.0/1", "too wide (focusadmin.E022)"),
        ("10.0.0.0/7", "too wide (focusadmin.E022)"),
        ("8000::/1", "too wide (focusadmin.E022)"),
        ("2000::/3", "too wide (focusadmin.E022)"),
        ("::ffff:10.0.0.0/104", "write them as IPv4"),
        ("::ffff:10.0.0.1", "write them as IPv4"),
        ("10.0.0.0/255.0.0.0", "write the length"),
        ("10.0.0.0/0.255.255.255", "write the length"),
        ("10.0.0.0/", "write the length"),
        ("10.0.0.0/٨", "write the length"),
        ("10.0.0.0/33", "neither an address"),
        ("010.0.0.1", "neither an address"),
        ("10.0.0", "neither an address"),
        ("167772161", "neither an address"),
        ("fe80::1%eth0", "neither an address"),
        ("proxy.example.com", "neither an address"),
        ("UNIX", "neither an address"),
        ("[::1]", "neither an address"),
        ("127.0.0.1:8000", "neither an address"),
    ],
)
def test_it_refuses_what_would_trust_strangers(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=".") as refused:
        peers.parse(text)

    assert says in str(refused.value)


@pytest.mark.parametrize("peer", ["10.1.2.0", "10.1.2.255", "2001:db8::5", "2001:DB8:0::5", ""])
def test_it_trusts_those_who_are_named(peer: str) -> None:
    assert peers.is_trusted(PROXIES, sent(peer))


@pytest.mark.parametrize(
    "peer",
    ["10.1.3.0", "10.1.2.3 ", "::ffff:10.1.2.3", "2001:db8::5%eth0", "2001:db8::6", "127.0.0.1"]
    + ["unix", "10.1.2.3, 8.8.8.8", "10.1.2.3:80", "localhost", None, "/run/proxy.sock", "*"],
)
def test_it_trusts_nobody_else(peer: str | None) -> None:
    assert not peers.is_trusted(PROXIES, sent(peer))


@pytest.mark.parametrize("peer", ["", "127.0.0.1", "::1"])
def test_nobody_is_trusted_who_is_not_named(peer: str) -> None:
    assert not peers.is_trusted(NOBODY, sent(peer))
    assert not peers.is_trusted(peers.parse("10.1.2.3"), sent(peer))


def test_a_request_without_a_peer_is_not_one_of_a_unix_socket() -> None:
    assert not peers.is_trusted(PROXIES, {})


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.2.9", "203.0.113.7"),
        ("198.51.100.1,203.0.113.7,10.1.2.9,10.1.2.8", "203.0.113.7"),
        ("10.1.2.9, 10.1.2.8", "10.1.2.9"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::77]:4711", "2001:db8::77"),
        ("[2001:db8::77]", "2001:db8::77"),
        ("2001:0DB8::0077", "2001:db8::77"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("\t203.0.113.7 ", "203.0.113.7"),
        ("198.51.100.1, unknown", ""),
        ("198.51.100.1, <script>", ""),
        ("198.51.100.1,", ""),
        ("fe80::1%" + "x" * 300, ""),
        ("1" * 5000, ""),
        ("", "10.1.2.3"),
    ],
)
def test_the_client_is_the_rightmost_address_that_no_proxy_of_ours_has(
    forwarded: str, client: str
) -> None:
    assert peers.client_address(PROXIES, sent("10.1.2.3", forwarded)) == client


@pytest.mark.parametrize("peer", ["203.0.113.9", "127.0.0.1", "::ffff:10.1.2.3"])
def test_what_a_stranger_forwards_has_no_effect(peer: str) -> None:
    told = peers.client_address(PROXIES, sent(peer, "198.51.100.1"))

    assert told == peers.client_address(PROXIES, sent(peer))
    assert told in peer


def test_a_unix_socket_has_an_address_only_by_its_proxys_word() -> None:
    assert peers.client_address(PROXIES, sent("", "198.51.100.1")) == "198.51.100.1"
    assert peers.client_address(PROXIES, sent("")) == ""
    assert peers.client_address(NOBODY, sent("", "198.51.100.1")) == ""


@given(
    peer=st.one_of(st.just(""), st.ip_addresses().map(str), st.text()),
    forwarded=st.one_of(
        st.lists(st.one_of(st.ip_addresses().map(str), st.text())).map(",".join), st.text()
    ),
)
def test_no_garbage_is_ever_on_the_record(peer: str, forwarded: str) -> None:
    told = peers.client_address(PROXIES, sent(peer, forwarded))

    assert len(told) <= 45
    assert told == "" or str(ipaddress.ip_address(told)) == told


@given(network=st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), length=st.integers(0, 128))
def test_a_network_is_trusted_exactly_as_far_as_it_reaches(network: Any, length: int) -> None:
    text = f"{network}/{length}"
    try:
        trusted = peers.parse(text)
    except ValueError:
        return
    expected = ipaddress.ip_network(text)

    assert trusted.networks == (expected,)
    assert peers.is_trusted(trusted, sent(str(expected[0])))
    assert peers.is_trusted(trusted, sent(str(expected[-1])))
    for outside in (int(expected[0]) - 1, int(expected[-1]) + 1):
        if 0 <= outside < 2**expected.max_prefixlen:
            address = type(expected[0])(outside)
            assert not peers.is_trusted(trusted, sent(str(address)))


@pytest.mark.parametrize(
    "text",
    ["/oauth2/sign_out?rd=%2F", "/.pomerium/sign_out", "https://sso.example.com/logout?x=1#y"],
)
def test_a_sign_out_address_is_a_path_or_https(text: str) -> None:
    assert addresses.link(text) == text


@pytest.mark.parametrize(
    "text",
    ["//sso.example.com/", "/\\sso.example.com", "http://sso.example.com/", "javascript:alert(1)"]
    + ["sign_out", "https://user@sso.example.com/", "/a b", "/a\n", '/"', "https:///x", "data:,x"],
)
def test_a_sign_out_address_leads_nowhere_else(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        addresses.link(text)
