"""What a person answered to the meeting's own questions, and what they chose."""

from typing import Any, Self
from uuid import uuid4

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agenda.models import Release, Session
from registration.models.question import Option, Question

# What was chosen of the programme, among the fields of forms and corrections.
SESSIONS, SESSIONS_LABEL = "sessions", _("Sessions and side events")
HOURS = ("date", "starts_at")


def answer_path(_answer: models.Model, _name: str) -> str:
    """Where an answer's file lies: under a name that nobody guesses or typed."""
    return f"answers/{uuid4().hex}"


def said_of(row: "Answer | Choice") -> dict[str, Any]:
    """For the audit trail: whose it is, so that it can be erased, and their own doing."""
    # No query only for this: whoever acts by the link is at hand.
    is_at_hand = row._meta.get_field("registration").is_cached(row)
    is_own = is_at_hand and row.registration.is_own_doing
    return {"registration": row.registration_id} | (
        {"by": "participant"} if is_own else {}
    )


class Answer(models.Model):
    """An answer in words, as a number, date, country code, yes or no, or as a file.

    `value` is the text itself, "yes" or "no", an ISO date, a decimal number or a
    State's code; for a sensitive question it is sealed (`registration.sealing`), as is
    what the file holds.
    """

    registration = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="answers"
    )
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.TextField(_("answer"), blank=True)
    file = models.FileField(_("file"), upload_to=answer_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    is_sealed = models.BooleanField(default=False, editable=False)
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"], name="answer_once_a_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.question_id}"

    def get_additional_data(self) -> dict[str, Any]:
        return said_of(self)


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def holding(self) -> Self:
        """Those that take one of the places."""
        return self.filter(status__in=[Choice.Status.CONFIRMED, Choice.Status.OFFERED])

    def waiting(self) -> Self:
        """Those that wait for a place, in order of arrival."""
        return self.filter(status=Choice.Status.WAITING).order_by("queued_at", "pk")

    def with_positions(self) -> Self:
        """Each with its `position` among those who wait, in this same query."""
        waiting = Choice.Status.WAITING
        same = Q(session=OuterRef("session")) | Q(option=OuterRef("option"))
        ahead = Q(queued_at__lt=OuterRef("queued_at")) | Q(
            queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk")
        )
        line = Choice.objects.filter(same, ahead, status=waiting).order_by()
        count = line.values("status").annotate(count=Count("pk")).values("count")
        return self.annotate(position=Case(When(status=waiting, then=Subquery(count))))

    def of_sessions(self) -> Self:
        """Those of the programme, in the order of their hours, with their positions."""
        # What has no day or hour yet stands last, on each database.
        hours = [F(f"session__{name}").asc(nulls_last=True) for name in HOURS]
        chosen = self.filter(session__isnull=False).with_positions()
        return chosen.select_related("session__meeting").order_by(*hours, "pk")

    def as_readers_know(self) -> list["Choice"]:
        """Those of sessions, which say what was released of them: two queries."""
        choices = list(self.of_sessions())
        Release.objects.as_readers_know(choice.session for choice in choices)
        return sorted(choices, key=lambda choice: choice.session.by_hours)

    def note_sessions(self, people: list[Any]) -> None:
        """Let each of these registrations know its sessions, in two queries."""
        known = {person.pk: person for person in people}
        for person in people:
            person.chosen_sessions = []
        choices = self.filter(registration__in=known)
        for choice in choices.as_readers_know():
            known[choice.registration_id].chosen_sessions.append(choice)


class Choice(models.Model):
    """A session or side event, or an option of a question, that a person chose.

    It has a place, or waits for one, once the registration is confirmed.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("chosen")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("offered a place")
        CONFIRMED = "confirmed", _("has a place")

    registration = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="choices"
    )
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="choices", null=True, blank=True
    )
    option = models.ForeignKey(
        Option, models.PROTECT, related_name="choices", null=True, blank=True
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.RECEIVED
    )
    queued_at = models.DateTimeField(_("chosen"), default=timezone.now)
    offer_until = models.DateTimeField(null=True, blank=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["queued_at", "pk"]
        indexes = [
            models.Index(fields=["session", "status"]),
            models.Index(fields=["option", "status"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=True) ^ Q(option__isnull=True),
                name="choice_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["registration", "session"], name="choice_session_once"
            ),
            models.UniqueConstraint(
                fields=["registration", "option"], name="choice_option_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "waiting", "offered", "confirmed"]),
                name="choice_status_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    def get_additional_data(self) -> dict[str, Any]:
        return said_of(self)

    @property
    def subject(self) -> Session | Option:
        return self.session or self.option

    @property
    def is_holding(self) -> bool:
        return self.status in {self.Status.CONFIRMED, self.Status.OFFERED}

    @property
    def is_open_offer(self) -> bool:
        is_offered = self.status == self.Status.OFFERED
        return is_offered and timezone.now() < self.offer_until

    @cached_property
    def position(self) -> int | None:
        """How many wait for the same, with this one; None for who does not wait."""
        return Choice.objects.with_positions().get(pk=self.pk).position


auditlog.register(Answer, exclude_fields=["answered_at"])
auditlog.register(Choice, exclude_fields=["queued_at"])
