"""What differs for readers between two programmes, in whole sentences."""

from agenda.differences.telling import Difference, Sort, in_words

__all__ = ["Difference", "Sort", "in_words"]
