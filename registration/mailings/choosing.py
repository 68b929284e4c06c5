"""Whom a mail to many reaches.

`Mailing.people` is a choice: each of its entries narrows it, an entry that is missing
or empty does not. For registered people:

    status          statuses; also those that stand so beneath a correction
    categories      primary keys
    organizations   States and organizations, as they are written
    languages       codes
    attendance      "in_person" or "remote"
    options         primary keys of options chosen; of one question any, of several all
    answers         {primary key of a question: values of it}, where it is not sensitive
    sessions        primary keys of sessions chosen
    speakers        "yes" or "no": whether they are on the agenda
    registrations   primary keys, where staff have picked them from the list
    without         primary key of another mail to many that they have not got, and
                    that is not on its way to them
"""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from agenda.models import Speaker
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.states import find_state
from meeting.words import likeness
from registration.models import Answer, Choice, Mailing, Option, Registration


def chosen(mailing: Mailing) -> QuerySet:
    """Everybody it is for, whether or not they have it: registrations, or speakers."""
    people = _all_chosen(mailing)
    return people.filter(takes_news=True) if mailing.is_news else people


def asked_for_no_news(mailing: Mailing) -> QuerySet:
    """Those who would get it, had they not asked for no more of its kind."""
    people = _all_chosen(mailing)
    return people.filter(takes_news=False) if mailing.is_news else people.none()


def everybody(mailing: Mailing) -> QuerySet:
    """All of its kind of people, chosen or not."""
    if mailing.to == mailing.To.SPEAKERS:
        # By a subquery, so that rows of the agenda make nobody come twice.
        on_agenda = Speaker.objects.of(mailing.meeting).order_by().values("pk")
        return Speaker.objects.filter(pk__in=on_agenda).order_by("pk")
    return mailing.meeting.registrations.order_by("pk")


def _all_chosen(mailing: Mailing) -> QuerySet:
    meeting, people = mailing.meeting, mailing.people
    if mailing.to == mailing.To.REGISTERED:
        return registered(meeting, people)
    return _without_other(everybody(mailing).exclude(email=""), people)


def to_write(mailing: Mailing) -> QuerySet:
    """Those of them who have not got it, and are to get it now."""
    people = without(chosen(mailing), mailing.once)
    return people.exclude(_too_late(mailing)) if _leaves_latecomers(mailing) else people


def too_late(mailing: Mailing) -> QuerySet:
    """Those who registered after its time, where it does not go to latecomers."""
    people = without(chosen(mailing), mailing.once)
    return (
        people.filter(_too_late(mailing))
        if _leaves_latecomers(mailing)
        else people.none()
    )


def _leaves_latecomers(mailing: Mailing) -> bool:
    due = mailing.due_at
    is_late = due is not None and due < timezone.now()
    is_registered = mailing.to == mailing.To.REGISTERED
    return is_late and is_registered and not mailing.includes_latecomers


def _too_late(mailing: Mailing) -> Q:
    return Q(created_at__gt=mailing.due_at)


def without(people: QuerySet, once: str) -> QuerySet:
    """Those for whom no message of this name was ever written."""
    return people.exclude(Exists(_written(people.model, once)))


def has_got(people: QuerySet, once: str) -> QuerySet:
    """Those to whom a message of this name has gone out, and did not come back."""
    return people.filter(
        Exists(_written(people.model, once).filter(state=Message.State.SENT))
    )


def has_not_got(people: QuerySet, once: str) -> QuerySet:
    sent = _written(people.model, once).filter(state=Message.State.SENT)
    return people.exclude(Exists(sent))


def _written(model: type[Model], once: str) -> QuerySet[Message]:
    kind = ContentType.objects.get_for_model(model)
    return Message.objects.filter(
        content_type=kind, object_id=OuterRef("pk"), once=once
    )


def registered(meeting: Meeting, people: dict[str, Any]) -> QuerySet[Registration]:
    found = meeting.registrations.order_by("pk")
    if statuses := people.get("status"):
        found = found.standing(*statuses)
    if categories := people.get("categories"):
        found = found.filter(category__in=categories)
    if names := people.get("organizations"):
        found = found.filter(organization_key__in=organization_keys(names))
    if languages := people.get("languages"):
        found = found.filter(language__in=languages)
    if attendance := people.get("attendance"):
        found = found.filter(attendance=attendance)
    picked = people.get("options") or []
    for options in by_question(picked, Option.objects.in_bulk(picked)):
        chosen = Choice.objects.filter(registration=OuterRef("pk"), option__in=options)
        found = found.filter(Exists(chosen))
    for question, values in (people.get("answers") or {}).items():
        said = Answer.objects.filter(
            registration=OuterRef("pk"),
            question=question,
            question__is_sensitive=False,
            value__in=values,
        )
        found = found.filter(Exists(said))
    if sessions := people.get("sessions"):
        chosen = Choice.objects.filter(
            registration=OuterRef("pk"), session__in=sessions
        )
        found = found.filter(Exists(chosen))
    if speakers := people.get("speakers"):
        on_agenda = _on_agenda(meeting)
        found = found.filter(on_agenda if speakers == "yes" else ~on_agenda)
    if "registrations" in people:
        found = found.filter(pk__in=people["registrations"])
    return _without_other(found, people)


def _without_other(found: QuerySet, people: dict[str, Any]) -> QuerySet:
    other = people.get("without")
    other = other and Mailing.objects.filter(pk=other).first()
    if not other:
        return found
    # For whom it waits gets it in a moment, and would have it twice.
    on_its_way = _written(found.model, other.once).unsent()
    return has_not_got(found, other.once).exclude(Exists(on_its_way))


def organization_keys(names: list[str]) -> set[str]:
    """How registrations of these may name them, however they are written here."""
    keys = {likeness(name) for name in names}
    return keys | {state.code for name in names if (state := find_state(name))}


def by_question(pks: list[int], options: dict[int, Option]) -> list[list[int]]:
    """Options in groups of one question each."""
    groups = defaultdict(list)
    for pk in pks:
        # One that was deleted is of no question, and nobody has chosen it.
        groups[pk in options and options[pk].question_id].append(pk)
    return list(groups.values())


def _on_agenda(meeting: Meeting) -> Q:
    """By the name, however it is written, or by the address."""
    speakers = Speaker.objects.of(meeting).values_list("name", "email")
    names = {likeness(name) for name, _email in speakers}
    addresses = {email.lower() for _name, email in speakers if email}
    return Q(name_key__in=names) | Q(email__in=addresses)
