"""Where a registration stands, and what it may become: the one table of it.

The same as a picture: docs/registration.md.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    NEEDS_CORRECTION = "needs_correction", _("Needs correction")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered a seat")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = Status
CHANGES: dict[str, set[str]] = {
    S.RECEIVED: {S.NEEDS_CORRECTION, S.WAITING, S.CONFIRMED, S.DECLINED, S.WITHDRAWN},
    # Back to where it stood, or decided on meanwhile; asked again for something else.
    S.NEEDS_CORRECTION: set(S) - {S.OFFERED},
    # Received: looked at anew, as after a change to a category that needs approval.
    S.WAITING: set(S) - {S.WAITING},
    # Waiting: the offer was not taken up in time.
    S.OFFERED: {S.RECEIVED, S.WAITING, S.CONFIRMED, S.DECLINED, S.WITHDRAWN},
    # Waiting: comes in person after all, and there is no free seat.
    S.CONFIRMED: set(S) - {S.OFFERED, S.CONFIRMED},
    S.DECLINED: {S.RECEIVED, S.WAITING, S.CONFIRMED},
    # Only the person comes back.
    S.WITHDRAWN: {S.RECEIVED, S.WAITING, S.CONFIRMED},
}
# A place is theirs, or kept for them.
HOLDING = (S.CONFIRMED, S.OFFERED)
OUT = (S.DECLINED, S.WITHDRAWN)
