"""Whether mail goes out, by one rule: for the admin's banner, its page and /readyz."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from celery import Celery
from django.conf import settings
from django.db.models import Count, IntegerField, Min, Value
from django.utils import timezone

from meeting.mail.models import LATE, Heartbeat, Message, late

Part = Heartbeat.Part


@dataclass(frozen=True)
class Signs:
    """What is late, and when each part of the installation was heard last."""

    late: int = 0
    since: datetime | None = None
    rows: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Self:
        """One query: it is asked on every page of the admin."""
        nothing = Value(0, IntegerField())
        heard = Heartbeat.objects.order_by().values_list("name", "at", nothing)
        waiting = (
            Message.objects.filter(late())
            .order_by()
            .values(what=Value("late"))
            .annotate(oldest=Min("due_at"), count=Count("pk"))
            .values_list("what", "oldest", "count")
        )
        found = {
            name: (at, count) for name, at, count in heard.union(waiting, all=True)
        }
        since, count = found.pop("late", (None, 0))
        return cls(count, since, {name: at for name, (at, _count) in found.items()})

    @property
    def is_mail_late(self) -> bool:
        """Without a mail server nothing is late: all is kept."""
        return bool(settings.EMAIL_URL and self.late)

    def heard(self, part: str) -> datetime | None:
        """What went through the queue shows that both its ends live."""
        known = [self.rows.get(part), self.rows.get(Part.QUEUE)]
        return max(filter(None, known), default=None)

    def is_silent(self, part: str) -> bool:
        """Whether it was heard once, and for minutes no more."""
        heard = self.heard(part)
        return heard is not None and heard < timezone.now() - LATE

    @property
    def silent(self) -> list[Part]:
        """The parts that do not work; the queue only where both its ends do."""
        ends = [part for part in (Part.WORKER, Part.BEAT) if self.is_silent(part)]
        return ends or [Part.QUEUE] * self.is_silent(Part.QUEUE)

    @property
    def all_is_well(self) -> bool:
        return not (self.is_mail_late or self.silent)


def greet(app: Celery) -> None:
    """Raise where the broker does not answer within a second."""
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=1, interval_start=0)
