"""What the desk says of what has come: accepted, to be changed, posted."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.contributing import mails
from agenda.editing import changing
from agenda.models import Contributor, Material, Request, Submission


@transaction.atomic
def accept(submission: Submission, *, by: User | None) -> None:
    """It is as it should be; nothing of it is seen before it is posted."""
    submission = _newest(submission)
    if submission.state != Submission.State.ACCEPTED:
        _decide(submission, by, state=Submission.State.ACCEPTED, comment="")


@transaction.atomic
def ask_change(
    submission: Submission,
    comment: str,
    *,
    by: User | None,
    due_at: datetime | None = None,
) -> None:
    """Have it sent again, with a line that says what is to be changed.

    What is posted stays so until another version is. `due_at`: another deadline.
    """
    submission = _newest(submission)
    if not comment.strip():
        sentence = _("Write a line that says what is to be changed.")
        raise ValidationError(sentence, code="comment")
    state = Submission.State.CHANGE_ASKED
    _decide(submission, by, state=state, comment=comment.strip())
    request = submission.request
    if due_at:
        request.due_at = due_at
        request.save(update_fields=["due_at"])
    if request.contributor.mail_address:
        line = submission.comment
        mails.owe(request.contributor, mails.CHANGE, [request], line=line)


@transaction.atomic
def post(
    submission: Submission,
    *,
    by: User | None,
    at: datetime | None = None,
    is_bulk: bool = False,
) -> None:
    """Give it to readers, at once or from a set time on; so it is accepted too.

    A document becomes a material, or the next version of the one posted before; who
    sent it is told.
    """
    submission = _newest(submission)
    request = submission.request
    now = timezone.now()
    if at is not None and at <= now:
        at = None
    if at and not request.is_document:
        sentence = _("Only documents can be posted at a set time. Post this at once.")
        raise ValidationError(sentence, code="at")
    if at:
        _refuse_to_hide(submission)
    if request.is_document:
        _post_document(submission, at)
    elif request.kind == Request.Kind.TITLE:
        values = {"title": submission.text}
        part = request.presentation
        changing.change(part.meeting, "presentation", part.pk, values, by=by)
    else:
        _post_on_speaker(submission)
    state, is_first = Submission.State.ACCEPTED, submission.posted_at is None
    _decide(submission, by, state=state, comment="", posted_at=at or now)
    # Another time for the same is no news.
    if is_first and request.contributor.mail_address:
        mails.owe(request.contributor, mails.POSTED, [request], is_bulk=is_bulk)


def _refuse_to_hide(submission: Submission) -> None:
    """What readers have stays: another version does not take its place before its time."""
    posted = submission.request.posted
    if posted and posted.pk != submission.pk:
        sentence = _(
            "Readers have version %(number)s already, and would be without it until"
            " then. Post this at once, or come back when its time has come."
        )
        raise ValidationError(sentence, "at", {"number": posted.number})


def _post_document(submission: Submission, at: datetime | None) -> None:
    request = submission.request
    contributor = request.contributor
    material = request.material or Material(
        meeting=contributor.meeting,
        item=request.item,
        presentation=request.presentation,
        kind=request.kind,
        author=str(contributor),
        is_contributed=bool(contributor.organization),
        position=_next_position(contributor),
    )
    material.title = submission.title or material.title
    material.language = submission.language or material.language
    material.visible_from = at
    if material.sha256 == submission.sha256:
        material.save()
    else:
        with submission.file.open("rb") as content:
            material.file = File(content, name=submission.filename)
            material.save()
    if request.material_id != material.pk:
        request.material = material
        request.save(update_fields=["material"])


def _post_on_speaker(submission: Submission) -> None:
    speaker = submission.request.contributor.speaker
    if submission.request.kind == Request.Kind.BIOGRAPHY:
        speaker.biography = submission.text
        speaker.save()
        return
    with submission.file.open("rb") as content:
        speaker.photo = File(content, name=submission.filename)
        speaker.save()


def _next_position(contributor: Contributor) -> int:
    last = contributor.meeting.materials.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _newest(submission: Submission) -> Submission:
    """As it is now, with nobody else deciding; another that came since is in the way."""
    asked = Request.objects.get(pk=submission.request_id)
    Contributor.objects.select_for_update().get(pk=asked.contributor_id)
    found = Submission.objects.select_related(
        "request__contributor__meeting",
        "request__contributor__speaker",
        "request__item",
        "request__presentation__meeting",
        "request__material",
    ).get(pk=submission.pk)
    if found.request.latest.pk != found.pk:
        raise newer(found.request)
    return found


def newer(request: Request) -> ValidationError:
    sentence = _(
        "Version %(number)s has arrived meanwhile. Look at it before you decide."
    )
    return ValidationError(sentence, "newer", {"number": request.latest.number})


def _decide(submission: Submission, by: User | None, **values: Any) -> None:
    for name, value in values.items():
        setattr(submission, name, value)
    submission.decided_by, submission.decided_at = by, timezone.now()
    submission.save(update_fields=[*values, "decided_by", "decided_at"])
