"""Faults to run, each a bounded command that prints one line of JSON: its exit status is 1 when a promise did not hold.

Django is set up here, before any of the modules imports a table.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()
