"""A mail to many in words: to whom it goes, and when."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Session
from meeting.moments import in_zone
from registration.mailings.choosing import by_question
from registration.models import (
    Category,
    Mailing,
    Option,
    Question,
    Registration,
    Status,
)


class Names:
    """What is chosen by its number, by name; read once for all of a list."""

    def __init__(self, mailings: Iterable[Mailing]) -> None:
        choices = [mailing.people for mailing in mailings]

        def chosen(entry: str) -> set[int]:
            return {pk for people in choices for pk in people.get(entry) or []}

        self.categories = Category.objects.in_bulk(chosen("categories"))
        options = Option.objects.filter(pk__in=chosen("options"))
        self.options = options.select_related("question").in_bulk()
        sessions = Session.objects.filter(pk__in=chosen("sessions"))
        self.sessions = sessions.select_related("meeting").in_bulk()
        asked = {int(pk) for people in choices for pk in people.get("answers") or {}}
        self.questions = Question.objects.in_bulk(asked)
        others = {people["without"] for people in choices if people.get("without")}
        self.mailings = Mailing.objects.in_bulk(others)


def whom(mailing: Mailing, names: Names | None = None) -> list[str]:
    """To whom it goes, a phrase for each thing that narrows it."""
    names = names or Names([mailing])
    if mailing.to == Mailing.To.SPEAKERS:
        phrases = [_("Speakers on the agenda")]
    else:
        phrases = [
            phrase
            for entry, in_words in ENTRIES.items()
            if mailing.people.get(entry)
            for phrase in in_words(mailing.people[entry], names)
        ]
    if other := mailing.people.get("without"):
        phrases.append(_("has not got “%s”") % names.mailings.get(other, other))
    return phrases or [_("Everybody who is registered, whatever the status")]


def _any_of(words: Iterable[Any]) -> str:
    return _(" or ").join(map(str, words))


def _named(found: dict[int, Any], pks: Iterable[int]) -> str:
    return _any_of(found.get(pk, _("something deleted")) for pk in pks)


def _statuses(values: list[str], names: Names) -> Iterator[str]:
    yield _any_of(Status(value).label for value in values)


def _categories(pks: list[int], names: Names) -> Iterator[str]:
    yield _named(names.categories, pks)


def _organizations(values: list[str], names: Names) -> Iterator[str]:
    yield _("from %s") % _any_of(values)


def _languages(codes: list[str], names: Names) -> Iterator[str]:
    languages = settings.OFFICIAL_LANGUAGES
    yield _("mails in %s") % _any_of(languages.get(code, code) for code in codes)


def _attendance(value: str, names: Names) -> Iterator[str]:
    yield str(Registration.Attendance(value).label)


def _options(pks: list[int], names: Names) -> Iterator[str]:
    for group in by_question(pks, names.options):
        option = names.options.get(group[0])
        question = option.question if option else _("something deleted")
        yield f"{question} {_named(names.options, group)}"


def _answers(values: dict[str, list[str]], names: Names) -> Iterator[str]:
    said = {"yes": _("Yes"), "no": _("No")}
    for pk, answers in values.items():
        question = names.questions.get(int(pk), _("something deleted"))
        yield f"{question} {_any_of(said.get(each, each) for each in answers)}"


def _sessions(pks: list[int], names: Names) -> Iterator[str]:
    yield _("comes to %s") % _named(names.sessions, pks)


def _speakers(value: str, names: Names) -> Iterator[str]:
    yield _("on the agenda") if value == "yes" else _("not on the agenda")


def _picked(pks: list[int], names: Names) -> Iterator[str]:
    count = len(pks)
    text = ngettext("%d person picked", "%d people picked", count)
    yield text % count


ENTRIES: dict[str, Callable[[Any, Names], Iterator[str]]] = {
    "registrations": _picked,
    "status": _statuses,
    "categories": _categories,
    "organizations": _organizations,
    "languages": _languages,
    "attendance": _attendance,
    "options": _options,
    "answers": _answers,
    "sessions": _sessions,
    "speakers": _speakers,
}


def when(mailing: Mailing) -> str:
    """When it goes out, as somebody has set it."""
    match mailing.when:
        case Mailing.When.NOW:
            return _("at once") if mailing.send_at is None else short(mailing)
        case Mailing.When.AT:
            return short(mailing)
    if mailing.due_at is None:
        return _("%(rule)s (no such day is set yet)") % {"rule": _relative(mailing)}
    return f"{_relative(mailing)}: {short(mailing)}"


def _relative(mailing: Mailing) -> str:
    days, n = mailing.day_offset, abs(mailing.day_offset)
    anchor = Mailing.Anchor(mailing.anchor).label
    if not days:
        return _("on the day on which %(date)s") % {"date": anchor}
    if days < 0:
        text = ngettext("%(n)d day before %(date)s", "%(n)d days before %(date)s", n)
    else:
        text = ngettext("%(n)d day after %(date)s", "%(n)d days after %(date)s", n)
    return text % {"n": n, "date": anchor}


def short(mailing: Mailing) -> str:
    """Its time on the meeting's clock."""
    local = mailing.due_at.astimezone(mailing.meeting.zone)
    return formats.date_format(local, "j M Y, H.i")


def due_in_words(mailing: Mailing) -> str:
    """Its time whole, and how far away that is."""
    due = mailing.due_at
    words = {"when": in_zone(due, mailing.meeting), "span": _span(due)}
    if due > timezone.now():
        return _("%(when)s (in %(span)s)") % words
    return _("%(when)s (%(span)s ago)") % words


def _span(moment: datetime) -> str:
    now = timezone.now()
    far = timeuntil if moment > now else timesince
    return far(moment, now, depth=1).replace("\xa0", " ")
