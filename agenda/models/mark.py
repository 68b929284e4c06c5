from datetime import timedelta
from typing import Any

from auditlog.registry import auditlog
from django.contrib.auth.models import User
from django.db import models
from django.db.models.fields.related_descriptors import ReverseOneToOneDescriptor
from django.utils.translation import gettext_lazy as _

from agenda.models.item import Item
from meeting.models import Meeting


class MarkOrNone(ReverseOneToOneDescriptor):
    """`item.mark` of an item of which nothing was said is None, and no error."""

    def __get__(self, item: Item | None, cls: type | None = None) -> Any:
        try:
            return super().__get__(item, cls)
        except Mark.DoesNotExist:
            return None

    def __set__(self, item: Item, mark: "Mark | None") -> None:
        if mark is None:
            self.related.set_cached_value(item, None)
        else:
            super().__set__(item, mark)


class MarkedItem(models.OneToOneField):
    related_accessor_class = MarkOrNone

    def deconstruct(self) -> tuple:
        """To the database it is like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.OneToOneField", args, kwargs


class Mark(models.Model):
    """How an item goes on the day, as the desk says it; readers see it at once."""

    class State(models.TextChoices):
        STARTED = "started", _("has begun")
        DONE = "done", _("is over")
        CANCELLED = "cancelled", _("cancelled")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="marks")
    item = MarkedItem(Item, models.CASCADE, related_name="mark")
    state = models.CharField(_("state"), max_length=9, choices=State, blank=True)
    minutes = models.SmallIntegerField(
        _("minutes late"),
        default=0,
        help_text=_("By which it, and what follows in its session, is later."),
    )
    started_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mark of the day")
        verbose_name_plural = _("marks of the day")

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display() or self.minutes}"

    @property
    def delay(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def is_started(self) -> bool:
        """It is on: it has begun, and is not over."""
        return self.state == self.State.STARTED

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def says_something(self) -> bool:
        """Whether readers learn something from it: what goes as planned needs none."""
        return bool(self.state or self.minutes)


auditlog.register(Mark, exclude_fields=["updated_at"])
