"""Whom differences of the agenda concern: each person once, with what is theirs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from agenda.differences import Difference
from agenda.differences.matching import Key
from agenda.models import Snapshot, Speaker
from meeting.models import Meeting
from registration.models import Choice, Follow, Registration
from registration.models.status import OUT

# Which of the differences concern a person, by their places.
Places = dict[int, set[int]]


@dataclass
class Concerned:
    """Speakers who are registered too are among the registered ones.

    `news` are those of them who are written to only as they take news: not because
    of a place that they have.
    """

    chosen: Places = field(default_factory=dict)
    following: Places = field(default_factory=dict)
    speaking: Places = field(default_factory=dict)
    speakers: Places = field(default_factory=dict)

    @property
    def registered(self) -> Places:
        found: Places = defaultdict(set)
        for places in (self.chosen, self.following, self.speaking):
            for pk, some in places.items():
                found[pk] |= some
        return dict(found)

    @property
    def news(self) -> set[int]:
        return self.registered.keys() - self.chosen.keys()


def concerned(
    meeting: Meeting, differences: list[Difference], *snapshots: Snapshot
) -> Concerned:
    """Of the programme before and after: six queries, however many there are."""
    touched: dict[Key, set[int]] = defaultdict(set)
    for place, difference in enumerate(differences):
        for key in difference.touches:
            touched[key].add(place)
    registered = meeting.registrations.exclude(status__in=OUT)
    addresses = _by_address(registered)
    active = set(registered.values_list("pk", flat=True))
    news = set(registered.filter(takes_news=True).values_list("pk", flat=True))
    speaking, speakers = {}, {}
    for speaker, places in _speakers(touched, snapshots).items():
        pk = addresses.get(speaker.email.lower())
        if pk is None:
            speakers[speaker.pk] = places
        elif pk in news:
            speaking.setdefault(pk, set()).update(places)
    return Concerned(
        chosen=_among(active, _chosen(touched)),
        following=_among(news, _following(touched, meeting)),
        speaking=speaking,
        speakers=speakers,
    )


def _by_address(registered: Iterable[Registration]) -> dict[str, int]:
    rows = registered.order_by("-pk").values_list("email", "pk")
    return {email.lower(): pk for email, pk in rows if email}


def _among(pks: set[int], places: Places) -> Places:
    return {pk: some for pk, some in places.items() if pk in pks}


def _chosen(touched: dict[Key, set[int]]) -> Places:
    """Those with a place in a session of which something has changed."""
    sessions = [pk for kind, pk in touched if kind == "session"]
    found: Places = defaultdict(set)
    rows = Choice.objects.holding().filter(session__in=sessions)
    for pk, session in rows.values_list("registration", "session"):
        found[pk] |= touched["session", session]
    return found


def _following(touched: dict[Key, set[int]], meeting: Meeting) -> Places:
    """Those who follow an agenda on which something has changed that is starred."""
    found: Places = defaultdict(set)
    follows = Follow.objects.filter(registration__meeting=meeting)
    for kind in ("item", "session"):
        starred = follows.values_list("registration", f"agenda__{kind}s")
        for pk, row in starred:
            found[pk] |= touched.get((kind, row), set())
    return {pk: places for pk, places in found.items() if places}


def _speakers(
    touched: dict[Key, set[int]], snapshots: Iterable[Snapshot]
) -> dict[Speaker, set[int]]:
    """Those who take news, and can be written to, of all who speak in it."""
    found: Places = defaultdict(set)
    for snapshot in snapshots:
        items = snapshot.rows["presentation"]
        for role in snapshot.rows["role"].values():
            part, item = role["presentation_id"], role["item_id"]
            if part in items:
                item = items[part]["item_id"]
            found[role["speaker_id"]] |= touched.get(("item", item), set())
            found[role["speaker_id"]] |= touched.get(("presentation", part), set())
    wanted = [pk for pk, places in found.items() if pk and places]
    rows = Speaker.objects.filter(pk__in=wanted, takes_news=True).exclude(email="")
    return {speaker: found[speaker.pk] for speaker in rows}
