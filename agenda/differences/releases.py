"""What releases bring, and what the next one would bring."""

from collections.abc import Iterable

from agenda.differences.telling import Difference, in_words
from agenda.models import Release, Snapshot
from agenda.models.snapshot import differences
from agenda.outline import Outline
from meeting.models import Meeting


def of_release(release: Release, before: Release | None) -> list[Difference]:
    """What it brought; nothing of the first one, which is all new."""
    if before is None:
        return []
    before.meeting = release.meeting
    return in_words(_outline(before.snapshot), _outline(release.snapshot))


def brought_by(releases: Iterable[Release]) -> list[tuple[Release, list[Difference]]]:
    """Each of these releases with its differences: one query for all."""
    releases = list(releases)
    earlier = Release.objects.with_earlier(releases)
    return [(each, of_release(each, earlier.get(each.pk))) for each in releases]


def news_of_draft(
    meeting: Meeting, current: Release | None, draft: Snapshot
) -> list[Difference]:
    """What readers would see otherwise if the draft were released."""
    shown, public = Snapshot.kept(meeting), draft.public()
    if current:
        current.meeting = meeting
        shown = current.snapshot
    if not any(differences(shown, public)):
        return []
    return in_words(_outline(shown), _outline(public))


def _outline(snapshot: Snapshot) -> Outline:
    return Outline(snapshot, has_materials=False)
