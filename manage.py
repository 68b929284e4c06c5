#!/usr/bin/env python
"""Plenary's command line."""

import importlib
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meeting.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["up"]:
        from meeting.environment import make_secret_key

        make_secret_key()
    try:
        # Read now, so that a wrong value is one line and not a traceback.
        importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"plenary: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
