"""What the papers desk does to many: asked for by somebody, done by a worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.contributing import Contributor
from agenda.models.speaker import Speaker
from meeting.models import Job


class DeskWork(Job):
    """One thing that the desk does to many: asking, or one of its actions."""

    action = models.CharField(_("what"), max_length=20)
    said = models.JSONField(
        default=dict, help_text="The words, deadline or rules that go with it."
    )
    query = models.TextField(
        blank=True, help_text="How the list was narrowed, for the way back."
    )
    key = models.CharField(
        max_length=64, help_text="Of the form: what is pressed twice is one work."
    )

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("work of the papers desk")
        verbose_name_plural = _("work of the papers desk")
        constraints = [
            models.UniqueConstraint(
                fields=["created_by", "key"], name="desk_work_once_a_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.total})"


class DeskStep(models.Model):
    """What it does to one contributor, or to one request, and what became of that."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("not done yet")
        DONE = "done", _("done")
        KEPT = "kept", _("kept, not written to")
        PASSED = "passed", _("passed over")

    work = models.ForeignKey(DeskWork, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="+", null=True
    )
    speaker = models.ForeignKey(
        Speaker,
        models.CASCADE,
        related_name="+",
        null=True,
        help_text="Who is asked, until there is a contributor.",
    )
    organization = models.CharField(max_length=300, blank=True)
    what = models.TextField(blank=True, help_text="The requests, in words.")
    chosen = models.JSONField(
        default=dict, help_text="The requests as they were chosen; empty once done."
    )
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    why = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=0, help_text="Requests it was done to.")

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["work", "outcome"], name="desk_step_outcome")]

    def __str__(self) -> str:
        return str(self.contributor or self.speaker or self.organization)
