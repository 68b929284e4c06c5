"""The admin of registrations, and of what a meeting sets for them."""

# isort: off
from registration.admin import (
    registrations,
    categories,
    questions,
    notices,
    numbers,
    works,
    seats,
)
# isort: on

__all__ = [
    "categories",
    "notices",
    "numbers",
    "questions",
    "registrations",
    "seats",
    "works",
]
