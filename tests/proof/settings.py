"""The product's settings for processes that are killed: nobody waits half a minute for a lease."""

from focusadmin.settings import *  # noqa: F403  # every setting but these stays the product's own

#: As in the product, the lease is longer than a write may take.
WRITE_LEASE, FOCUS_WRITE_DEADLINE = 2, 1.0
BATCH_SLICE = 3
STORAGES = {  # hashed names would need a collected folder
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
