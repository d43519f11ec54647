"""Add, disable and re-password the people who sign in with a password."""

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
from focusadmin.identity.models import User, local_subject

#: What the columns hold: the name's, and that of the address in the spelling that is compared.
MAX_LENGTH = 200


class Command(BaseCommand):
    """``manage.py user add|disable|enable|password EMAIL``."""

    help = "Add, disable, enable or re-password a person who signs in with a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the action, the address, a name, and where to read the password from."""
        parser.add_argument("action", choices=["add", "disable", "enable", "password"])
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--password-file", help="a file that holds the password, - for standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what cannot be done is one sentence and exit code 1."""
        email: str = options["email"].strip()
        with usable_database():
            if options["action"] == "add":
                self._add(email, options["name"], options["password_file"])
            else:
                self._change(email, options["action"], options["password_file"])

    def _change(self, email: str, action: str, password_file: str | None) -> None:
        try:
            person = User.objects.local(email)
        except User.DoesNotExist:
            raise CommandError(f"Nobody signs in as {email}.") from None
        if action == "password":
            person.set_password(self._password(password_file, person))
        else:
            person.is_active = action == "enable"
        person.save()
        self.stdout.write(f"Done: {action} {person.email}.")

    def _add(self, email: str, name: str, password_file: str | None) -> None:
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
                User.objects.create_local(email=email, name=name or email, password=password)
        except IntegrityError:
            raise CommandError(f"{email} exists already; see: manage.py user password.") from None
        self.stdout.write(f"Done: {email} can sign in.")

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
            password = getpass.getpass("Password: ")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
