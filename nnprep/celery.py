"""The door of the clock: Celery's application, configured from the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
app = Celery("nnprep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
