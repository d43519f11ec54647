from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who is asking."""

    name = "focusadmin.identity"
    label = "identity"

    def ready(self) -> None:
        """Register the system checks."""
        from focusadmin.identity import checks  # noqa: F401
