from django.apps import AppConfig

from integrations.services import folding


class IntegrationsConfig(AppConfig):
    """The product: accounts, calendars and their changes."""

    name = "integrations"

    def ready(self) -> None:
        """Keep what this process counts when it ends."""
        folding.at_the_end()
