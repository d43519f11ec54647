from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who is asking."""

    name = "focusadmin.identity"
    label = "identity"
