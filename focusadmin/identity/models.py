"""People who may sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.roles import Role

LOCAL = "local"


class UserManager(BaseUserManager["User"]):
    """Makes people of the issuer ``local``, who sign in with a password."""

    def create_local(
        self, *, email: str, name: str, password: str | None, role: Role | None = None
    ) -> "User":
        """Create a person; raises IntegrityError when the address is taken."""
        user = self.model(issuer=LOCAL, subject=local_subject(email), email=email, name=name)
        user.role = role.word if role else ""
        user.set_password(password)
        user.save()
        return user

    def local(self, email: str) -> "User":
        """Return the person who signs in with ``email``; raises User.DoesNotExist."""
        return self.get(issuer=LOCAL, subject=local_subject(email))

    def local_managers(self) -> models.QuerySet["User"]:
        """Return the Managers who may sign in with a password."""
        return self.filter(issuer=LOCAL, role=Role.MANAGER.word, is_active=True)


def local_subject(email: str) -> str:
    """Return the one spelling under which an address is kept."""
    return email.strip().casefold()


#: The database knows it too: an older process, during an upgrade, writes no such column.
_NONE: dict[str, Any] = {"default": "", "db_default": ""}


class Theme(models.TextChoices):
    """Light or dark; without a choice, what the person's system says."""

    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How close the rows of a list are; without a choice, comfortable."""

    COMPACT = "compact", _("Compact")


class User(AbstractBaseUser):
    """A person, known by (issuer, subject); the e-mail address is for display alone."""

    issuer = models.CharField(_("issuer"), max_length=200)
    subject = models.CharField(_("subject"), max_length=200)
    email = models.CharField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=200)
    #: A role's name (identity/roles.py), for people of the issuer ``local``; a proxy's claims count
    #: for all others.
    role = models.CharField(_("role"), max_length=12, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    #: One of the settings' LANGUAGES; empty: what the browser asks for.
    language = models.CharField(_("language"), max_length=12, blank=True, **_NONE)
    #: An IANA name; empty: the installation's.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, **_NONE)
    theme = models.CharField(_("theme"), max_length=8, blank=True, choices=Theme.choices, **_NONE)
    density = models.CharField(
        _("density"), max_length=12, blank=True, choices=Density.choices, **_NONE
    )
    #: Whether single keys lead somewhere (WCAG 2.1.4).
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True, db_default=True)

    USERNAME_FIELD = "subject"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="user_issuer_subject"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.subject
