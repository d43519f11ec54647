"""People who lend their keys: ``python -m tests.browser.lending`` in the environment of a server.

Reads [[name, e-mail address, key], …] as JSON and stores them in the server's database.
"""

import json
import sys

import django


def main() -> None:
    """Add everybody, with a key that shows managers how its calendars are."""
    django.setup()
    from focusadmin.identity.models import User
    from focusadmin.identity.roles import Role
    from integrations.models import Key
    from integrations.services.vault import Secret, seal

    for name, email, text in json.load(sys.stdin):
        owner = User.objects.create_local(email=email, name=name, password=None, role=Role.VIEWER)
        secret = Secret(text)
        key = Key(owner=owner, fingerprint=secret.fingerprint, hint=secret.hint)
        key.ciphertext = seal(secret, row=key.pk, owner=owner.pk)
        key.save()


if __name__ == "__main__":
    main()
