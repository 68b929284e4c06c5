"""The admin of the programme; its lists stand in the order of the imports."""

from agenda.admin import sessions, items, people, materials, papers, releases, day  # noqa: I001
from agenda.admin import mails

__all__ = [
    "day",
    "items",
    "mails",
    "materials",
    "papers",
    "people",
    "releases",
    "sessions",
]
