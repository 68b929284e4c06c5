"""Which files may be uploaded: by extension and content together, and by size."""

from pathlib import Path

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

# Extension, and the content types that `filetype` may name for it.
ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument"
ALLOWED = {
    ".pdf": {"application/pdf"},
    ".docx": {f"{OFFICE}.wordprocessingml.document", ZIP},
    ".pptx": {f"{OFFICE}.presentationml.presentation", ZIP},
    ".xlsx": {f"{OFFICE}.spreadsheetml.sheet", ZIP},
    ".odt": {"application/vnd.oasis.opendocument.text", ZIP},
    ".odp": {"application/vnd.oasis.opendocument.presentation", ZIP},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".png": {"image/png"},
    ".mp4": {"video/mp4"},
}


def validate_upload(file: File) -> None:
    if file.size > settings.MATERIAL_MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(most)s. Make it smaller, or give a link."),
            code="too_large",
            params={"most": filesizeformat(settings.MATERIAL_MAX_BYTES)},
        )
    types = ALLOWED.get(Path(file.name).suffix.lower())
    if types is None:
        raise ValidationError(
            _("Files of this kind are not taken. Use one of: %(kinds)s."),
            code="extension",
            params={"kinds": ", ".join(ALLOWED)},
        )
    file.seek(0)
    found = filetype.guess_mime(file.read(8192))
    file.seek(0)
    if found not in types:
        raise ValidationError(
            _(
                "What is in this file is not what its name says. Save it again as %(kind)s."
            ),
            code="content",
            params={"kind": Path(file.name).suffix},
        )
