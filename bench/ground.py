"""A site of its own for whoever measures: importing this sets Django up."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
_folder = TemporaryDirectory(prefix="plenary-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "meeting.settings"
os.environ["VAR_DIR"] = _folder.name
os.environ["SECRET_KEY"] = "b" * 50
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command


def lay() -> None:
    call_command("migrate", verbosity=0)
