"""Who comes: categories, and one registration a person and meeting."""

from registration.models.category import Category
from registration.models.registration import PERSONS_OWN, Registration

__all__ = ["PERSONS_OWN", "Category", "Registration"]
