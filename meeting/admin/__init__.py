"""The admin of the meeting itself, of the staff and of the audit trail, in this order."""

from meeting.admin import meetings, staff, audit  # noqa: I001

__all__ = ["audit", "meetings", "staff"]
