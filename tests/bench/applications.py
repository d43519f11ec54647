"""What gunicorn serves while it is measured: the product, or its peers."""

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  # after the set-up

from integrations.services import workspaces  # noqa: E402
from tests.bench.peers import peers_handler  # noqa: E402

workspaces.sync()
product = WSGIHandler()
peers = peers_handler()
