"""The outbox in the admin: what was written to whom, and whether mail goes out."""

from meeting.mail.admin.messages import MessageAdmin
from meeting.mail.admin.seen import mails_about
from meeting.mail.words import KINDS, moment, state_tag

__all__ = ["KINDS", "MessageAdmin", "mails_about", "moment", "state_tag"]
