"""How one reader has the programme printed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from agenda.addresses import below, in_path
from agenda.documents.lengths import length_of
from agenda.documents.lines import Line, is_shown_small, lines_of
from agenda.models import Item, Mark, Material, Role, Session, Speaker
from agenda.names import printed_name
from agenda.zones import READER_ZONES, reader_zone
from meeting.models import Meeting
from meeting.templatetags import plenary

# All that an address can ask for; what else it says is passed over.
WISHES = {"zone": READER_ZONES.keys(), "view": {"compact"}, "by": {"room"}}


def wishes(asked: Mapping[str, str], names: Iterable[str] = WISHES) -> dict[str, str]:
    return {name: asked[name] for name in names if asked.get(name) in WISHES[name]}


def zone_wish(asked: Mapping[str, str]) -> dict[str, str]:
    """Where nothing else can be chosen."""
    return wishes(asked, ["zone"])


class Reader:
    """In whose hours, how much of it and in which order; what is looked up often,
    once.
    """

    def __init__(
        self,
        meeting: Meeting,
        *,
        zone: ZoneInfo | None = None,
        is_compact: bool = False,
        by_room: bool = False,
    ) -> None:
        self.meeting, self.zone = meeting, zone
        self.is_compact, self.by_room = is_compact, by_room
        self.is_over, self.language = meeting.is_over, get_language()
        self._hours: dict[datetime, SafeString] = {}

    @classmethod
    def asking(cls, wishes: Mapping[str, str], meeting: Meeting) -> Self:
        """The reader of an address; what it asks in vain is passed over."""
        return cls(
            meeting,
            zone=reader_zone(wishes.get("zone", ""), meeting),
            is_compact=wishes.get("view") == "compact",
            by_room=wishes.get("by") == "room",
        )

    def way(self, **changes: str) -> str:
        """The address of another view, with all else as it is."""
        wishes = {
            "by": "room" if self.by_room else "",
            "view": "compact" if self.is_compact else "",
            "zone": self.zone.key if self.zone else "",
        }
        asked = {name: wish for name, wish in (wishes | changes).items() if wish}
        return f"?{urlencode(asked)}" if asked else "./"

    @property
    def ways(self) -> list[list[tuple[str, str, bool]]]:
        """What can be chosen, each with its words, its address and whether it is so."""
        return [
            [
                (_("By day"), self.way(by=""), not self.by_room),
                (_("By room"), self.way(by="room"), self.by_room),
            ],
            [
                (_("In full"), self.way(view=""), not self.is_compact),
                (_("Compact"), self.way(view="compact"), self.is_compact),
            ],
        ]

    def hour(self, moment: datetime) -> SafeString:
        if moment not in self._hours:
            self._hours[moment] = plenary.hour(moment, self.meeting)
        return self._hours[moment]

    def hours(self, part: Item | Session) -> Markup:
        until = f"–{self.hour(part.ends_at)}" if part.ends_at else ""
        return Markup(f'<bdi dir="ltr">{self.hour(part.starts_at)}{until}</bdi>')

    def address_of(self, speaker: Speaker) -> str:
        return self._speakers + in_path(f"{speaker.slug}/")

    @cached_property
    def _speakers(self) -> str:
        # A page has a thousand of them; the prefix of the site is slow to ask for.
        return below("speakers", self.meeting.slug)

    def page_of(self, session: Session) -> str:
        return reverse("session", args=[self.meeting.slug, session.pk])

    def lay_out(self, materials: list[Material]) -> tuple[list[Line], list[Material]]:
        """Each document once, its languages together; and the photos, to be beside
        each other.
        """
        photos = [each for each in materials if is_shown_small(each)]
        others = (
            [each for each in materials if each not in photos] if photos else materials
        )
        return lines_of(others, self.language), photos

    def opens(self, material: Material) -> str:
        """Where it is read; empty while it is still to come."""
        return material.href

    def length(self, material: Material) -> str:
        return length_of(material, material.kind)

    def is_now(self, item: Item) -> bool:
        ended = (Mark.State.DONE, Mark.State.CANCELLED)
        return item.is_now and self.state_of(item) not in ended

    def state_of(self, item: Item) -> str:
        """What the desk has said of it; empty where it has said nothing."""
        mark = getattr(item, "mark", None)
        return mark.state if mark else ""

    def names_in(self, item: Item) -> Iterator[SafeString]:
        """Who is heard, in order, each once."""
        places = (*item.listed_presentations, item)
        roles = [role for place in places for role in place.listed_roles]
        speakers = dict.fromkeys(role.speaker for role in roles if role.speaker)
        return map(printed_name, speakers)

    @cached_property
    def role_kinds(self) -> dict[str, str]:
        return _words(Role.Kind)

    @cached_property
    def material_kinds(self) -> dict[str, str]:
        return {value: str(words) for value, words in Material.Kind.in_words()}

    @cached_property
    def languages(self) -> dict[str, str]:
        """Each as it calls itself: who reads it, knows it so."""
        codes = settings.OFFICIAL_LANGUAGES
        return {code: LANG_INFO[code]["name_local"] for code in codes}


def _words(choices: type[TextChoices]) -> dict[str, str]:
    """What each choice is called in the language of the moment."""
    return {value: str(label) for value, label in choices.choices}
