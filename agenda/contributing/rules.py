"""The rules for what is sent to the papers desk: said on the page, and checked."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.models import Request, Submission
from meeting.files.checking import validate_upload
from meeting.words import count_words

Kind = Request.Kind
TEXT = (".pdf", ".docx", ".odt")
ENDINGS = {
    Kind.PAPER: TEXT,
    Kind.SLIDES: (".pptx", ".pdf", ".odp"),
    Kind.STATEMENT: TEXT,
    Kind.PHOTO: (".jpg", ".jpeg", ".png"),
}
TOO_LARGE = gettext_lazy("This file is larger than %(most)s. Make it smaller.")
PHOTO_MAX_BYTES = 10 * 1024**2
# In a programme nobody reads more of one person.
MOST_WORDS = 300


def rules_of(request: Request) -> Iterator[str]:
    """What the page says before anything is sent, a sentence each."""
    if most := request.most_pages:
        yield _at_most(request.kind, most)
    if request.kind == Kind.PAPER:
        meeting = request.contributor.meeting
        yield from filter(None, [meeting.papers_spacing, meeting.papers_file_format])
    if not request.is_text:
        facts = {"kinds": kinds_of(request.kind), "most": _most_size(request.kind)}
        yield _("Taken: %(kinds)s, of at most %(most)s.") % facts
    if request.kind == Kind.BIOGRAPHY:
        facts = {"most": MOST_WORDS}
        yield (
            _("At most %(most)s words. Leave a line empty between paragraphs.") % facts
        )
    if request.kind == Kind.TITLE:
        yield _("One line, without quotation marks around it.")
    if request.kind == Kind.PHOTO:
        yield _("Your face, from the front, on a plain background.")


def _at_most(kind: str, most: int) -> str:
    if kind == Kind.SLIDES:
        text = ngettext("At most %(most)s slide.", "At most %(most)s slides.", most)
    else:
        text = ngettext("At most %(most)s page.", "At most %(most)s pages.", most)
    return text % {"most": most}


def kinds_of(kind: str) -> str:
    """The kinds of files in words: "PDF, DOCX or ODT"."""
    names = [ending.removeprefix(".").upper() for ending in ENDINGS[kind]]
    return get_text_list([name for name in names if name != "JPEG"], _("or"))


def most_bytes(kind: str) -> int:
    most = settings.MATERIAL_MAX_BYTES
    return min(PHOTO_MAX_BYTES, most) if kind == Kind.PHOTO else most


def _most_size(kind: str) -> str:
    return filesizeformat(most_bytes(kind))


def check_file(kind: str, file: File) -> None:
    """Raises ValidationError where it is no file such as is asked for."""
    if PurePosixPath(file.name).suffix.lower() not in ENDINGS[kind]:
        sentence = _(
            "This is no file such as we ask for. Save it as %(kinds)s, and choose it"
            " again."
        )
        raise ValidationError(sentence, "kind", {"kinds": kinds_of(kind)})
    if file.size > most_bytes(kind):
        raise ValidationError(TOO_LARGE, "too_large", {"most": _most_size(kind)})
    validate_upload(file)


def mistakes(sent: Submission) -> Iterator[ValidationError]:
    """What breaks a rule of its request, as far as a program can tell."""
    most = sent.request.most_pages
    if most and sent.pages and sent.pages > most:
        facts = {"pages": sent.pages, "most": most}
        yield ValidationError(_too_many(sent.request.kind, most), "pages", facts)
    words = count_words(sent.text) if sent.request.kind == Kind.BIOGRAPHY else 0
    if words > MOST_WORDS:
        sentence = ngettext(
            "This has %(words)s words; %(most)s are the most. Shorten it by %(by)s word.",
            "This has %(words)s words; %(most)s are the most. Shorten it by %(by)s"
            " words.",
            words - MOST_WORDS,
        )
        facts = {"words": words, "most": MOST_WORDS, "by": words - MOST_WORDS}
        yield ValidationError(sentence, "words", facts)


def _too_many(kind: str, most: int) -> str:
    if kind == Kind.SLIDES:
        return ngettext(
            "This has %(pages)s slides; %(most)s slide is the most. Shorten it, and"
            " choose it again.",
            "This has %(pages)s slides; %(most)s slides are the most. Shorten it, and"
            " choose it again.",
            most,
        )
    return ngettext(
        "This has %(pages)s pages; %(most)s page is the most. Shorten it, and choose"
        " it again.",
        "This has %(pages)s pages; %(most)s pages are the most. Shorten it, and choose"
        " it again.",
        most,
    )
