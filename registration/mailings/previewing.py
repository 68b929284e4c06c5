"""A mail to many as it arrives at a few people who differ."""

from typing import Any

from django.utils.translation import gettext as _

from agenda.models import Speaker
from meeting.letters import Written
from registration.mailings.choosing import chosen, to_write
from registration.mailings.wording import MailingWording
from registration.mails.kinds import KINDS
from registration.mails.wording import KindWording, Wording
from registration.mails.writing import mail_language
from registration.models import Mailing, Registration

MOST = 3
# Among so many of the first it is looked for people who differ.
LOOKED_AT = 500
Person = Registration | Speaker


def wording_of(mailing: Mailing) -> Wording:
    if mailing.kind:
        return KindWording(mailing.meeting, KINDS[mailing.kind])
    return MailingWording(mailing)


def examples(mailing: Mailing) -> list[tuple[Person, list[str]]]:
    """Three people of different languages and kinds, each with what makes the kind."""
    people = _some(to_write(mailing)) or _some(chosen(mailing))
    found: list[tuple[Person, list[str]]] = []
    while people and len(found) < MOST:
        seen = [what for _person, differs in found for what in differs]
        best = max(people, key=lambda each: len({*_kind_of(each)} - {*seen}))
        people.remove(best)
        found.append((best, _kind_of(best)))
    return found


def _some(people: Any) -> list[Person]:
    if people.model is Registration:
        people = people.select_related("category")
    return list(people[:LOOKED_AT])


def _kind_of(person: Person) -> list[str]:
    if isinstance(person, Speaker):
        return [_("Speaker")]
    return [
        str(person.get_language_display()),
        str(person.get_attendance_display()),
        str(person.category),
        str(person.get_status_display()),
    ]


def written_to(mailing: Mailing, person: Person) -> tuple[Written, str]:
    """As it would arrive, with nothing in it that acts for the person; its language."""
    wording = wording_of(mailing)
    wanted = mail_language(getattr(person, "language", "en"))
    is_written = wanted in wording.stored or (mailing.kind and not wording.stored)
    language = wanted if is_written else "en"
    return wording.written(language, wording.shown(language), person), language
