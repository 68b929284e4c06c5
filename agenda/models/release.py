import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from auditlog.registry import auditlog
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.models.edit import Draft
from agenda.models.session import Session
from agenda.models.snapshot import Change, Snapshot, differences
from agenda.models.speaker import Speaker
from meeting.models import Meeting

# Kept apart, so that what needs the hours alone does not read all the rest.
FRAME = ["day", "session"]
CONTENT = ["item", "presentation", "role", "speaker"]


class ReleaseQuerySet(models.QuerySet["Release"]):
    def out(self) -> Self:
        """Those that readers have, or had, before them; not the one that is planned."""
        return self.filter(at__lte=timezone.now())

    def planned(self) -> Self:
        return self.filter(at__gt=timezone.now())

    def to_tell(self) -> Self:
        """Those of which people are still to be written to."""
        untold = self.out().filter(tells=True, told_at=None)
        return untold.filter(meeting__is_published=True)

    def current(self, meeting: Meeting) -> "Release | None":
        """What readers see now; None while nothing was released."""
        return self.out().filter(meeting=meeting).order_by("-number").first()

    def with_earlier(self, releases: Iterable["Release"]) -> dict[int, "Release"]:
        """The one before each of these, by its primary key: one query."""
        wanted = {each.pk: (each.meeting_id, each.number - 1) for each in releases}
        meetings, numbers = zip(*wanted.values(), strict=True) if wanted else ((), ())
        # Of several meetings a few too many, which is cheaper than a query each.
        near = self.filter(meeting__in=meetings, number__in=numbers)
        found = {(each.meeting_id, each.number): each for each in near}
        return {pk: found[key] for pk, key in wanted.items() if key in found}

    def without_content(self) -> Self:
        return self.defer("frame", "content")

    def holding(self, slug: str) -> Self:
        """Those that may have an address: SQLite keeps letters escaped in JSON."""
        words = Q(words__contains=f'"{slug}"') | Q(words__contains=json.dumps(slug))
        text = Cast("content", models.TextField())
        return self.alias(words=text).filter(words)

    def with_session(self, pk: int) -> Self:
        """Those that have this session: a row begins with its primary key."""
        table = KeyTextTransform("session", "frame")
        return self.alias(sessions=table).filter(sessions__contains=f"[{pk},")

    def latest(self) -> Self:
        """Of each meeting the one that readers see."""
        later = Release.objects.out().filter(
            meeting=models.OuterRef("meeting"), number__gt=models.OuterRef("number")
        )
        return self.out().exclude(models.Exists(later))

    def speaker_at(self, meeting: Meeting, slug: str) -> int | None:
        """Whose address it is on the agenda that readers see: one query."""
        current = self.out().filter(meeting=meeting).order_by("-number")
        people = current.values_list("content__speaker", flat=True).first()
        rows = Snapshot.kept(meeting, {"speaker": people} if people else {}).rows
        for pk, values in rows["speaker"].items():
            if values["slug"] == slug:
                return pk
        return None

    def elsewhere(self, speaker: Speaker, meeting: Meeting) -> list["Release"]:
        """What other meetings say of this person, the latest first: two queries."""
        latest = self.latest().filter(speakers=speaker, meeting__is_published=True)
        others = latest.exclude(meeting=meeting).select_related("meeting")
        ordered = others.order_by("-meeting__starts_on", "-meeting__pk")
        return list(ordered.prefetch_related("meeting__marks"))

    def sessions(self, meetings: Iterable[Meeting]) -> dict[int, list[Session]]:
        """The sessions that readers know of, by meeting: one query for all meetings."""
        known = {meeting.pk: meeting for meeting in meetings}
        current = self.latest().filter(meeting__in=known)
        found: dict[int, list[Session]] = {pk: [] for pk in known}
        for pk, frame in current.values_list("meeting", "frame"):
            found[pk] = Snapshot.kept(known[pk], frame).made("session")
            for session in found[pk]:
                session.meeting = known[pk]
        return found

    def as_readers_know(self, sessions: Iterable[Session]) -> list[Session]:
        """Those of these that were released, each as it was: one query."""
        sessions = list(sessions)
        meetings = {session.meeting for session in sessions}
        known = self.sessions(meetings) if meetings else {}
        released = {row.pk: row for rows in known.values() for row in rows}
        found = [session for session in sessions if session.pk in released]
        for session in found:
            session.read_as(released[session.pk])
        return found

    @transaction.atomic
    def make(
        self,
        meeting: Meeting,
        *,
        by: User | None = None,
        at: datetime | None = None,
        **facts: str | bool,
    ) -> "Release":
        """Show readers what the draft says now, from a moment on or at once.

        One that was planned gives way. Raises ValidationError where the draft says
        nothing new.
        """
        Draft.locked(meeting)
        self.filter(meeting=meeting).planned().delete()
        last = self.filter(meeting=meeting).order_by("-number").first()
        snapshot = Snapshot.of(meeting)
        release = Release(meeting=meeting, number=1, by=by, **facts)
        if last:
            release.number = last.number + 1
            facts_differ = release.is_final != last.is_final
            if not facts_differ and not any(last.changes_to(snapshot.public())):
                text = _("Readers see all of this already: nothing has changed.")
                raise ValidationError(text, code="nothing_new")
        release.at = at or timezone.now()
        release.frame = snapshot.to_keep(FRAME)
        release.content = snapshot.to_keep(CONTENT)
        release.save(force_insert=True)
        release.speakers.set(snapshot.rows["speaker"])
        return release


class Release(models.Model):
    """The agenda as readers see it from a moment on; earlier ones stay readable.

    What it says is a copy of the draft. Materials, and what happens on the day, are
    no part of it: they show at once.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField(_("number"))
    note = models.TextField(
        _("note"), blank=True, help_text=_("What readers should know of it.")
    )
    is_final = models.BooleanField(
        _("final"),
        default=False,
        help_text=_("Off: it is printed as the provisional organization of work."),
    )
    at = models.DateTimeField(_("shown from"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, verbose_name=_("made by")
    )
    frame = models.JSONField(editable=False)
    content = models.JSONField(editable=False)
    speakers = models.ManyToManyField(Speaker, related_name="releases", editable=False)
    tells = models.BooleanField(
        _("write to those concerned"),
        default=False,
        help_text=_(
            "To speakers of what has changed, to those who registered for it, and to"
            " those who follow it."
        ),
    )
    told_at = models.DateTimeField(null=True, editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["meeting", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="release_number_once_a_meeting"
            )
        ]

    def __str__(self) -> str:
        return str(_("Release %(number)s") % {"number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.meeting.slug, self.number])

    @property
    def is_planned(self) -> bool:
        return self.at > timezone.now()

    def withdraw(self) -> bool:
        """Take back what is only planned; False where readers see it already."""
        with transaction.atomic():
            Draft.locked(self.meeting)
            planned = Release.objects.planned().filter(pk=self.pk).first()
            if planned:
                planned.delete()
        return planned is not None

    @property
    def shown_on(self) -> date:
        """The day, at the meeting, from which readers see it."""
        return self.at.astimezone(self.meeting.zone).date()

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot.kept(self.meeting, self.frame, self.content)

    @property
    def before(self) -> "Release | None":
        earlier = Release.objects.filter(meeting=self.meeting, number__lt=self.number)
        return earlier.order_by("-number").first()

    def changes_to(self, other: Snapshot) -> Iterable[Change]:
        return differences(self.snapshot, other)


auditlog.register(Release, exclude_fields=["frame", "content"])
