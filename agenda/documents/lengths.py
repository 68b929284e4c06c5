"""How long a document is, in words: pages, or slides."""

from django.utils.translation import ngettext

from agenda.models import Material, Request, Submission, Version

DECKS = (".pptx", ".odp")
SLIDES = {Material.Kind.PRESENTATION, Request.Kind.SLIDES}


def length_of(file: Material | Submission | Version, kind: str) -> str:
    """Empty where no program can tell; slides stay slides when saved as a PDF."""
    if not file.pages:
        return ""
    if kind in SLIDES or file.filename.lower().endswith(DECKS):
        text = ngettext("%(number)s slide", "%(number)s slides", file.pages)
    else:
        text = ngettext("%(number)s page", "%(number)s pages", file.pages)
    return text % {"number": file.pages}
