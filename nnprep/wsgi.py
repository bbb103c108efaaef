"""The door of the web server."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
application = get_wsgi_application()

# A thread that computes gives way after half a millisecond, not five: pages stay quick while packs are checked.
sys.setswitchinterval(0.0005)
# What is loaded by now stays: the collector of cycles need not look at it again while a page is made. A look at all
# objects holds the interpreter for a tenth of a second while a large pack is checked, so it comes seldom.
gc.freeze()
gc.set_threshold(10_000, 20, 100)
