"""The admin of registrations, and of what a meeting sets for them."""

from registration.admin import (  # noqa: I001
    registrations,
    released,
    categories,
    questions,
    notices,
    numbers,
    works,
    seats,
    mailings,
    texts,
    mails,
)

__all__ = [
    "categories",
    "mailings",
    "mails",
    "notices",
    "numbers",
    "questions",
    "registrations",
    "released",
    "seats",
    "texts",
    "works",
]
