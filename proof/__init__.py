"""What stands behind the built-in bank: its keys are worked out again, spoilt on purpose, and counted."""

import os

import django
from django.apps import apps

# Questions are read by the product's own rooms, which have tables; nothing here opens a database.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
if not apps.ready:
    django.setup()
