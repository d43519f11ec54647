from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """The product: accounts, calendars and their changes."""

    name = "integrations"
