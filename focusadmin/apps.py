from django.apps import AppConfig


class FocusadminConfig(AppConfig):
    """The deployment: what must hold before anything is served."""

    name = "focusadmin"

    def ready(self) -> None:
        """Register the system checks."""
        from focusadmin import checks  # noqa: F401
