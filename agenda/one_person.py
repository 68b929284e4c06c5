"""Two speakers who are one person: all that is of the one becomes the other's.

The name that was released somewhere stays as it was printed there; the address that
goes leads on to the other in every meeting that had it.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.models import (
    Contributor,
    DeskStep,
    FormerSpeaker,
    Release,
    Role,
    Speaker,
    editing,
)
from agenda.models.snapshot import Kept
from meeting.mail.models import Message
from meeting.models import Meeting

# Of which both may have one, and one is chosen.
CHOSEN = ("biography", "photo", "email")


@dataclass
class Plan:
    """What becomes of whom."""

    gone: Speaker
    stays: Speaker

    @property
    def roles(self) -> list[Role]:
        places = ("item__meeting", "presentation__meeting", "presentation__item")
        return list(self.gone.roles.select_related(*places))

    @property
    def meetings(self) -> QuerySet[Meeting]:
        """Those whose programme has the one who goes, in their order."""
        roles = (
            self.gone.roles.values("item__meeting"),
            self.gone.roles.values("presentation__meeting"),
        )
        found = Meeting.objects.filter(pk__in=roles[0])
        return (found | Meeting.objects.filter(pk__in=roles[1])).order_by("pk")

    @property
    def addresses(self) -> QuerySet[Meeting]:
        """Meetings at which readers have had the address that goes."""
        known = self.gone.releases.out().values("meeting")
        return Meeting.objects.filter(pk__in=known).order_by("pk")

    @property
    def contributors(self) -> QuerySet[Contributor]:
        return self.gone.contributors.select_related("meeting")

    @property
    def ended_links(self) -> QuerySet[Contributor]:
        """Private links that end, since the other has one at the same meeting."""
        theirs = self.stays.contributors.values("meeting")
        return self.contributors.filter(meeting__in=theirs)

    @property
    def both(self) -> list[str]:
        """What both have, and differs."""
        pairs = {
            name: (getattr(self.gone, name), getattr(self.stays, name))
            for name in CHOSEN
        }
        return [name for name, (a, b) in pairs.items() if a and b and a != b]


@transaction.atomic
def merge(
    gone: Speaker, stays: Speaker, *, from_gone: Iterable[str] = (), by: User | None
) -> Speaker:
    """Make one person of two; `from_gone` names what of the one who goes is kept.

    Raises Speaker.DoesNotExist where one of them is gone already.
    """
    # Always in the same order, so that no two of these wait for each other.
    pair = Speaker.objects.select_for_update().order_by("pk")
    found = {each.pk: each for each in pair.filter(pk__in=[gone.pk, stays.pk])}
    if len(found) < 2:
        raise Speaker.DoesNotExist
    plan = Plan(found[gone.pk], found[stays.pk])
    _move_roles(plan, by)
    for release in plan.gone.releases.select_related("meeting"):
        _rewrite(release, plan)
    for contributor in plan.contributors:
        _move_contributor(contributor, plan.stays)
    DeskStep.objects.filter(speaker=plan.gone).update(speaker=plan.stays)
    _move_messages(plan.gone.messages.all(), plan.stays)
    _take_over(plan, set(from_gone))
    plan.gone.former.update(speaker=plan.stays)
    FormerSpeaker.objects.create(former=plan.gone.pk, speaker=plan.stays)
    plan.gone.delete()
    return plan.stays


def _move_roles(plan: Plan, by: User | None) -> None:
    what = _("“%(gone)s” and “%(stays)s” are one person")
    names = {"gone": plan.gone, "stays": plan.stays}
    with ExitStack() as edits:
        for meeting in plan.meetings:
            edits.enter_context(editing(meeting, by=by, what=(what % names)[:500]))
        for role in plan.roles:
            role.speaker = plan.stays
            role.save(update_fields=["speaker"])


def _rewrite(release: Release, plan: Plan) -> None:
    """The agenda reads as before, and says that this was the other."""
    people = release.content["speaker"]
    columns = people["columns"]
    rows = {
        pk: dict(zip(columns, values, strict=True)) for pk, *values in people["rows"]
    }
    was = rows.pop(plan.gone.pk, None)
    if was is None:
        return
    former = people.setdefault("former", {})
    for slug, pk in former.items():
        former[slug] = plan.stays.pk if pk == plan.gone.pk else pk
    former[was["slug"]] = plan.stays.pk
    rows.setdefault(plan.stays.pk, was | {"slug": plan.stays.slug})
    people["rows"] = [[pk, *row.values()] for pk, row in rows.items()]
    _replace(release.content["role"], "speaker_id", plan)
    release.save(update_fields=["content"])
    release.speakers.add(plan.stays)


def _replace(table: Kept, column: str, plan: Plan) -> None:
    # Rows begin with their number.
    place = table["columns"].index(column) + 1
    for row in table["rows"]:
        if row[place] == plan.gone.pk:
            row[place] = plan.stays.pk


def _move_contributor(contributor: Contributor, stays: Speaker) -> None:
    """With what they were asked for and have sent, and their private link."""
    other = stays.contributors.filter(meeting=contributor.meeting).first()
    if other is None:
        contributor.speaker = stays
        contributor.save(update_fields=["speaker"])
        return
    for request in contributor.requests.all():
        request.contributor = other
        request.save(update_fields=["contributor"])
    # Of work that goes on, too.
    DeskStep.objects.filter(contributor=contributor).update(contributor=other)
    _move_messages(contributor.messages.all(), other)
    for name in ("email", "contact", "zone"):
        setattr(other, name, getattr(other, name) or getattr(contributor, name))
    other.save()
    contributor.delete()


def _move_messages(messages: QuerySet[Message], about: Speaker | Contributor) -> None:
    """Of two that were owed only once, the name stays with the first."""
    known = about.messages.exclude(once="").values("once")
    messages.filter(once__in=list(known.values_list("once", flat=True))).update(once="")
    messages.update(object_id=about.pk)


def _take_over(plan: Plan, from_gone: set[str]) -> None:
    gone, stays = plan.gone, plan.stays
    for name in CHOSEN:
        if getattr(gone, name) and (name in from_gone or not getattr(stays, name)):
            setattr(stays, name, getattr(gone, name))
            if name == "photo":
                stays.thumbnail = gone.thumbnail
    # Whoever wants no news has said so for both.
    stays.takes_news = gone.takes_news and stays.takes_news
    stays.save()
