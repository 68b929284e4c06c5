"""Who comes: categories, questions, and one registration a person and meeting."""

from registration.models.answer import Answer, Choice
from registration.models.category import Category
from registration.models.correction import Correction
from registration.models.following import Follow
from registration.models.mail_text import MailText
from registration.models.mailing import Mailing
from registration.models.notice import PrivacyNotice
from registration.models.places import Places
from registration.models.question import Option, Question, applicable
from registration.models.records import (
    Attempt,
    BulkStep,
    BulkWork,
    FormerLink,
    Import,
    LinkRequest,
    NotDouble,
    Tally,
    Upload,
)
from registration.models.registration import PERSONS_OWN, Registration
from registration.models.status import CHANGES, Status
from registration.models.watch import CalendarWatch

__all__ = [
    "CHANGES",
    "PERSONS_OWN",
    "Answer",
    "Attempt",
    "BulkStep",
    "BulkWork",
    "CalendarWatch",
    "Category",
    "Choice",
    "Correction",
    "Follow",
    "FormerLink",
    "Import",
    "LinkRequest",
    "MailText",
    "Mailing",
    "NotDouble",
    "Option",
    "Places",
    "PrivacyNotice",
    "Question",
    "Registration",
    "Status",
    "Tally",
    "Upload",
    "applicable",
]
