"""The admin of the programme; its lists stand in the order of the imports."""

from agenda.admin import sessions, items, people, materials, releases, day, mails  # noqa: I001

__all__ = ["day", "items", "mails", "materials", "people", "releases", "sessions"]
