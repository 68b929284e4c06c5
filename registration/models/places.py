"""Who gets a place, and who waits: the one rule of it.

A registration needs a place in each of its pools that has a limit: the meeting, its
category, its State or organization. Chosen sessions and options are pools of their own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from agenda.models import Session
from meeting.models import Meeting
from registration import mails
from registration.models.answer import Choice
from registration.models.category import Category
from registration.models.question import Option
from registration.models.status import Status

if TYPE_CHECKING:
    from registration.models.registration import Registration

Pool = tuple[str, int | str]


class Places:
    """The places of one meeting; under its lock wherever one is given or taken.

    Pools are counted when they are first asked for, and kept right from then on.
    """

    def __init__(self, meeting: Meeting) -> None:
        """Only to look: what is free may be taken the next moment."""
        self.meeting = meeting
        self._taken: dict[Pool, int] = {}
        self._queues: dict[Pool, int] = {}
        self._fills_later = False

    @classmethod
    def locked(cls, meeting_id: int) -> Self:
        """In a transaction: whoever else wants a place waits until it ends."""
        return cls(Meeting.objects.select_for_update().get(pk=meeting_id))

    @cached_property
    def categories(self) -> dict[int, Category]:
        """As they are now: a limit may have changed since somebody read it."""
        return Category.objects.filter(
            Q(meeting=self.meeting) | Q(meeting=None)
        ).in_bulk()

    # What a registration needs.

    def needs_place(self, registration: "Registration") -> bool:
        is_remote = registration.attendance == registration.Attendance.REMOTE
        return self.meeting.counts_remote or not is_remote

    def limits_of(self, registration: "Registration") -> dict[Pool, int]:
        """The pools in which it needs a place, widest first, with their limits."""
        if not self.needs_place(registration):
            return {}
        category = self.categories[registration.category_id]
        of_each = category.organization_capacity
        if of_each is None:
            of_each = self.meeting.organization_capacity
        limits = {
            ("meeting", self.meeting.pk): self.meeting.capacity,
            ("category", category.pk): category.capacity,
            ("organization", registration.organization_key): of_each,
        }
        return {pool: limit for pool, limit in limits.items() if limit is not None}

    def full_pools(
        self, registration: "Registration", besides: "Registration | None" = None
    ) -> list[Pool]:
        """Those that keep it from a place; `besides` holds one that it would give up."""
        own = self.limits_of(besides) if besides and besides.holds_place else {}
        return [
            pool
            for pool, limit in self.limits_of(registration).items()
            if self.taken(pool) - (pool in own) >= limit
        ]

    def has_room_for(
        self, registration: "Registration", besides: "Registration | None" = None
    ) -> bool:
        return not self.full_pools(registration, besides)

    @property
    def is_full(self) -> bool:
        limit = self.meeting.capacity
        pool = ("meeting", self.meeting.pk)
        return limit is not None and self.taken(pool) >= limit

    def position_of(self, registration: "Registration") -> int | None:
        """Its place among those who wait for the same; None where it does not wait."""
        if registration.standing != Status.WAITING:
            return None
        full = self.full_pools(registration)
        same = self._in(full[0]) if full else Q()
        ahead = Q(arrived_at__lt=registration.arrived_at) | Q(
            arrived_at=registration.arrived_at, pk__lt=registration.pk
        )
        return self.meeting.registrations.waiting().filter(same, ahead).count() + 1

    def waits_for(self, registration: "Registration") -> str:
        """Whose places are all taken: "meeting", "category" or "organization"."""
        if registration.standing != Status.WAITING:
            return ""
        full = self.full_pools(registration)
        return full[0][0] if full else ""

    # What is taken.

    def taken(self, pool: Pool) -> int:
        if pool not in self._taken:
            self._taken[pool] = self._count(pool)
        return self._taken[pool]

    def change(self, pools: "dict[Pool, int] | list[Pool]", by: int) -> None:
        """Note that a place was taken or given up, after it was written."""
        for pool in pools:
            if pool in self._taken:
                self._taken[pool] += by

    def forget(self) -> None:
        """Count anew: something that was counted was rolled back."""
        self._taken = {}

    def _count(self, pool: Pool) -> int:
        kind, key = pool
        if kind in ("session", "option"):
            return self._chosen(kind, [key]).holding().count()
        held = self.meeting.registrations.holding_place(self.meeting)
        return held.filter(self._in(pool)).count()

    def count_together(
        self,
        categories: Iterable[Category] = (),
        sessions: Iterable[Session] = (),
        options: Iterable[Option] = (),
    ) -> None:
        """Count all of these at once, for pages that show many: a query a kind."""
        if limited := _limited(categories):
            held = self.meeting.registrations.holding_place(self.meeting)
            rows = held.filter(category__in=limited).order_by().values("category")
            self._note("category", limited, rows.annotate(number=Count("pk")))
        for kind, subjects in (("session", sessions), ("option", options)):
            if limited := _limited(subjects):
                rows = self._chosen(kind, limited).order_by().values(kind)
                holding = Q(status__in=[Choice.Status.CONFIRMED, Choice.Status.OFFERED])
                rows = rows.annotate(
                    number=Count("pk", filter=holding),
                    queue=Count("pk", filter=Q(status=Choice.Status.WAITING)),
                )
                self._note(kind, limited, rows)

    def _note(self, kind: str, keys: list[int], rows: Iterable[dict]) -> None:
        self._taken |= {(kind, key): 0 for key in keys}
        for row in rows:
            self._taken[kind, row[kind]] = row["number"]
            self._queues[kind, row[kind]] = row.get("queue", 0)

    def _chosen(self, kind: str, keys: list[int]) -> QuerySet[Choice]:
        choices = Choice.objects.filter(**{f"{kind}__in": keys})
        if kind == "session" and not self.meeting.counts_remote:
            choices = choices.exclude(registration__attendance="remote")
        return choices

    def left_of(self, subject: Category | Session | Option) -> int | None:
        """How many places it has left; None where it has no limit."""
        if subject.capacity is None:
            return None
        pool = (subject._meta.model_name, subject.pk)
        return max(subject.capacity - self.taken(pool), 0)

    def queue_of(self, subject: Session | Option) -> int:
        """How many wait for it, where it was counted together with others."""
        return self._queues.get((subject._meta.model_name, subject.pk), 0)

    def _in(self, pool: Pool) -> Q:
        kind, key = pool
        names = {"category": "category_id", "organization": "organization_key"}
        return Q(**{names[kind]: key}) if kind in names else Q()

    # Those who wait.

    def fill(self) -> "list[Registration]":
        """Give what is free to those who wait for it, in order of arrival."""
        if self.meeting.is_over or self._fills_later:
            return []
        seated = []
        for registration in self._waiting():
            if self.has_room_for(registration):
                registration.take_free_seat(self)
                seated.append(registration)
        self._fill_choices()
        return seated

    @contextmanager
    def for_many(self) -> "Iterator[None]":
        """Decide on many at once: those who wait are looked at once, after the last."""
        self._fills_later = True
        try:
            yield
        finally:
            self._fills_later = False
        self.fill()

    def _waiting(self) -> "Iterator[Registration]":
        waiting = self.meeting.registrations.filter(status=Status.WAITING)
        if self.is_full:
            # Who needs a seat need not even be read.
            if self.meeting.counts_remote:
                return
            waiting = waiting.filter(attendance="remote")
        waiting = waiting.select_related("category").order_by("arrived_at", "pk")
        for registration in waiting:
            registration.meeting = self.meeting
            yield registration

    def free_seat(self) -> tuple[Status, datetime | None]:
        """Whether what has become free is given or offered, and then until when."""
        hours = self.meeting.offer_hours
        until = timezone.now() + timedelta(hours=hours or 0)
        if hours and until < self.meeting.starts_at:
            return Status.OFFERED, until
        # Nobody is asked when there is no time left to answer.
        return Status.CONFIRMED, None

    # Chosen sessions and options.

    def settle(self, registration: "Registration") -> None:
        """Give what was chosen its places once the person has a seat; else take them."""
        is_in = registration.standing == Status.CONFIRMED
        for choice in self._choices_by(registration):
            is_open = choice.status == Choice.Status.RECEIVED
            if is_in and is_open:
                self._mark(choice, registration, self._seat_or_list(choice))
            elif not is_in and not is_open:
                self._mark(choice, registration, Choice.Status.RECEIVED)

    def _choices_by(self, registration: "Registration") -> "Iterable[Choice]":
        return registration.choices.select_related("session", "option")

    def settle_new(self, registration: "Registration", choices: list[Choice]) -> None:
        """The same before they are stored, where many are at once."""
        if registration.standing == Status.CONFIRMED:
            for choice in choices:
                choice.status = self._seat_or_list(choice)
                self.change([pool_of(choice)], choice.is_holding)

    def _seat_or_list(self, choice: Choice) -> Choice.Status:
        has_room = self.has_room_for_choice(choice)
        return Choice.Status.CONFIRMED if has_room else Choice.Status.WAITING

    def has_room_for_choice(self, choice: Choice) -> bool:
        if not self._takes_place(choice):
            return True
        capacity = choice.subject.capacity
        return capacity is None or self.taken(pool_of(choice)) < capacity

    def _takes_place(self, choice: Choice) -> bool:
        # An option, such as a dinner, is for all; a room only for those who come.
        return bool(choice.option_id) or self.needs_place(choice.registration)

    def _fill_choices(self) -> None:
        for choice in self._waiting_choices():
            if self.has_room_for_choice(choice):
                choice.registration.meeting = self.meeting
                status, until = self.free_seat()
                choice.offer_until = until
                self._mark(choice, choice.registration, Choice.Status(status))
                kind = mails.CHOICE_OFFERED if until else mails.CHOICE_CONFIRMED
                choice.registration.owe(kind, choice=choice)

    def _waiting_choices(self) -> "Iterable[Choice]":
        waiting = Choice.objects.waiting().filter(
            registration__meeting=self.meeting, registration__status=Status.CONFIRMED
        )
        return waiting.select_related("session", "option", "registration__category")

    def give(self, choice: Choice, registration: "Registration") -> None:
        """What was offered is taken."""
        self._mark(choice, registration, Choice.Status.CONFIRMED)

    def settle_anew(self, registration: "Registration") -> None:
        """Somebody now comes in person, or no longer: sessions by the rule again."""
        sessions = registration.choices.filter(session__isnull=False)
        sessions.exclude(status=Choice.Status.RECEIVED).update(
            status=Choice.Status.RECEIVED, offer_until=None, queued_at=timezone.now()
        )
        self._taken = {
            pool: n for pool, n in self._taken.items() if pool[0] != "session"
        }
        self.settle(registration)

    def pass_on_choices(self) -> None:
        """Put those who did not take up a place behind the others who wait for it."""
        passed = Choice.objects.filter(
            registration__meeting=self.meeting,
            status=Choice.Status.OFFERED,
            offer_until__lte=timezone.now(),
        )
        for choice in passed.select_related("session", "option", "registration"):
            choice.queued_at = timezone.now()
            choice.save(update_fields=["queued_at"])
            self._mark(choice, choice.registration, Choice.Status.WAITING)

    def _mark(
        self, choice: Choice, registration: "Registration", status: Choice.Status
    ) -> None:
        held = choice.is_holding
        choice.registration, choice.status = registration, status
        if not choice.is_holding:
            choice.offer_until = None
        choice.save(update_fields=["status", "offer_until"])
        if self._takes_place(choice):
            self.change([pool_of(choice)], choice.is_holding - held)


def _limited(subjects: Iterable[Category | Session | Option]) -> list[int]:
    return [subject.pk for subject in subjects if subject.capacity is not None]


def pool_of(choice: Choice) -> Pool:
    if choice.session_id:
        return ("session", choice.session_id)
    return ("option", choice.option_id)
