"""What the contributor's page shows of each request, with the programme as released."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.timesince import timeuntil

from agenda.addresses import below
from agenda.contributing import words
from agenda.contributing.rules import rules_of
from agenda.models import Contributor, Item, Presentation, Request, Session, Submission
from agenda.outline import Outline

SOON = timedelta(days=3)


@dataclass
class Card:
    """A request with its place on the programme, as far as readers know of it."""

    asked: Request
    presentation: Presentation | None = None
    item: Item | None = None
    # Of the person, where readers have one.
    page: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, [self.asked.words, self.title]))

    @property
    def title(self) -> str:
        """Of where it belongs: as released, else as the desk has it."""
        titles = [part.title for part in (self.presentation, self.item) if part]
        return next(filter(None, titles), self.asked.place_words)

    @property
    def address(self) -> str:
        """Where readers find that place."""
        part = self.presentation or self.item
        return part.get_absolute_url() if part else ""

    @property
    def session(self) -> Session | None:
        return self.item.session if self.item else None

    @property
    def hours_of(self) -> Item | Session | None:
        """What has the hours: the item, or its session where it has none."""
        if self.item and self.item.starts_at:
            return self.item
        return self.session if self.session and self.session.starts_at else None

    @cached_property
    def rules(self) -> list[str]:
        return list(rules_of(self.asked))

    @property
    def deadline(self) -> str:
        return words.deadline(self.asked)

    @property
    def deadline_at_meeting(self) -> str:
        return words.deadline_at_meeting(self.asked)

    @property
    def left(self) -> str:
        """How much time there is: "6 days"; empty where there is none."""
        return timeuntil(self.asked.due_at) if not self.asked.is_past_due else ""

    @property
    def is_soon(self) -> bool:
        return timezone.now() > self.asked.due_at - SOON

    @property
    def is_awaited(self) -> bool:
        """Whether it is on them to send something, and it would be taken."""
        return self.asked.is_awaited and self.asked.takes

    @property
    def is_contributed(self) -> bool:
        """Whether it is posted as received, with the contributed papers."""
        return self.asked.is_document and bool(self.asked.contributor.organization)

    @property
    def is_replaced(self) -> bool:
        """Whether readers still have a version that was sent before the last one."""
        posted = self.asked.posted
        return posted is not None and posted != self.asked.latest

    @property
    def has_another_file(self) -> bool:
        """Whether the desk has since posted a file that did not come from here."""
        material, posted = self.asked.material, self.asked.posted
        if not (material and posted and material.filename and posted.sha256):
            return False
        return material.sha256 != posted.sha256

    @cached_property
    def versions(self) -> list["Arrived"]:
        posted = self.asked.posted
        sent = self.asked.submissions.all()
        if self.has_another_file:
            posted = None
        return [Arrived(each, is_posted=each == posted) for each in sent]


@dataclass
class Arrived:
    """A version, as the list of what has arrived shows it."""

    sent: Submission
    is_posted: bool

    @property
    def facts(self) -> list[str]:
        return words.facts_of(self.sent)

    @property
    def at(self) -> str:
        return words.whole(self.sent.at, self.sent.request.contributor.own_zone)


def cards_of(contributor: Contributor, **only: int) -> list[Card]:
    """Of all that is asked, or of some: four queries, however much that is."""
    asked = contributor.requests.filter(**only).select_related(
        "item__meeting",
        "presentation__meeting",
        "presentation__item",
        "material__meeting",
    )
    requests = list(asked.prefetch_related("submissions"))
    return list(_placed(contributor, requests))


def _placed(contributor: Contributor, requests: Iterable[Request]) -> Iterable[Card]:
    outline = Outline.released(contributor.meeting, has_materials=False)
    items = {item.pk: item for item in outline.items}
    presentations = {each.pk: each for each in outline.presentations}
    speaker = outline.speakers_by_pk.get(contributor.speaker_id)
    page = (
        below("speakers", contributor.meeting.slug, f"{speaker.slug}/")
        if speaker
        else ""
    )
    for asked in requests:
        presentation = presentations.get(asked.presentation_id)
        item = items.get(presentation.item_id if presentation else asked.item_id)
        yield Card(asked, presentation, item, page)
