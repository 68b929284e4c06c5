"""What has come for one request, each version beside the one before it."""

from dataclasses import dataclass
from itertools import zip_longest

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from agenda.models import Request, Submission
from meeting.mail.words import tag

COLOURS = {
    Request.State.AWAITED: "plain",
    Request.State.LATE: "bad",
    Request.State.RECEIVED: "open",
    Request.State.CHANGE_ASKED: "wait",
    Request.State.ACCEPTED: "good",
    Request.State.PLANNED: "good",
    Request.State.POSTED: "good",
}
LABELS = {
    "title": _("title"),
    "filename": _("name of the file"),
    "pages": _("pages"),
    "size": _("size"),
    "language": _("language"),
}


def state_tag(request: Request) -> str:
    """Late stands beside a change that is asked for, where that is late."""
    said = tag(COLOURS[request.state], request.state_words)
    if request.is_late and request.state != Request.State.LATE:
        return said + " " + tag("bad", Request.State.LATE.label)
    return said


@dataclass
class Sent:
    """One version, with what is another than in the version before."""

    submission: Submission
    before: Submission | None

    @property
    def differences(self) -> list[str]:
        if self.before is None:
            return []
        return [
            f"{self._label(name)}: {_shown(self.before, name)} → {_shown(self.submission, name)}"
            for name in LABELS
            if getattr(self.before, name) != getattr(self.submission, name)
        ]

    def _label(self, name: str) -> str:
        are_slides = self.submission.request.kind == Request.Kind.SLIDES
        return str(_("slides") if name == "pages" and are_slides else LABELS[name])


class Compared:
    def __init__(self, request: Request) -> None:
        sent = list(request.submissions.all())
        self.versions = [
            Sent(each, before) for each, before in zip_longest(sent, sent[1:])
        ]
        self.tag = state_tag(request)
        self.latest = request.latest
        self.earlier = sent[1] if len(sent) > 1 else None
        self.posted_last = next((each for each in sent if each.is_posted), None)
        self.shown_now = _shown_now(request)


def _shown(submission: Submission, name: str) -> str:
    value = getattr(submission, name)
    if name == "size" and value is not None:
        return filesizeformat(value)
    if name == "language":
        return submission.get_language_display() or "–"
    return str(value) if value not in (None, "") else "–"


def _shown_now(request: Request) -> str:
    """The text that a posted one takes the place of."""
    if request.kind == Request.Kind.TITLE and request.presentation:
        return request.presentation.title
    speaker = request.contributor.speaker
    if request.kind == Request.Kind.BIOGRAPHY and speaker:
        return speaker.biography
    return ""
