"""What the outbox's admin does not know: the kinds of mails to people, in words."""

from django.utils.translation import gettext_lazy as _

from meeting.mail.admin import KINDS
from registration.mails.kinds import KIND
from registration.mails.kinds import KINDS as OWN

KINDS |= {KIND % name: kind.label for name, kind in OWN.items()}
KINDS["mailing"] = _("Mail to many")
