"""The application for gunicorn; it checks its configuration before it serves anything."""

import os
import sys

from focusadmin.config import ConfigurationError

#: gunicorn ends on this exit code; on any other it would start the worker again and again.
WORKER_BOOT_ERROR = 3

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusadmin.settings")

try:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    from focusadmin.checks import refuse_to_start, usable_database

    refuse_to_start()

    from integrations.services import workspaces

    with usable_database():
        workspaces.sync()
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(WORKER_BOOT_ERROR)
