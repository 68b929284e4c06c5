"""What is kept beside the registrations: work in progress, limits, and bare numbers."""

from collections.abc import Iterable
from functools import partial
from typing import Self
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.mail.tasks import ask_for
from meeting.models import Job, Meeting
from registration.models.question import Question
from registration.sealing import seal_bytes, unseal_bytes


def upload_path(_upload: models.Model, _name: str) -> str:
    return f"uploads/{uuid4().hex}"


def import_path(_job: models.Model, _name: str) -> str:
    return f"imports/{uuid4().hex}"


class Upload(models.Model):
    """A file sent with a form that had an error elsewhere: nobody sends it twice."""

    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="uploads")
    file = models.FileField(upload_to=upload_path)
    file_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def keep(cls, question: Question, sent: File) -> Self:
        """Keep a file for as long as the form is open; sealed, if the answer will be."""
        sent.seek(0)
        content = sent.read()
        if question.is_sensitive:
            content = seal_bytes(content)
        upload = cls(question=question, file_name=question.name_to_keep(sent.name))
        upload.file.save("upload", ContentFile(content))
        return upload

    def content(self) -> bytes:
        with self.file.open() as file:
            content = file.read()
        return unseal_bytes(content) if self.question.is_sensitive else content


class BulkWork(Job):
    """One thing done to many registrations by somebody of the staff."""

    action = models.CharField(_("what"), max_length=20)
    parameters = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("bulk work")
        verbose_name_plural = _("bulk work")

    def __str__(self) -> str:
        return f"{self.action} ({self.total})"


class BulkStep(models.Model):
    """What it did to one registration, and how that can be undone."""

    work = models.ForeignKey(BulkWork, models.CASCADE, related_name="steps")
    registration = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="steps"
    )
    position = models.PositiveIntegerField()
    is_done = models.BooleanField(default=False)
    has_changed = models.BooleanField(default=False)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    is_undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "registration"], name="bulk_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.registration_id}"


class Import(Job):
    """A file of registrations: looked through first, and taken once confirmed.

    `report` holds what the look found: numbers, and each bad row with its reasons.
    """

    class Stage(models.TextChoices):
        CHECK = "check", _("looking through")
        TAKE = "take", _("taking in")

    stage = models.CharField(max_length=5, choices=Stage, default=Stage.CHECK)
    file = models.FileField(_("file"), upload_to=import_path)
    file_name = models.CharField(_("name of the file"), max_length=200)
    writes_mails = models.BooleanField(_("write to the people"), default=False)
    report = models.JSONField(default=dict, blank=True)

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_to_confirm(self) -> bool:
        """Whether it was looked through, and nothing of it is taken yet."""
        return self.stage == self.Stage.CHECK and self.state == self.State.DONE

    @property
    def is_taken(self) -> bool:
        return self.stage == self.Stage.TAKE and self.state == self.State.DONE

    @property
    def can_go_on(self) -> bool:
        """Whether taking broke off, and can go on where it stands."""
        is_broken = self.stage == self.Stage.TAKE and self.state == self.State.FAILED
        return is_broken and bool(self.file)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether all of it can be forgotten, since nothing of it was taken."""
        return self.stage == self.Stage.CHECK and not self.is_running

    def confirm(self, *, is_seated: bool, writes_mails: bool) -> bool:
        """Have a worker take it in; False where somebody has pressed that before."""
        self.report["is_seated"] = is_seated
        mine = Import.objects.filter(
            pk=self.pk, stage=self.Stage.CHECK, state=self.State.DONE
        )
        return bool(
            mine.update(
                stage=self.Stage.TAKE,
                state=self.State.RUNNING,
                done=0,
                claimed_at=None,
                finished_at=None,
                writes_mails=writes_mails,
                report=self.report,
            )
        )

    def forget_file(self) -> None:
        """What it held is taken, or was not wanted."""
        if self.file:
            self.file.delete(save=False)
            Import.objects.filter(pk=self.pk).update(file="")


class NotDoubleQuerySet(models.QuerySet["NotDouble"]):
    def of(self, registration: models.Model) -> Self:
        return self.filter(Q(one=registration) | Q(other=registration))


class NotDouble(models.Model):
    """Two registrations that look alike and are two people: somebody has said so."""

    one = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="+"
    )
    other = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="+"
    )

    objects = NotDoubleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_double_once"),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="not_double_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}, {self.other_id}"

    @classmethod
    def note(cls, one: int, others: Iterable[int]) -> None:
        """Keep that this one is nobody of the others; said again, it changes nothing."""
        pairs = [
            cls(one_id=min(one, other), other_id=max(one, other)) for other in others
        ]
        cls.objects.bulk_create(pairs, ignore_conflicts=True)


class FormerLink(models.Model):
    """The link of a registration that was merged into another, which it opens now."""

    former = models.PositiveBigIntegerField(unique=True)
    version = models.PositiveIntegerField()
    registration = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="former_links"
    )

    def __str__(self) -> str:
        return f"{self.former} → {self.registration_id}"


class LinkRequest(models.Model):
    """Somebody asked for the link of an address; a worker looks whether it is known.

    Nobody who asks can tell, in words or time.
    """

    # So many of one address wait at a time: one more would change nothing.
    MOST = 5

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    @transaction.atomic
    def note(cls, meeting: Meeting, email: str) -> None:
        """Have a worker look for this address; here it is not looked for."""
        from registration.tasks import send_links  # tasks imports this module

        waiting = cls.objects.filter(meeting=meeting, email__iexact=email)
        if waiting.count() < cls.MOST:
            cls.objects.create(meeting=meeting, email=email)
        transaction.on_commit(partial(ask_for, send_links), robust=True)

    @transaction.atomic
    def answer(self) -> None:
        """Send the link to whoever is registered with the address, and forget it."""
        mine = LinkRequest.objects.filter(pk=self.pk)
        if mine.delete()[0]:  # Else another worker has it.
            for registration in self.meeting.registrations.with_address(self.email):
                registration.send_link()


class Attempt(models.Model):
    """A form sent from an address of a machine, or with an e-mail; both only hashed."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["key", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return self.key


class Tally(models.Model):
    """How many registrations of a kind were erased: the number that stays of them."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tallies")
    category = models.CharField(max_length=100)
    status = models.CharField(max_length=16)
    attendance = models.CharField(max_length=9)
    state = models.CharField(max_length=3, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "category", "status", "attendance", "state"],
                name="tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category}, {self.status}: {self.count}"
