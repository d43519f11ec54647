"""Toggl Focus and a calendar provider in one small server, for the demo, tests and benchmark.

It is the other end of the wire: it imports nothing of the client, and nothing of Django.
"""

from integrations.sandbox.context import RequestSeen
from integrations.sandbox.server import Sandbox
from integrations.sandbox.state import StateError
from integrations.sandbox.wire import PortError

__all__ = ["PortError", "RequestSeen", "Sandbox", "StateError"]
