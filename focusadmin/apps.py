from django.apps import AppConfig


class FocusadminConfig(AppConfig):
    """The deployment: what must hold before anything is served."""

    name = "focusadmin"

    def ready(self) -> None:
        """Register the system checks, and have every event logged in one way."""
        from focusadmin import checks, logs  # noqa: F401

        logs.configure()
