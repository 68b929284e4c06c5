"""Long work: a row that a worker claims, does in steps, and finishes."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.models.meeting import Meeting

# Work whose worker was not heard of for so long is taken up by another.
LEASE = timedelta(seconds=60)


class JobQuerySet(models.QuerySet):
    def to_do(self) -> Self:
        """Asked for, or left by a worker that died."""
        lost = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - LEASE)
        return self.filter(lost, state=Job.State.RUNNING)


class Job(models.Model):
    """Work for many people that a worker does in steps, each a transaction.

    A step claims the job first, so that two workers do not do the same; whoever finds
    it unclaimed for a minute goes on where it stands.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("prepared")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="+", verbose_name=_("meeting")
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.DRAFT
    )
    total = models.PositiveIntegerField(_("in all"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def claim(self) -> bool:
        """Take it up; False where another worker has it."""
        mine = type(self).objects.to_do().filter(pk=self.pk)
        return bool(mine.update(claimed_at=timezone.now()))

    def advance(self, by: int) -> None:
        """So many more are done, and the worker lives."""
        type(self).objects.filter(pk=self.pk).update(
            done=F("done") + by, claimed_at=timezone.now()
        )
        self.done += by

    def go_on(self) -> bool:
        """Have a worker do what is left of it, where it stopped with an error."""
        mine = type(self).objects.filter(pk=self.pk, state=self.State.FAILED)
        return bool(mine.update(state=self.State.RUNNING, claimed_at=None, error=""))

    def finish(self, error: str = "") -> None:
        self.state = self.State.FAILED if error else self.State.DONE
        self.error, self.finished_at = error, timezone.now()
        self.save(update_fields=["state", "error", "finished_at"])
