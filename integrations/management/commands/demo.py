"""``manage.py demo``: the application in front of a sandbox, on this machine alone."""

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.management.demo import PASSWORD, Demo
from integrations.management.demo_command import DemoCommand

EMAIL, NAME, SECRET = "demo@example.com", "Dana Demo", "sunny-calendar"
BANNER = """
Focusadmin's demo is running.

  Open      {url}
  Sign in   {email}
  Password  {secret}
  Sandbox   {control}  (make Focus slow, broken or different)
  Stop      Ctrl-C

What you do is kept in {folder}; `make demo-reset` starts afresh.
"""


class Command(DemoCommand):
    """The demo with a password."""

    help = "Start the demo: the application and a sandbox of Toggl Focus (PORT=… moves it)."
    kind = PASSWORD

    def prepare(self, demo: Demo) -> None:
        """Let the person of the banner sign in, whatever has become of them."""
        person = User.objects.filter(email=EMAIL).first()
        person = person or User.objects.create_local(
            email=EMAIL, name=NAME, password=SECRET, role=Role.MANAGER
        )
        if not (person.is_active and person.check_password(SECRET)):
            person.is_active = True
            person.set_password(SECRET)
            person.save()

    def banner(self, demo: Demo) -> str:
        """Return the addresses and the sign-in."""
        return BANNER.format(
            url=demo.url, email=EMAIL, secret=SECRET, control=demo.control_url, folder=demo.folder
        )
