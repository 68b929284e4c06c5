#!/usr/bin/env python
"""Plenary's command line."""

import importlib
import os
import sys
from argparse import ArgumentParser


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meeting.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["up"]:
        prepare_up(sys.argv[2:])
    try:
        # Read now, so that a wrong value is one line and not a traceback.
        importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"plenary: {error}")
    execute_from_command_line(sys.argv)


def prepare_up(arguments: list[str]) -> None:
    """What must be so before the settings are read: keys, and the port of our links."""
    from meeting.environment import BASE, make_keys

    os.umask(0o077)  # What comes to lie in var/ is about people.
    make_keys()
    # The programs that it starts find our modules, wherever it was started from.
    paths = [str(BASE), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    parser = ArgumentParser(add_help=False)
    parser.add_argument("--port")
    if port := parser.parse_known_args(arguments)[0].port:
        os.environ["PORT"] = port


if __name__ == "__main__":
    main()
