"""Who does it, and why: carried into every write and copied onto its record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person at the time of an action; ``role`` is what they were allowed to be."""

    issuer: str
    subject: str
    name: str
    role: str
    request_id: str
    client_address: str = ""
    #: Why they do it, in their own words.
    note: str = ""
