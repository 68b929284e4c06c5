"""What the next release would bring, and the release of just that."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agenda.differences import Difference, news_of_draft
from agenda.models import Draft, Release, Snapshot
from agenda.models.snapshot import MODELS
from meeting.models import Meeting


@dataclass(frozen=True)
class Proposal:
    """The draft beside what readers see now.

    `is_new` is also true of what is not printed, such as a short address.
    """

    current: Release | None
    planned: Release | None
    draft: Snapshot
    differences: list[Difference]
    is_new: bool
    digest: str

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        current, planned = _releases(meeting)
        draft = Snapshot.of(meeting).public()
        return cls(
            current=current,
            planned=planned,
            draft=draft,
            differences=news_of_draft(meeting, current, draft),
            is_new=current is None or any(current.changes_to(draft)),
            digest=digest_of(draft, current, planned),
        )


def digest_of(draft: Snapshot, current: Release | None, planned: Release | None) -> str:
    """Another one once anything of what was shown is otherwise."""
    numbers = [release and release.pk for release in (current, planned)]
    data = json.dumps([numbers, draft.to_keep(MODELS)])
    return hashlib.sha256(data.encode()).hexdigest()[:32]


@transaction.atomic
def release_as_shown(meeting: Meeting, digest: str, **facts: Any) -> Release:
    """Release what somebody has looked at, unless it has changed since.

    Raises ValidationError where it has, or where there is nothing to release.
    """
    # Whoever edits or releases at the same time waits here, or is waited for.
    Draft.locked(meeting)
    draft = Snapshot.of(meeting).public()
    if digest != digest_of(draft, *_releases(meeting)):
        text = _(
            "Something has changed since you opened this page. Look at the changes"
            " again, then release."
        )
        raise ValidationError(text, code="changed")
    return Release.objects.make(meeting, **facts)


def _releases(meeting: Meeting) -> tuple[Release | None, Release | None]:
    """What readers see now, and what is planned."""
    current = Release.objects.current(meeting)
    planned = Release.objects.planned().filter(meeting=meeting).first()
    for release in (current, planned):
        if release:
            release.meeting = meeting
    return current, planned
