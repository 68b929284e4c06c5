"""What the page and the mails say of a request, in the hours of whom it concerns."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


def pages_of(sent: Submission) -> str:
    """How long it is; empty where no program can tell."""
    if sent.pages is None:
        return ""
    if sent.filename.lower().endswith((".pptx", ".odp")):
        text = ngettext("%(number)s slide", "%(number)s slides", sent.pages)
    else:
        text = ngettext("%(number)s page", "%(number)s pages", sent.pages)
    return text % {"number": sent.pages}


def facts_of(sent: Submission) -> list[str]:
    """Which version it is, how large and how long."""
    size = filesizeformat(sent.size) if sent.size is not None else ""
    version = _("version %(number)s") % {"number": sent.number}
    return [fact for fact in (version, size, pages_of(sent)) if fact]
