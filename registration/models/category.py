from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting


class CategoryQuerySet(models.QuerySet["Category"]):
    def of(self, meeting: Meeting) -> Self:
        """The meeting's own categories; where it has none, those of all meetings."""
        return self.ruling(meeting).filter(is_offered=True)

    def ruling(self, meeting: Meeting) -> Self:
        """The same, with those of them that are not offered."""
        own = Category.objects.filter(meeting=meeting, is_offered=True)
        shared = Q(meeting=None) & ~Exists(own)
        return self.filter(Q(meeting=meeting) | shared)


class Category(models.Model):
    """Who somebody comes as: Member State, UN entity, NGO, ..."""

    class Names(models.TextChoices):
        STATE = "state", _("a State, from the list")
        ORGANIZATION = "organization", _("an organization")

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic, as long as there are seats")
        SECRETARIAT = "secretariat", _("by the secretariat")

    meeting = models.ForeignKey(
        Meeting,
        models.CASCADE,
        related_name="categories",
        null=True,
        blank=True,
        verbose_name=_("meeting"),
        help_text=_("Empty: for every meeting that has no categories of its own."),
    )
    name = models.CharField(_("name"), max_length=100)
    names = models.CharField(
        _("they name"),
        max_length=12,
        choices=Names,
        default=Names.ORGANIZATION,
        help_text=_("What people of this category say they come from."),
    )
    approval = models.CharField(
        _("approval"),
        max_length=11,
        choices=Approval,
        default=Approval.SECRETARIAT,
        help_text=_("Who decides that somebody of this category takes part."),
    )
    capacity = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("At each meeting, for this category. Empty: no limit of its own."),
    )
    organization_capacity = models.PositiveIntegerField(
        _("seats for each State or organization"),
        null=True,
        blank=True,
        help_text=_("Empty: as the meeting says."),
    )
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "name"],
                name="category_once_a_meeting",
                violation_error_message=_("This category is there already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(meeting=None),
                name="category_once_for_all_meetings",
                violation_error_message=_("This category is there already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_automatic(self) -> bool:
        return self.approval == self.Approval.AUTOMATIC


auditlog.register(Category)
