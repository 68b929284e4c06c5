"""What contributors do by their link: send, replace and correct."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.contributing import mails
from agenda.models import Contributor, Request, Submission
from meeting.files.checking import validate_picture, validate_upload
from meeting.files.facts import facts_of
from meeting.files.images import MATERIAL_SIDE, for_the_web
from meeting.files.kinds import is_picture
from meeting.files.names import clean_name


@transaction.atomic
def send(
    request: Request,
    *,
    file: File | None = None,
    text: str = "",
    title: str = "",
    language: str = "",
) -> Submission:
    """Keep what was sent as the newest version, and owe a word that it has arrived.

    Raises ValidationError (closed, pages, same, or what is wrong with the file) where
    it cannot be taken; nothing is kept then.
    """
    if file:
        is_photo = request.kind == Request.Kind.PHOTO
        check = validate_picture if is_photo else validate_upload
        check(file)
    # A deadline that the desk moves, and a second window, wait.
    contributor = Contributor.objects.select_for_update().get(pk=request.contributor_id)
    request = contributor.requests.get(pk=request.pk)
    if not request.takes:
        sentence = _(
            "The deadline has passed, and this can no longer be sent or replaced."
            " Please write to the secretariat."
        )
        raise ValidationError(sentence, code="closed")
    sent = Submission(request=request, title=title, text=text, language=language)
    if file and is_picture(file.name):
        # Also what nobody else sees yet: it may say where somebody lives.
        file, _thumbnail = for_the_web(file, MATERIAL_SIDE)
    if file:
        sent.filename = clean_name(file.name)
        sent.size, sent.sha256, sent.pages = facts_of(file)
        sent.file = file
    for error in mistakes(request, sent):
        raise error
    sent.number = request.latest.number + 1 if request.latest else 1
    sent.save()
    if contributor.mail_address:
        mails.owe(contributor, mails.RECEIVED, [request], what=str(sent))
    return sent


def mistakes(request: Request, sent: Submission) -> Iterator[ValidationError]:
    """What breaks a rule of the request, as far as a program can tell."""
    latest, most = request.latest, request.max_pages
    if most and sent.pages and sent.pages > most:
        sentence = ngettext(
            "This has %(pages)s pages; %(most)s page is the most. Shorten it, and send"
            " it again.",
            "This has %(pages)s pages; %(most)s pages are the most. Shorten it, and"
            " send it again.",
            most,
        )
        yield ValidationError(sentence, "pages", {"pages": sent.pages, "most": most})
    is_same = latest and (latest.sha256, latest.text) == (sent.sha256, sent.text)
    if is_same and (latest.title, latest.language) == (sent.title, sent.language):
        sentence = _("This is what you sent last. Nothing has changed.")
        yield ValidationError(sentence, code="same")
