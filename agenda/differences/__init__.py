"""What differs for readers between two programmes, in whole sentences."""

from agenda.differences.releases import brought_by, news_of_draft, of_release
from agenda.differences.telling import Difference, Sort, in_words

__all__ = [
    "Difference",
    "Sort",
    "brought_by",
    "in_words",
    "news_of_draft",
    "of_release",
]
