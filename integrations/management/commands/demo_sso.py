"""``manage.py demo_sso``: the same demo behind a signing proxy, as behind a company's sign-on."""

import sys

from integrations.management.demo import SSO, Demo
from integrations.management.demo_command import DemoCommand

BANNER = """
Focusadmin's demo is running behind a pretend company sign-on.

  Open      {url}
  Sign-on   {desk}  (change groups, expire a session, rotate the key)
  Sandbox   {control}  (make Focus slow, broken or different)

  Sign in as          and add this Focus key under your name
  Dana Demo, manager  {dana}
  Bo Larsen, editor   {bo}
  Chidi Obi, viewer   {chidi}

  Stop      Ctrl-C

What you do is kept in {folder}; `make demo-sso-reset` starts afresh.
"""
#: The sandbox's own people; as invented as everything in it.
KEYS = {
    name: "toggl_sk_" + pair * 16 for name, pair in (("dana", "d4"), ("bo", "b0"), ("chidi", "c1"))
}


class Command(DemoCommand):
    """The demo with a proxy."""

    help = "Start the demo behind a signing proxy, where one picks who one is (PORT=… moves it)."
    kind = SSO

    def more(self, demo: Demo) -> list[tuple[str, list[str]]]:
        """Return the proxy, which takes the people's port and one for its sign-in."""
        ports = [f"--port={demo.port}", f"--desk-port={demo.port + 4}"]
        proxy = [sys.executable, "-m", "integrations.sandbox.sso", *ports]
        return [("the proxy", [*proxy, f"--app-port={demo.app_port}"])]

    def banner(self, demo: Demo) -> str:
        """Return the addresses, and whom to be."""
        addresses = {"url": demo.url, "desk": demo.desk_url, "control": demo.control_url}
        return BANNER.format(**addresses, **KEYS, folder=demo.folder)
