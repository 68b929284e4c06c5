"""What contributors do by their link: send, replace and correct."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.contributing import mails
from agenda.contributing.rules import check_file, mistakes
from agenda.models import Contributor, Request, Submission
from meeting.files.facts import facts_of
from meeting.files.images import MATERIAL_SIDE, for_the_web
from meeting.files.kinds import is_picture
from meeting.files.names import clean_name

# Nobody corrects a paper more often; a program that has gone wild does.
MOST_AN_HOUR, MOST_VERSIONS = 20, 50
HOUR = timedelta(hours=1)


def send(
    request: Request,
    *,
    file: File | None = None,
    text: str = "",
    title: str = "",
    language: str = "",
) -> Submission:
    """Keep what was sent as the newest version, and owe a word that it has arrived.

    Raises ValidationError where it cannot be taken; nothing is kept then.
    """
    sent = looked_at(request, file=file, text=text, title=title, language=language)
    if found := list(mistakes(sent)):
        raise ValidationError(found)
    return keep(sent)


def looked_at(request: Request, *, file: File | None = None, **said: str) -> Submission:
    """What would be kept, with the facts of its file; and is not kept yet.

    Raises ValidationError where it is no file such as is asked for.
    """
    sent = Submission(request=request, **said)
    if file:
        check_file(request.kind, file)
        if is_picture(file.name):
            # Also what nobody else sees yet: it may say where somebody lives.
            file, _thumbnail = for_the_web(file, MATERIAL_SIDE)
        sent.filename = clean_name(file.name)
        sent.size, sent.sha256, sent.pages = facts_of(file)
        sent.file = file
    return sent


@transaction.atomic
def keep(sent: Submission, *, after: int | None = None) -> Submission:
    """Keep it as the newest version, unless it has come twice.

    `after` is the version that was the newest when the form was opened: the same words
    and file, sent twice by it, are one. Raises ValidationError (closed, too_many, same).
    """
    # A deadline that the desk moves, and a second window, wait.
    pk = sent.request.contributor_id
    contributor = Contributor.objects.select_for_update().get(pk=pk)
    request = contributor.requests.select_related("item", "presentation__item").get(
        pk=sent.request_id
    )
    latest = request.latest
    is_same = latest is not None and _is_same(latest, sent)
    if is_same and after is not None and latest.number > after:
        return latest
    for error in obstacles(request):
        raise error
    if is_same:
        sentence = _("This is what you sent last. Nothing has changed.")
        raise ValidationError(sentence, code="same")
    sent.request = request
    sent.number = latest.number + 1 if latest else 1
    sent.save()
    if contributor.mail_address:
        mails.owe(contributor, mails.RECEIVED, [request], sent=sent)
    return sent


def _is_same(latest: Submission, sent: Submission) -> bool:
    names = ("sha256", "text", "title", "language")
    return all(getattr(latest, name) == getattr(sent, name) for name in names)


def obstacles(request: Request) -> Iterator[ValidationError]:
    """Why nothing at all can be sent at this moment."""
    if not request.takes:
        sentence = _(
            "The deadline has passed, and this can no longer be sent or replaced."
            " Please write to the secretariat."
        )
        yield ValidationError(sentence, code="closed")
    # Of each thing that is asked for: an organization may have thirty to send at once.
    sent = request.submissions.all()
    if sent.filter(at__gt=timezone.now() - HOUR).count() >= MOST_AN_HOUR:
        sentence = _(
            "You have sent this %(most)s times within an hour, which is the most."
            " What has arrived is safe. Wait an hour, and send this again."
        )
        yield ValidationError(sentence, "too_many", {"most": MOST_AN_HOUR})
    elif sent.count() >= MOST_VERSIONS:
        sentence = _(
            "%(most)s versions of this have arrived, which is the most. Please write to"
            " the secretariat."
        )
        yield ValidationError(sentence, "too_many", {"most": MOST_VERSIONS})
