"""How a paper is cited, as United Nations footnotes do it.

Author, “Title”, paper presented at the meeting, place, dates (symbol). Source: the
United Nations Editorial Manual, on footnotes.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agenda.models import Material, Role, Speaker
from meeting.moments import date_range

Kind = Material.Kind
CITED = {
    Kind.PAPER,
    Kind.STATEMENT,
    Kind.PRESENTATION,
    Kind.BACKGROUND,
    Kind.INFORMATION_NOTE,
    Kind.REPORT,
}


def citation_of(material: Material, authors: str) -> str:
    """Empty for what nobody cites, cannot read yet, or is not to pass on."""
    if material.kind not in CITED or not material.href or not material.is_public:
        return ""
    meeting = material.meeting
    parts = [
        authors,
        _("“%(title)s”") % {"title": material.title} if material.title else "",
        _presented(material) % {"meeting": meeting.title},
        meeting.city,
        date_range(meeting.starts_on, meeting.ends_on),
    ]
    symbol = f" ({material.symbol})" if material.symbol else ""
    return ", ".join(filter(None, parts)) + symbol + "."


def authors_of(material: Material, roles: Iterable[Role]) -> str:
    """As the material names them, else who speaks; else on whose behalf."""
    speakers = dict.fromkeys(role.speaker for role in roles if role.speaker)
    if material.author:
        plain = {str(speaker): _plain_name(speaker) for speaker in speakers}
        return plain.get(material.author, material.author)
    names = [_plain_name(speaker) for speaker in speakers]
    return ", ".join(names) or affiliations_of(roles)


def affiliations_of(roles: Iterable[Role]) -> str:
    return ", ".join(dict.fromkeys(filter(None, (each.affiliation for each in roles))))


def _presented(material: Material) -> str:
    match material.kind:
        case Kind.PAPER:
            return _("paper presented at the %(meeting)s")
        case Kind.STATEMENT:
            return _("statement made at the %(meeting)s")
        case Kind.PRESENTATION:
            return _("presentation made at the %(meeting)s")
    return _("document of the %(meeting)s")


def _plain_name(speaker: Speaker) -> str:
    """Without the capitals that mark the family name: "Ana Lima"."""
    return " ".join(
        words.title() if is_family else words for words, is_family in speaker.name_runs
    )
