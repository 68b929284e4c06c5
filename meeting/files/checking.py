"""Whether an uploaded file may be taken: each refusal is a sentence with a code."""

from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from meeting.files import images, packed
from meeting.files.kinds import KINDS, PICTURES, ending
from meeting.files.names import clean_name
from meeting.files.scanning import check_harmless

TOO_LARGE = _("This file is larger than %(most)s. Make it smaller, or give a link.")
# So much of a file tells its kind.
BEGINNING = 8192


def input_attrs(most: int, sentence: str = TOO_LARGE) -> dict[str, Any]:
    """Of an input for a file: what to offer, and to refuse before it is sent.

    `static/js/files.js` reads them; without it, the form says the same.
    """
    return {
        "accept": ",".join(KINDS),
        "data-most-bytes": most,
        "data-too-large": sentence % {"most": filesizeformat(most)},
    }


def validate_upload(file: File) -> None:
    """Raises ValidationError, unless it is what its name says and can do no harm."""
    if isinstance(file, FieldFile):
        if file._committed:
            return  # What is kept already was looked at when it came.
        file = file.file
    _check_size(file, settings.MATERIAL_MAX_BYTES)
    kind = ending(clean_name(file.name))
    if kind not in KINDS:
        _refuse_kind(list(KINDS))
    try:
        _check_content(file, kind)
    finally:
        file.seek(0)
    check_harmless(file)


def validate_picture(file: File) -> None:
    """The same, for a file that can only be a picture."""
    if ending(clean_name(file.name)) not in PICTURES:
        _refuse_kind(PICTURES)
    validate_upload(file)


def check_arrived(file: File) -> None:
    """Raises ValidationError where it came with a form, and was too much."""
    if problem := getattr(file, "problem", None):
        raise problem


def _check_size(file: File, most: int) -> None:
    check_arrived(file)
    if file.size > most:
        raise ValidationError(
            TOO_LARGE, code="too_large", params={"most": filesizeformat(most)}
        )
    if not file.size:
        sentence = _("There is nothing in this file. Choose another.")
        raise ValidationError(sentence, code="empty")


def _refuse_kind(kinds: list[str]) -> None:
    sentence = _("Files of this kind are not taken. Use one of: %(kinds)s.")
    raise ValidationError(sentence, "extension", {"kinds": ", ".join(kinds)})


def _check_content(file: File, kind: str) -> None:
    file.seek(0)
    beginning = file.read(BEGINNING)
    expected = KINDS[kind]
    if packed.is_packed(kind):
        is_so = packed.check(file, expected, beginning)
    elif kind == ".pdf":
        is_so = beginning.startswith(b"%PDF-")
    else:
        is_so = filetype.guess_mime(beginning) == expected
    if not is_so:
        sentence = _(
            "What is in this file is not what its name says. Save it again as %(kind)s."
        )
        raise ValidationError(sentence, "content", {"kind": kind})
    if kind in PICTURES:
        images.check(file)
