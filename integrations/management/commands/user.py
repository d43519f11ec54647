"""Add, list, disable and re-password the people who sign in with a password; give them roles."""

import getpass
import sys
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from focusadmin.checks import usable_database
from focusadmin.identity import throttle
from focusadmin.identity.models import LOCAL, User, local_subject
from focusadmin.identity.roles import Role

#: What the columns hold: the name's, and that of the address in the spelling that is compared.
MAX_LENGTH = 200
ROLES = [role.word for role in Role]
NOBODY_TYPES = (
    "There is no terminal to ask for a password at: name a file with --password-file, or - for"
    " standard input."
)


class Command(BaseCommand):
    """``manage.py user add|list|role|disable|enable|password|unlock``."""

    help = "Add, list, disable, enable, unlock or re-password people, and give them roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the action, then what it is about."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="a person who may sign in with a password")
        role = actions.add_parser("role", help="give a person a role, or take it")
        password = actions.add_parser("password", help="give a person a new password")
        disable = actions.add_parser("disable", help="nobody signs in as this person any more")
        enable = actions.add_parser("enable", help="undo disable")
        unlock = actions.add_parser("unlock", help="forget a person's failed attempts to sign in")
        for action in (add, role, password, disable, enable, unlock):
            action.add_argument("email")
        add.add_argument("--name", default="")
        add.add_argument("--role", choices=[*ROLES, "none"], default="viewer")
        for action in (add, password):
            action.add_argument(
                "--password-file", help="a file that holds the password, - for standard input"
            )
        role.add_argument("role", choices=[*ROLES, "none"])
        actions.add_parser("list", help="everybody who signs in with a password")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do it; what cannot be done is one sentence and exit code 1."""
        with usable_database():
            if action == "list":
                self._list()
            elif action == "add":
                self._add(
                    options["email"].strip(),
                    options["name"],
                    options["password_file"],
                    Role.named(options["role"]),
                )
            else:
                self._change(action, _person(options["email"].strip()), options)

    def _list(self) -> None:
        for person in User.objects.filter(issuer=LOCAL).order_by("subject"):
            state = "" if person.is_active else "  disabled"
            self.stdout.write(f"{person.email}  {person.role or 'none'}  {person.name}{state}")

    def _change(self, action: str, person: User, options: dict[str, Any]) -> None:
        done = f"{action} {person.email}"
        if action == "unlock":
            throttle.unlock(person.subject)
        elif action == "role":
            person.role = options["role"].replace("none", "")
            done += f" {options['role']}"
        elif action == "password":
            person.set_password(self._password(options["password_file"], person))
        else:
            person.is_active = action == "enable"
        person.save()
        self.stdout.write(f"Done: {done}.")

    def _add(self, email: str, name: str, password_file: str | None, role: Role | None) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address.") from None
        if len(local_subject(email)) > MAX_LENGTH:
            raise CommandError(f"{email!r} is too long: {MAX_LENGTH} characters are the most.")
        if len(name) > MAX_LENGTH:
            raise CommandError(f"The name is too long: {MAX_LENGTH} characters are the most.")
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
            raise CommandError("The name is not text: it holds a control character or odd bytes.")
        person = User(email=email, name=name)
        password = self._password(password_file, person)
        try:
            with transaction.atomic():
                User.objects.create_local(
                    email=email, name=name or email, password=password, role=role
                )
        except IntegrityError:
            raise CommandError(f"{email} exists already; see: manage.py user password.") from None
        what = f"is {role.word}" if role else "has no role"
        self.stdout.write(f"Done: {email} can sign in and {what}.")

    def _password(self, password_file: str | None, person: User) -> str:
        if password_file == "-":  # noqa: S105  # standard input, not a password
            password = sys.stdin.readline().rstrip("\n")
        elif password_file:
            try:
                with open(password_file, encoding="utf-8") as file:
                    password = file.readline().rstrip("\n")
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"The password file cannot be read: {error}") from error
        else:
            password = _typed()
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password


def _typed() -> str:
    """Return what somebody types who is asked for a password."""
    try:
        return getpass.getpass("Password: ")
    except EOFError:
        raise CommandError(NOBODY_TYPES) from None


def _person(email: str) -> User:
    try:
        return User.objects.local(email)
    except User.DoesNotExist:
        raise CommandError(f"Nobody signs in as {email}.") from None
