"""The admin of registrations and of the categories that people come in."""

from registration.admin import registrations, categories  # noqa: I001

__all__ = ["categories", "registrations"]
