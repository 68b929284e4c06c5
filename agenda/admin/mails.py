"""What the outbox's admin does not know: the kinds of mails to contributors, in words."""

from agenda.contributing.mails import KIND
from agenda.contributing.mails import KINDS as OWN
from meeting.mail.admin import KINDS

KINDS |= {KIND % name: kind.label for name, kind in OWN.items()}
