"""The application for gunicorn; it checks its configuration before it serves anything."""

import os
import sys

from focusadmin.config import ConfigurationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusadmin.settings")

try:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    from focusadmin.checks import refuse_to_start

    refuse_to_start()
except ConfigurationError as error:
    sys.exit(str(error))
