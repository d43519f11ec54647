"""A small signing proxy in front of the application: a company's single sign-on, pretended.

Like the rest of the sandbox it is the other end of the wire, and imports nothing of the product.
"""

from integrations.sandbox.sso.people import EVERYBODY, GROUPS, Somebody
from integrations.sandbox.sso.proxy import SsoProxy

__all__ = ["EVERYBODY", "GROUPS", "Somebody", "SsoProxy"]
