"""What SIGN_IN and SIGN_OUT_URL mean.

What is refused: E010 an unknown SIGN_IN, E018 SIGN_OUT_URL, E019 variables that the chosen SIGN_IN
does not read.
"""

from focusadmin import addresses
from focusadmin.config import Reader
from focusadmin.identity import header_reading, token_reading
from focusadmin.identity.configuration import Local, SignedProxy, SignIn, TrustedPeers
from focusadmin.identity.presets import PRESETS


def sign_in(read: Reader, peers: TrustedPeers, public_url: str | None) -> SignIn:
    """Read how people are known; problems are noted in ``read``."""
    name = read.text("SIGN_IN", "local")
    signed, plain = name in PRESETS, name in header_reading.PRESETS
    foreign = [
        *(() if signed else token_reading.VARIABLES),
        *(() if plain else header_reading.VARIABLES),
    ]
    unread = [variable for variable in foreign if read.text(variable)]
    if signed and not PRESETS[name].signer and read.text("JWT_SIGNER"):
        unread.append("JWT_SIGNER")
    if unread:
        read.note(
            f"SIGN_IN={name} does not read {', '.join(unread)} (focusadmin.E019);"
            " remove what is left over, or set the SIGN_IN that was meant."
        )
    if signed:
        return token_reading.proxy(read, name, is_demo=(public_url or "").startswith("http://"))
    if plain:
        return header_reading.proxy(read, name, peers)
    if name != "local":
        known = ", ".join(["local", *PRESETS, *header_reading.PRESETS])
        read.note(f"SIGN_IN: {name!r} is unknown (focusadmin.E010). It is one of: {known}.")
    return Local()


def sign_out_url(text: str) -> str:
    """Return where the proxy's session ends: an https address, or a path."""
    try:
        return addresses.link(text)
    except ValueError as error:
        raise ValueError(f"{error} (focusadmin.E018); write an https address or a path") from error


def sign_out_default(sign_in: SignIn) -> str:
    """Return where a known proxy's session ends, '' where that is not known."""
    return PRESETS[sign_in.preset].sign_out if isinstance(sign_in, SignedProxy) else ""
