"""The meeting that somebody names in a command."""

from django.core.management import CommandError
from django.utils.translation import gettext as _

from meeting.models import Meeting


def find_meeting(slug: str) -> Meeting:
    meeting = Meeting.objects.filter(slug=slug).first()
    if meeting is None:
        known = ", ".join(Meeting.objects.values_list("slug", flat=True))
        words = {"slug": slug, "known": known or "–"}
        raise CommandError(
            _("There is no meeting “%(slug)s”; there are: %(known)s.") % words
        )
    return meeting
