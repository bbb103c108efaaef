"""The site with the floor beside it, for the same web server."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
settings.ROOT_URLCONF = "bench.floor"

from nnprep.wsgi import application  # noqa: E402 -- the addresses must be known before the application is made

__all__ = ["application"]
