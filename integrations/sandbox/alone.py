"""Runs the sandbox by itself, in the foreground, until a signal arrives."""

import argparse
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from integrations.sandbox.server import Sandbox
from integrations.sandbox.state import StateError
from integrations.sandbox.switches import DIALECTS
from integrations.sandbox.wire import PortError

N = TypeVar("N", int, float)

BANNER = """
The sandbox of Toggl Focus is running. Nothing in it is real.

  Focus API    {api}
  Shared key   {key}
  Provider     {provider}
  Control      {control}
  Stop         Ctrl-C
"""


class CannotStartError(Exception):
    """What is in the way, as one sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the options of both ways to start it."""
    parser.add_argument("--api-port", type=port, default=8001, help="the Focus API's port")
    parser.add_argument("--provider-port", type=port, default=8002, help="the provider's port")
    parser.add_argument("--state", type=Path, help="the file that keeps its world between runs")
    parser.add_argument("--people", type=size, help="how many people have a key (4 or more)")
    parser.add_argument("--accounts", type=size, help="accounts on the shared key, when fresh")
    parser.add_argument("--calendars", type=size, help="calendars in each of them, when fresh")
    parser.add_argument("--latency", type=seconds, help="seconds that every answer takes longer")
    parser.add_argument("--dialect", choices=DIALECTS, help="which description it follows")
    parser.add_argument("--reset", action="store_true", help="start from the seeded world again")


def port(text: str) -> int:
    """A port, 0 for any free one; raises ValueError."""
    return within(int(text), 65_535)


def size(text: str) -> int:
    """A number of things; raises ValueError."""
    return within(int(text), 10_000)


def seconds(text: str) -> float:
    """A duration; raises ValueError."""
    return within(float(text), 60.0)


def within(number: N, most: N) -> N:
    """``number`` when it is from 0 to ``most``; raises ValueError."""
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def run(options: argparse.Namespace, say: Callable[[str], object]) -> None:
    """Serve until SIGTERM or Ctrl-C; raises CannotStartError."""
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    sandbox = started(options)
    try:
        text = BANNER.format(
            api=sandbox.api_url,
            key=sandbox.shared_key,
            provider=sandbox.provider_url,
            control=sandbox.control_url,
        )
        say(text)
        asked.wait()
    finally:
        sandbox.stop()
    say("The sandbox has stopped.")


def started(options: argparse.Namespace) -> Sandbox:
    """The running sandbox; raises CannotStartError."""
    try:
        sandbox = Sandbox(
            options.state,
            api_port=options.api_port,
            provider_port=options.provider_port,
            people=options.people,
            accounts=options.accounts,
            calendars=options.calendars,
            dialect=options.dialect,
            latency=options.latency,
            reset=options.reset,
        )
        return sandbox.start()
    except (PortError, StateError) as error:
        raise CannotStartError(str(error)) from error
