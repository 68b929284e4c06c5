"""The meeting itself: an edition, its pages and the documents that it rests on."""

from meeting.models.former_slug import FormerSlug
from meeting.models.job import Job
from meeting.models.meeting import (
    MOST_DAYS,
    Meeting,
    validate_meeting_slug,
    validate_timezone,
)
from meeting.models.page import RESERVED_PAGE_SLUGS, Page, validate_page_slug
from meeting.models.reference import Reference

__all__ = [
    "MOST_DAYS",
    "RESERVED_PAGE_SLUGS",
    "FormerSlug",
    "Job",
    "Meeting",
    "Page",
    "Reference",
    "validate_meeting_slug",
    "validate_page_slug",
    "validate_timezone",
]
