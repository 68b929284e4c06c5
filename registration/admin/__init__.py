"""The admin of registrations, and of what a meeting sets for them."""

from registration.admin import registrations, categories, notices, numbers  # noqa: I001

__all__ = ["categories", "notices", "numbers", "registrations"]
