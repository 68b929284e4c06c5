from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.names import sort_key
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.words import plain
from registration import mails
from registration.calendar import hours_of
from registration.models.category import Category
from registration.references import reference_of

# Without a time of its own: a link ends with its meeting, and is the same in each mail.
LINK = signing.Signer(salt="registration.link")
# What the form asks of a person who registers, and lets them correct later.
PERSONS_OWN = [
    "category",
    "organization",
    "state",
    "honorific",
    "name",
    "function",
    "attendance",
    "days",
    "access_needs",
    "dietary_needs",
    "badge_name",
    "is_listed",
    "language",
]


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def seated(self) -> Self:
        """Those who take one of the meeting's seats."""
        return self.confirmed().filter(attendance=Registration.Attendance.IN_PERSON)

    def listed(self) -> Self:
        """Participants who agreed to be in the public list."""
        return self.confirmed().filter(is_listed=True)

    def for_list(self) -> list["Registration"]:
        """The public list: by category, State or organization, and name; one query."""
        people = self.listed().select_related("category")
        return sorted(people, key=Registration.place_in_list)

    def leave_room_in(self, meeting: Meeting) -> bool:
        """Whether another person can be given a seat."""
        return meeting.capacity is None or self.seated().count() < meeting.capacity

    def with_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def to_remind(self, now: datetime) -> Self:
        """Participants of a meeting that begins soon who have had no reminder."""
        soon = Q(pk__in=[])
        upcoming = Meeting.objects.filter(
            is_published=True,
            reminder_days__isnull=False,
            ends_on__gte=now.date() - timedelta(days=1),
        )
        for meeting in upcoming:
            begins = meeting.midnight_of(meeting.starts_on)
            if begins - timedelta(days=meeting.reminder_days) <= now < begins:
                soon |= Q(meeting=meeting)
        return (
            self.confirmed()
            .filter(soon, is_demo=False)
            .exclude(messages__once=mails.REMINDER)
            .select_related("meeting", "category")
        )


class Registration(models.Model):
    """One person's registration for one meeting."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        WAITING = "waiting", _("On the waiting list")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Attendance(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        REMOTE = "remote", _("Remotely")

    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("meeting"),
    )
    reference = models.CharField(
        _("reference"), max_length=11, unique=True, editable=False
    )
    submission = models.CharField(
        max_length=64, unique=True, editable=False, help_text=_("The form's own key.")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.RECEIVED
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("category"),
    )
    organization = models.CharField(_("State or organization"), max_length=300)
    state = models.CharField(max_length=3, blank=True, editable=False)
    honorific = models.CharField(_("honorific"), max_length=50, blank=True)
    name = models.CharField(_("name"), max_length=200)
    badge_name = models.CharField(
        _("name on the badge"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the name as above."),
    )
    function = models.CharField(_("function"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    attendance = models.CharField(
        _("takes part"),
        max_length=9,
        choices=Attendance,
        default=Attendance.IN_PERSON,
    )
    days = models.JSONField(_("days"), default=list, blank=True)
    access_needs = models.TextField(_("access needs"), max_length=1000, blank=True)
    dietary_needs = models.TextField(_("dietary needs"), max_length=1000, blank=True)
    is_listed = models.BooleanField(_("in the list of participants"), default=False)
    language = models.CharField(
        _("language for mails"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        default="en",
    )
    is_demo = models.BooleanField(_("made up"), default=False, editable=False)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    messages = GenericRelation(Message)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-created_at", "-pk"]
        permissions = [("export_registration", _("Can export registrations"))]
        indexes = [models.Index(fields=["meeting", "status", "attendance"])]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Lower("email"),
                name="registration_once_an_address",
                violation_error_message=_(
                    "Somebody with this e-mail address is registered already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "received",
                        "waiting",
                        "confirmed",
                        "declined",
                        "withdrawn",
                    ]
                ),
                name="registration_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"

    def get_absolute_url(self) -> str:
        """The person's own page; whoever has the address can act for them."""
        return reverse("me", args=[self.meeting.slug, self.token])

    @property
    def token(self) -> str:
        return LINK.sign_object({"r": self.pk, "v": self.link_version})

    @property
    def address(self) -> str:
        """The private link as a mail carries it."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def is_active(self) -> bool:
        return self.status not in {self.Status.DECLINED, self.Status.WITHDRAWN}

    @property
    def can_change(self) -> bool:
        """Whether the person may still correct or withdraw it."""
        return self.is_active and not self.meeting.is_over

    @property
    def can_return(self) -> bool:
        """Whether the person, having withdrawn, may register again."""
        is_withdrawn = self.status == self.Status.WITHDRAWN
        return is_withdrawn and self.meeting.is_registration_open

    @property
    def person(self) -> str:
        """The name with its honorific: "H.E. Ms. Amina Yusuf"."""
        return f"{self.honorific} {self.name}".strip()

    @property
    def badge(self) -> str:
        return self.badge_name or self.name

    @property
    def dates(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    @property
    def begins_at(self) -> datetime | None:
        """When the person's first day begins; None while the hours are not known."""
        hours = hours_of(self.meeting, self.dates)
        return min((start for start, _end in hours.values()), default=None)

    @property
    def status_since(self) -> datetime:
        entries = LogEntry.objects.get_for_object(self)
        changed = entries.filter(changes__has_key="status").order_by("-timestamp")
        latest = changed.values_list("timestamp", flat=True).first()
        # What was written in bulk is in no audit trail.
        return latest or self.created_at

    @property
    def link_ends_at(self) -> datetime:
        return self.meeting.ends_at + timedelta(days=settings.LINK_DAYS_AFTER_MEETING)

    @classmethod
    def by_token(cls, meeting: Meeting, token: str) -> Self | None:
        """Whose link this is; None where it is wrong, revoked or past its time."""
        try:
            payload = LINK.unsign_object(token)
        except signing.BadSignature:
            return None
        found = (
            cls.objects.filter(
                pk=payload["r"], link_version=payload["v"], meeting=meeting
            )
            .select_related("meeting", "category")
            .first()
        )
        if found is None or timezone.now() > found.link_ends_at:
            return None
        return found

    def place_in_list(self) -> tuple:
        """Categories in their order, States alphabetically, people by family name."""
        position = (self.category.position, self.category_id)
        return (*position, plain(self.organization), sort_key(self.name), self.pk)

    def submit(self, submission: str) -> Self:
        """Take a form that was sent, once; return what is registered for its address.

        Sent again, or by an address that is registered already, it changes nothing:
        the person is written to, and whoever sent the form is told the same as all.
        """
        try:
            return self._submit(submission)
        except IntegrityError:
            # The secretariat entered the same address meanwhile, without our lock.
            # Now it can be seen.
            self.pk = None
            self._state.adding = True
            return self._submit(submission)

    @transaction.atomic
    def _submit(self, submission: str) -> Self:
        # Whoever sends the same form at the same time waits here for the first.
        Meeting.objects.select_for_update().get(pk=self.meeting_id)
        registrations = Registration.objects.filter(meeting=self.meeting_id)
        if same := registrations.filter(submission=submission).first():
            return same
        if known := registrations.with_address(self.email).first():
            mails.owe_once(
                known, mails.KNOWN, submission, submitted=reference_of(submission)
            )
            return known
        self.submission = submission
        self.reference = reference_of(submission)
        self.save()
        mails.owe(self, mails.RECEIVED)
        return self

    @transaction.atomic
    def correct(self) -> bool:
        """Keep what the person changed by the link, and say so; False if too late.

        Whoever now comes in person is given a seat by the same rule as everybody, and
        whoever waited for a seat and needs none any more is in.
        """
        meeting = Meeting.objects.select_for_update().get(pk=self.meeting_id)
        before = Registration.objects.select_for_update().get(pk=self.pk)
        self.status = before.status
        if not self.can_change:
            return False
        is_approved = before.status in {self.Status.CONFIRMED, self.Status.WAITING}
        if is_approved and self.attendance != before.attendance:
            self.status = self._status_if_approved(meeting)
        self.save(update_fields=[*PERSONS_OWN, "status", "updated_at"])
        changed = self.status != before.status
        mails.owe(self, self.status if changed else mails.CORRECTED)
        return True

    @transaction.atomic
    def amend(self, changed: Iterable[str]) -> None:
        """Keep what staff changed in these fields; mail only where it moves something."""
        # First the meeting, as whoever counts its seats does: so nobody waits in a ring.
        Meeting.objects.select_for_update().get(pk=self.meeting_id)
        changed = set(changed)
        # Not the status: somebody else may just be deciding on it.
        self.save(update_fields=changed | {"state", "updated_at"})
        if "email" in changed:
            # Whoever was written to by mistake must not get in any more.
            self.revoke_link()
            self.send_again()
        is_approved = self.status in {self.Status.CONFIRMED, self.Status.WAITING}
        if is_approved and "attendance" in changed:
            self.confirm()  # In person they need a seat; otherwise none.

    def confirm(self) -> bool:
        """Give the person a seat, or a place on the waiting list, and say so."""
        with transaction.atomic():
            # Whoever races for the last seat queues up on this lock.
            meeting = Meeting.objects.select_for_update().get(pk=self.meeting_id)
            self.refresh_from_db(fields=["status", "attendance"])
            if self.status == self.Status.WITHDRAWN:
                return False  # Only the person can come back.
            return self._become(self._status_if_approved(meeting))

    def decline(self) -> bool:
        return self._become(self.Status.DECLINED)

    def withdraw(self) -> bool:
        """The person will not come."""
        return self._become(self.Status.WITHDRAWN)

    def come_back(self) -> bool:
        """The person who withdrew wants to come after all, and is looked at anew."""
        return self._become(self.Status.RECEIVED, only_from=self.Status.WITHDRAWN)

    @transaction.atomic
    def send_again(self) -> Message:
        """Owe the mail of where the registration stands now, with a working link."""
        return mails.owe(self, self.status)

    def revoke_link(self) -> None:
        """Make every link sent until now worthless."""
        self.link_version += 1
        self.save(update_fields=["link_version", "updated_at"])

    def _status_if_approved(self, meeting: Meeting) -> str:
        """Confirmed, or waiting where a seat is needed and none is free."""
        others = meeting.registrations.exclude(pk=self.pk)
        needs_seat = self.attendance == self.Attendance.IN_PERSON
        if needs_seat and not others.leave_room_in(meeting):
            return self.Status.WAITING
        return self.Status.CONFIRMED

    @transaction.atomic
    def _become(self, status: str, only_from: str = "") -> bool:
        """Change the status and owe its mail; False where it is so already."""
        current = Registration.objects.select_for_update().get(pk=self.pk).status
        if current == status or (only_from and current != only_from):
            self.status = current
            return False
        self.status = status
        self.save(update_fields=["status", "updated_at"])
        mails.owe(self, status)
        return True


auditlog.register(
    Registration, exclude_fields=["updated_at", "submission", "link_version"]
)
