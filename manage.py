#!/usr/bin/env python3
"""Run a command of nnprep: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command line; a misconfiguration is one line and exit status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(f"nnprep: {fault}")


if __name__ == "__main__":
    main()
