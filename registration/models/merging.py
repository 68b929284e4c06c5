"""Two registrations of one person made one: nothing of either is lost."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from meeting.mail.models import Message
from registration.answers import erase
from registration.calendar.entries import both
from registration.models.answer import Answer, Choice
from registration.models.changing import Changing
from registration.models.following import Follow
from registration.models.places import Places
from registration.models.records import BulkStep, FormerLink, NotDouble
from registration.models.status import OUT, Status

if TYPE_CHECKING:
    from registration.models.registration import Registration

S = Status
# The better one is kept, whichever of the two it was.
STANDINGS = [
    S.CONFIRMED,
    S.OFFERED,
    S.WAITING,
    S.RECEIVED,
    S.WITHDRAWN,
    S.DECLINED,
]
CHOICES = [Choice.Status.CONFIRMED, Choice.Status.OFFERED, Choice.Status.WAITING]
# What stands beside a status, and goes where it goes.
BESIDE = ["offer_until", "decline_reason", "is_reason_shown"]


class Merging(Changing):
    @transaction.atomic
    def absorb(
        self,
        other: "Registration",
        fields: Collection[str] = (),
        questions: Collection[int] = (),
        *,
        takes_sessions: bool = False,
    ) -> None:
        """Make the other one part of this, which keeps its reference.

        `fields`, and answers to these `questions`, are taken from the other, and what
        it chose of the programme where `takes_sessions`; so is whatever is not answered
        here. The better standing and the earlier place in line stay.
        """
        places = Places.locked(self.meeting_id)
        self.refresh_from_db()
        other.refresh_from_db()
        mine, theirs = self._as_stored(), other._as_stored()
        better = min(mine, theirs, key=rank)
        self._take_fields(other, fields)
        self._take_standing(better)
        self.arrived_at = _arrival(mine, theirs)
        # Whoever has asked for no news once has asked.
        self.takes_news = mine.takes_news and theirs.takes_news
        self.former_references = [
            *self.former_references,
            *other.former_references,
            other.reference,
        ]
        # What the other's entries are too many is taken back by the next mail.
        self.calendar_told = both(self.calendar_told, other.calendar_told)
        _take_answers(self, other, questions)
        _take_choices(self, other, questions, takes_sessions=takes_sessions)
        _take_records(self, other)
        _let_go(self, other)
        said = {name: theirs.in_words(name) for name in [*self.PERSONS_OWN, "email"]}
        self._said = {"merged": theirs.reference, "which_was": said}
        self.save()
        self._said = None
        self._seat_anew(better, places, mail=False)
        places.settle(self)
        places.fill()
        if (self.email, self.standing) != (mine.email, mine.standing):
            self.owe(self.status)

    def _take_fields(self, other: "Registration", fields: Collection[str]) -> None:
        for name in fields:
            setattr(self, name, getattr(other, name))
        if "organization" in fields:
            self.state = other.state

    def _take_standing(self, better: "Registration") -> None:
        """Have its standing; what this one was asked to correct stays to be done."""
        if self.standing == better.standing:
            return
        for name in BESIDE:
            setattr(self, name, getattr(better, name))
        is_asked = self.status == S.NEEDS_CORRECTION
        if is_asked and better.standing != S.OFFERED:
            self.held = better.standing
        else:
            self.status, self.held = better.standing, ""
        if is_asked and not self.held:
            self._cancel_correction()


def rank(registration: "Registration") -> int:
    """The less, the better it stands."""
    return STANDINGS.index(registration.standing)


def _arrival(*registrations: "Registration") -> Any:
    """The earlier one; whoever had left the line does not come back to its front."""
    inside = [each for each in registrations if each.standing not in OUT]
    return min(each.arrived_at for each in inside or registrations)


def _take_answers(
    kept: "Registration", other: "Registration", questions: Collection[int]
) -> None:
    mine = {answer.question_id: answer for answer in kept.answers.all()}
    for answer in other.answers.all():
        before = mine.get(answer.question_id)
        if before and answer.question_id not in questions:
            continue  # Goes with the other.
        if before:
            erase([before])
        Answer.objects.filter(pk=answer.pk).update(registration=kept)


def _take_choices(
    kept: "Registration",
    other: "Registration",
    questions: Collection[int],
    *,
    takes_sessions: bool,
) -> None:
    """Of each list the one or the other, with the places that they have."""
    mine, theirs = _by_list(kept), _by_list(other)
    wanted = {*questions, *({None} if takes_sessions else ())}
    for listed, choices in theirs.items():
        known = {choice.subject: choice for choice in mine.get(listed, [])}
        if known and listed not in wanted:
            _keep_better(known, choices)
            continue
        for choice in choices:
            if same := known.pop(choice.subject, None):
                _keep_better({same.subject: same}, [choice])
            else:
                Choice.objects.filter(pk=choice.pk).update(registration=kept)
        for choice in known.values():
            choice.delete()


def _by_list(registration: "Registration") -> dict[int | None, list[Choice]]:
    """Its choices by question; those of the programme under None."""
    found: dict[int | None, list[Choice]] = {}
    for choice in registration.choices.select_related("session", "option"):
        listed = choice.option.question_id if choice.option else None
        found.setdefault(listed, []).append(choice)
    return found


def _keep_better(known: dict[Any, Choice], others: Iterable[Choice]) -> None:
    """Chosen twice: the better place of both, and the earlier one in line."""
    for other in others:
        mine = known.get(other.subject)
        if mine is None:
            continue
        order = [*CHOICES, Choice.Status.RECEIVED]
        if order.index(other.status) < order.index(mine.status):
            mine.status, mine.offer_until = other.status, other.offer_until
        mine.queued_at = min(mine.queued_at, other.queued_at)
        mine.save(update_fields=["status", "offer_until", "queued_at"])


def _take_records(kept: "Registration", other: "Registration") -> None:
    """Mails, corrections and steps of bulk work; links that led to the other."""
    from registration.mails.trying import (
        pass_on,  # It imports models.
        tests_about,
    )

    sent = other.messages.exclude(once="")
    sent.filter(once__in=kept.messages.values("once")).update(once="")
    Message.objects.filter(pk__in=other.messages.values("pk")).update(object_id=kept.pk)
    pass_on(tests_about([other]), kept.pk)
    # Whoever merges has seen both: nothing of the other is left to be corrected.
    other._cancel_correction()
    other.corrections.update(registration=kept)
    done = BulkStep.objects.filter(registration=kept).values("work")
    other.steps.exclude(work__in=done).update(registration=kept)
    other.former_links.update(registration=kept)
    FormerLink.objects.create(
        former=other.pk, version=other.link_version, registration=kept
    )
    _take_denials(kept, other)
    _be_picked_for(kept, other)
    _follow_as(kept, other)


def _follow_as(kept: "Registration", other: "Registration") -> None:
    """What the other followed, unless the kept one follows something itself."""
    if not Follow.objects.filter(registration=kept).exists():
        Follow.objects.filter(registration=other).update(registration=kept)


def _be_picked_for(kept: "Registration", other: "Registration") -> None:
    """What is to be written to the other, picked from the list, is written to this."""
    from registration.models.mailing import Mailing  # It imports this module.

    rows = Mailing.objects.filter(meeting=kept.meeting_id)
    for mailing in rows.filter(people__has_key="registrations"):
        picked = mailing.people["registrations"]
        if other.pk in picked:
            new = {*picked, kept.pk} - {other.pk}
            mailing.people["registrations"] = sorted(new)
            rows.filter(pk=mailing.pk).update(people=mailing.people)


def _take_denials(kept: "Registration", other: "Registration") -> None:
    """Who is another person than the other one is another than the kept one."""
    denied = NotDouble.objects.of(other)
    others = {pair.one_id + pair.other_id - other.pk for pair in denied} - {kept.pk}
    NotDouble.note(kept.pk, others)


def _let_go(kept: "Registration", other: "Registration") -> None:
    """Delete what is left of the other, and have its history told of the kept one."""
    pk = other.pk
    erase(other.answers.all())
    for choice in other.choices.all():
        choice.delete()  # One by one, so that the audit trail has them.
    with disable_auditlog():
        other.delete()
    kind = ContentType.objects.get_for_model(kept)
    LogEntry.objects.filter(content_type=kind, object_pk=str(pk)).update(
        object_pk=str(kept.pk), object_id=kept.pk
    )
    about = list(LogEntry.objects.filter(additional_data__registration=pk))
    for entry in about:
        entry.additional_data["registration"] = kept.pk
    LogEntry.objects.bulk_update(about, ["additional_data"])
