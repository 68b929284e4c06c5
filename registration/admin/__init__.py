"""The admin of registrations, of categories, and of what is asked besides."""

from registration.admin import registrations, categories, questions  # noqa: I001

__all__ = ["categories", "questions", "registrations"]
