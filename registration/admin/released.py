"""What staff see of people when they release the agenda: whom it concerns, who is told."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.admin.releases import ReleaseAdmin
from agenda.models import Release, Snapshot, Speaker
from agenda.releasing import Proposal
from meeting.mail.tasks import ask_for
from meeting.models import Meeting
from registration.admin.moved import follow
from registration.changes.concerned import Concerned, concerned
from registration.changes.telling import News
from registration.models import Registration
from registration.tasks import tell_of_release


@dataclass(frozen=True)
class Group:
    """People who are concerned for the same reason; each stands in one group."""

    name: str
    people: list[str]


def groups_of(meeting: Meeting, proposal: Proposal) -> list[Group]:
    current = proposal.current
    before = current.snapshot if current else Snapshot.kept(meeting)
    found = concerned(meeting, proposal.differences, before, proposal.draft)
    return _groups(found)


def _groups(found: Concerned) -> list[Group]:
    names = dict(
        Registration.objects.filter(pk__in=found.registered).values_list("pk", "name")
    )
    speakers = Speaker.objects.filter(pk__in=found.speakers)
    chosen, following = found.chosen, found.following.keys() - found.chosen.keys()
    speaking = found.speaking.keys() - found.chosen.keys() - following
    return [
        Group(
            _("Speakers"),
            sorted(
                [*(speaker.name for speaker in speakers), *map(names.get, speaking)]
            ),
        ),
        Group(_("With a place in a session"), sorted(map(names.get, chosen))),
        Group(_("Following what they have starred"), sorted(map(names.get, following))),
    ]


def after_release(request: HttpRequest, release: Release) -> None:
    """Have those concerned told, and say who is told what."""
    told: set[int] = set()
    if release.is_planned:
        return
    if release.tells and release.meeting.is_published:
        people = News(release).concerned
        told = set(people.registered)
        if count := len(told) + len(people.speakers):
            text = ngettext(
                "%(n)d person is written to about what concerns them.",
                "%(n)d people are written to about what concerns them.",
                count,
            )
            messages.success(request, text % {"n": count})
        transaction.on_commit(
            partial(ask_for, tell_of_release, release.pk), robust=True
        )
    follow(request, release.meeting_id, told)


# The agenda does not know who registers.
ReleaseAdmin.concerned.append(groups_of)
ReleaseAdmin.after_release.append(after_release)
