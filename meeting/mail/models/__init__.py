"""What was written, what became of it, and whether all that it takes is there."""

from meeting.mail.models.heartbeat import Heartbeat
from meeting.mail.models.mail_server import MailServer
from meeting.mail.models.message import (
    LATE,
    TEST,
    Message,
    MessageQuerySet,
    ask_for_sweep,
    late,
)

__all__ = [
    "LATE",
    "TEST",
    "Heartbeat",
    "MailServer",
    "Message",
    "MessageQuerySet",
    "ask_for_sweep",
    "late",
]
