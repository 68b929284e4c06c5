"""Mails to participants: which there are, their words, and how they are owed."""

from registration.mails.kinds import (
    CHANGED,
    CHOICE_CONFIRMED,
    CHOICE_OFFERED,
    CORRECTED,
    KIND,
    KNOWN,
    LINK,
    MOVED,
    OFFER_PASSED,
    RECEIVED,
    REMINDER,
)
from registration.mails.writing import mail_language, owe, owe_once

__all__ = [
    "CHANGED",
    "CHOICE_CONFIRMED",
    "CHOICE_OFFERED",
    "CORRECTED",
    "KIND",
    "KNOWN",
    "LINK",
    "MOVED",
    "OFFER_PASSED",
    "RECEIVED",
    "REMINDER",
    "mail_language",
    "owe",
    "owe_once",
]
