from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Self

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.models.snapshot import MODELS, Change, Snapshot, differences
from meeting.models import Meeting

# One column of one row; "*" for the row itself.
Key = tuple[str, int, str]


@dataclass(frozen=True)
class Clash:
    """What somebody else has changed meanwhile: by which edit, and of what."""

    edit: "Edit"
    kind: str
    pk: int
    name: str

    def __str__(self) -> str:
        words = {"who": self.edit.who, "what": self.edit.what, "field": self.label}
        if self.name == "*":
            return _("%(who)s: %(what)s") % words
        return _("%(who)s: %(what)s (%(field)s)") % words

    @property
    def label(self) -> str:
        if self.name == "*":
            return str(MODELS[self.kind]._meta.verbose_name)
        return str(MODELS[self.kind]._meta.get_field(self.name).verbose_name)


class ConflictError(Exception):
    """Somebody has changed the same since; nothing of the later edit was kept."""

    def __init__(self, clashes: list[Clash]) -> None:
        self.clashes = clashes
        super().__init__("\n".join(map(str, clashes)))


class Draft(models.Model):
    """Of each meeting: how often its programme was edited. Its row is the lock."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="draft")
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.meeting}: {self.version}"

    @classmethod
    def locked(cls, meeting: Meeting) -> Self:
        """Whoever edits or releases comes one after the other; within a transaction."""
        cls.objects.get_or_create(meeting=meeting)
        return cls.objects.select_for_update().get(meeting=meeting)

    @classmethod
    def version_of(cls, meeting: Meeting) -> int:
        versions = cls.objects.filter(meeting=meeting).values_list("version", flat=True)
        return versions.first() or 0


class EditQuerySet(models.QuerySet["Edit"]):
    def since(self, version: int) -> Self:
        return self.filter(number__gt=version)


class Edit(models.Model):
    """One change of a draft, whatever made it: who, when, and each value before and after.

    By it the next editor is told of it, and it can be taken back.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True)
    what = models.CharField(max_length=500)
    changes = models.JSONField(default=list)
    # Rows that were put elsewhere on purpose, as [kind, pk]: the places of all others
    # follow from it. None: each place was said by itself.
    moved = models.JSONField(null=True)
    undoes = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="undone"
    )

    # What of it was decided, where all else follows from that; None: all of it is.
    decided: set[Key] | None = None

    objects = EditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["meeting", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="edit_number_once_a_meeting"
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def who(self) -> str:
        if self.by is None:
            return str(_("the system"))
        return self.by.get_full_name() or self.by.get_username()

    @property
    def has_deleted(self) -> bool:
        """Whether parts went, with what hung on them and is no part of the draft."""
        return any(
            change.after is None and change.kind in {"session", "item", "presentation"}
            for change in self.list_changes()
        )

    def list_changes(self) -> list[Change]:
        return [Change(**each) for each in self.changes]

    def touched(self) -> set[Key]:
        """All that this edit decided; not the places that merely followed from it."""
        keys = set()
        for change in self.list_changes():
            for name in change.names:
                follows = name == "position" and self.moved is not None
                if not follows:
                    keys.add((change.kind, change.pk, name))
        return keys | {(kind, pk, "position") for kind, pk in self.moved or []}

    def clashes_since(self, seen: int) -> Iterator[Clash]:
        """What others decided after that version of what this one decides."""
        mine = self.touched()
        if self.decided is not None:
            mine &= self.decided
        rows = {key[:2] for key in mine}
        whole = {key[:2] for key in mine if key[2] == "*"}
        later = Edit.objects.filter(meeting=self.meeting).since(seen)
        for edit in later.filter(number__lt=self.number).select_related("by"):
            for key in sorted(edit.touched()):
                row, name = key[:2], key[2]
                if key in mine or row in whole or (name == "*" and row in rows):
                    yield Clash(edit, *key)


@contextmanager
def editing(
    meeting: Meeting, *, by: User | None = None, what: str = "", seen: int | None = None
) -> Iterator[Edit]:
    """Whatever changes within becomes one edit; its `what` and `moved` can be set there.

    So can `decided`, where hours of other things follow from what somebody decides.
    `seen` is the version of the draft that somebody had before them: raises
    ConflictError where the same was changed since, and leaves all as it was.
    """
    with transaction.atomic():
        draft = Draft.locked(meeting)
        before = Snapshot.of(meeting)
        edit = Edit(meeting=meeting, number=draft.version + 1, by=by, what=what)
        yield edit
        edit.changes = [
            asdict(change)
            for change in differences(before, Snapshot.of(meeting))
            # People are of all meetings, and no part of one draft.
            if change.kind != "speaker"
        ]
        if not edit.changes:
            return
        if seen is not None and (clashes := list(edit.clashes_since(seen))):
            raise ConflictError(clashes)
        edit.save(force_insert=True)
        draft.version = edit.number
        draft.save(update_fields=["version"])
