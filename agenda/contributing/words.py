"""What the page and the mails say of a request, in the hours of whom it concerns."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from agenda.documents.lengths import length_of
from agenda.models import Request, Submission
from meeting.moments import whole


def deadline(request: Request) -> str:
    """On the contributor's clock."""
    return whole(request.due_at, request.contributor.own_zone)


def deadline_at_meeting(request: Request) -> str:
    """On the meeting's clock; empty where that is the same."""
    contributor = request.contributor
    there, here = contributor.own_zone, contributor.meeting.zone
    at = request.due_at
    if at.astimezone(there).utcoffset() == at.astimezone(here).utcoffset():
        return ""
    return whole(at, here)


def facts_of(sent: Submission) -> list[str]:
    """Which version it is, how large and how long."""
    size = filesizeformat(sent.size) if sent.size is not None else ""
    version = _("version %(number)s") % {"number": sent.number}
    length = length_of(sent, sent.request.kind)
    return [fact for fact in (version, size, length) if fact]
