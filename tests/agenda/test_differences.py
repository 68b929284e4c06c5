"""What differs between two programmes, in sentences that readers understand."""

import random
import re
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from agenda.differences import in_words
from agenda.jinja import printed
from agenda.models import Item, Presentation, Role, Session, Speaker
from agenda.outline import Outline
from agenda.reader import Reader
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db

DAY = date(2027, 1, 12)


def at(hour, minute=0, day=DAY, meeting=None):
    zone = meeting.zone if meeting else timezone.get_default_timezone()
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def make_programme():
    """A session with two items and one without, another with one; nothing released."""
    meeting = make_meeting(starts_on=DAY)
    morning = make_session(meeting, released=False)
    for number in (1, 2):
        item = make_item(
            morning,
            title=f"Title {number}",
            starts_at=at(10 + number, 30, meeting=meeting),
            released=False,
        )
        part = make_presentation(item, title=f"Part {number}", released=False)
        make_role(part, speaker=make_speaker(f"Ana LIMA {number}"), released=False)
    make_session(
        meeting,
        title="Afternoon session",
        starts_at=at(14, 30, meeting=meeting),
        ends_at=at(18, meeting=meeting),
        released=False,
    )
    return meeting


@pytest.fixture
def meeting():
    return make_programme()


def told(meeting, change):
    """The sentences about what a change of the draft brings."""
    before = Outline.draft(meeting)
    change()
    return [str(each) for each in in_words(before, Outline.draft(meeting))]


def update(row, **fields):
    return lambda: type(row).objects.filter(pk=row.pk).update(**fields)


def test_nothing_is_told_where_nothing_differs(meeting):
    assert told(meeting, lambda: None) == []


def test_an_item_moves_to_another_hour(meeting):
    item = Item.objects.first()

    said = told(meeting, update(item, starts_at=at(12, meeting=meeting)))

    assert said == ["Item I “Title 1” moved from 11.30 to 12.00, Conference Room 4."]


def test_hours_are_those_of_the_meeting(meeting):
    meeting.timezone = "Asia/Tokyo"
    meeting.save()
    session = Session.objects.last()
    later = datetime(2027, 1, 12, 6, 0, tzinfo=timezone.get_fixed_timezone(0))

    said = told(meeting, update(session, starts_at=later, ends_at=None))

    assert "to 15.00" in said[0]


def test_a_session_begins_later(meeting):
    session = Session.objects.last()

    said = told(meeting, update(session, starts_at=at(15, meeting=meeting)))

    assert said == [
        "“Afternoon session” of 12 January 2027 begins at 15.00 instead of 14.30."
    ]


def test_a_session_takes_its_items_along(meeting):
    session = Session.objects.first()

    def change():
        half = timedelta(minutes=30)
        times = {"starts_at": session.starts_at + half}
        update(session, ends_at=session.ends_at + half, **times)()
        for item in session.items.all():
            update(item, starts_at=item.starts_at + half)()

    said = told(meeting, change)

    assert said == [
        "“Morning session” of 12 January 2027 moved from 10.00–13.00 to 10.30–13.30,"
        " Conference Room 4, and its items with it."
    ]


def test_a_session_moves_to_another_day(meeting):
    session = Session.objects.last()
    day = DAY + timedelta(days=1)

    said = told(
        meeting,
        update(
            session,
            date=day,
            starts_at=at(10, day=day, meeting=meeting),
            ends_at=at(13, day=day, meeting=meeting),
        ),
    )

    assert said == [
        "“Afternoon session” moved from 12 January 2027, 14.30–18.00 to"
        " 13 January 2027, 10.00–13.00, Conference Room 4."
    ]


def test_a_session_is_held_elsewhere(meeting):
    said = told(meeting, update(Session.objects.last(), room="Conference Room 8"))

    assert said == [
        "“Afternoon session” of 12 January 2027 takes place in Conference Room 8"
        " instead of Conference Room 4."
    ]


def test_an_item_moves_to_another_session(meeting):
    item, afternoon = Item.objects.last(), Session.objects.last()
    start = at(15, meeting=meeting)

    said = told(meeting, update(item, session=afternoon, starts_at=start))

    assert said == [
        "Item II “Title 2” moved from “Morning session” of 12 January 2027, 12.30 to"
        " “Afternoon session” of 12 January 2027, 15.00, Conference Room 4."
    ]


def test_a_new_item_says_who_speaks(meeting):
    def change():
        item = make_item(Session.objects.last(), title="Closing", released=False)
        make_role(item, speaker=Speaker.objects.first(), style="Ms.", released=False)

    (said,) = told(meeting, change)

    assert said == ("New item: III “Closing”, Conference Room 4, with Ms. Ana LIMA 1.")


def test_what_is_gone_is_no_longer_on_the_agenda(meeting):
    said = told(meeting, lambda: Item.objects.first().delete())

    assert said == [
        "Item I “Title 1” is no longer on the agenda.",
        "Other numbers: “Title 2” is I, and was II.",
    ]


def test_a_session_goes_with_all_that_is_in_it(meeting):
    said = told(meeting, lambda: Session.objects.first().delete())

    assert said == [
        "“Morning session” of 12 January 2027 is no longer on the agenda, with its 2"
        " items."
    ]


def test_numbers_that_count_on_are_one_line(meeting):
    def change():
        session = Session.objects.first()
        for n in range(3, 9):
            make_item(session, title=f"Title {n}", released=False)

    told(meeting, change)
    said = told(meeting, update(Item.objects.first(), set_number=3))

    assert said == [
        "Other numbers: “Title 1” is III, and was I; “Title 2” is IV, and was II;"
        " “Title 3” is V, and was III; 5 more items."
    ]


def test_another_person_speaks(meeting):
    role = Role.objects.first()
    other = make_speaker("Abdul KHAN")

    said = told(meeting, update(role, speaker=other, style="Mr."))

    assert said == [
        "Mr. Abdul KHAN speaks in “Part 1” in item I “Title 1” instead of Ana LIMA 1."
    ]


def test_who_is_entered_anew_in_place_of_another_speaks_instead(meeting):
    def change():
        role = Role.objects.first()
        make_role(role.presentation, speaker=make_speaker("Abdul KHAN"), released=False)
        role.delete()

    (said,) = told(meeting, change)

    assert said.endswith("instead of Ana LIMA 1.")


def test_a_person_joins(meeting):
    def change():
        make_role(
            Item.objects.last(),
            kind=Role.Kind.MODERATOR,
            speaker=make_speaker("Abdul KHAN"),
            style="Mr.",
            released=False,
        )

    said = told(meeting, change)

    assert said == ["Mr. Abdul KHAN joins item II “Title 2” as moderator."]


def test_a_role_moves_to_another_item(meeting):
    first, last = Item.objects.first(), Item.objects.last()
    role = make_role(first, kind="moderator", style="Ms.", released=False)

    said = told(meeting, update(role, item=last))

    assert said == [
        "Ms. WU Hongbo is now moderator in item II “Title 2”, and no longer in item I"
        " “Title 1”."
    ]


def test_a_presentation_moves_to_another_item(meeting):
    part, last = Presentation.objects.first(), Item.objects.last()

    said = told(meeting, update(part, item=last))

    assert said == ["“Part 1” moved from item I “Title 1” to item II “Title 2”."]


def test_a_title_is_another(meeting):
    said = told(meeting, update(Item.objects.first(), title="Opening"))

    assert said == ["Item I “Title 1” is now called “Opening”."]


def test_a_name_is_written_otherwise_once_for_all_that_the_person_does(meeting):
    speaker = Speaker.objects.first()
    make_role(Item.objects.last(), speaker=speaker, released=False)

    said = told(meeting, update(speaker, name="Ana Maria LIMA"))

    assert said == ["The name “Ana LIMA 1” is now written “Ana Maria LIMA”."]


def test_what_stands_elsewhere_is_told_of_the_fewest(meeting):
    session = Session.objects.first()
    Item.objects.update(starts_at=None, is_numbered=False)
    for n in range(3, 7):
        make_item(session, title=f"Title {n}", is_numbered=False, released=False)

    said = told(meeting, update(Item.objects.last(), position=0))

    assert said == ["“Title 6” now comes first."]


def test_what_is_made_anew_as_it_was_is_no_difference(meeting):
    def change():
        session = Session.objects.first()
        before = list(session.items.all())
        for item in before:
            parts = [(p, list(p.roles.all())) for p in item.presentations.all()]
            Item.objects.filter(pk=item.pk).delete()
            item.pk = None
            item.save(force_insert=True)
            for part, roles in parts:
                part.pk, part.item = None, item
                part.save(force_insert=True)
                for role in roles:
                    role.pk, role.presentation = None, part
                    role.save(force_insert=True)

    assert told(meeting, change) == []


def test_a_day_that_is_not_complete_says_so(meeting):
    said = told(
        meeting,
        lambda: meeting.programme_days.create(
            date=DAY, is_complete=False, note="Lunch is served."
        ),
    )

    assert said == [
        "The note of 12 January 2027 now reads: “Lunch is served.”",
        "More of 12 January 2027 is to be confirmed.",
    ]


def test_differences_stand_in_the_order_of_the_agenda(meeting):
    def change():
        Session.objects.update(room="Conference Room 8")
        Item.objects.update(note="A note")

    said = told(meeting, change)

    assert [line.split()[0] for line in said] == [
        "“Morning",
        "The",
        "The",
        "“Afternoon",
    ]


def test_each_names_the_sessions_and_items_that_it_touches(meeting):
    before = Outline.draft(meeting)
    Session.objects.filter(title="Morning session").update(room="Conference Room 8")

    (difference,) = in_words(before, Outline.draft(meeting))

    session = Session.objects.first()
    items = {("item", item.pk) for item in Item.objects.all()}
    assert difference.touches == {("session", session.pk), *items}
    assert (difference.kind, difference.pk) == ("session", session.pk)
    assert difference.sort == "room"


# At random.


def seen(outline):
    """What a reader sees of it, without the addresses of its parts."""
    reader = Reader(outline.meeting)
    pages = [printed("day", reader, day) for day in outline.days]
    text = re.sub(r'(id|href|aria-labelledby)="[^"]*"', "", "".join(pages))
    return re.sub(r"\s+", " ", text)


FLAGS = [[], ["title"], ["start"], ["room"], ["speaker"], ["function"], ["date"]]


def change_something(dice, meeting):
    """One change, of any kind; perhaps one that no reader sees."""
    kind = dice.choice([Session, Item, Presentation, Role, Speaker])
    rows = list(kind.objects.order_by("pk"))
    row = dice.choice(rows) if rows else None
    if row is None:
        return
    match dice.randrange(5), row:
        case 0, Session() | Item() | Presentation():
            row.delete()
        case 0, Role():
            row.delete()
        case 1, Item():
            row.session = dice.choice(list(Session.objects.order_by("pk")))
            row.save()
        case 1, Presentation():
            row.item = dice.choice([*Item.objects.order_by("pk"), None])
            row.date = dice.choice([DAY, None])
            row.save()
        case 1, Role() if items := list(Item.objects.order_by("pk")):
            row.item, row.presentation = dice.choice(items), None
            row.save()
        case 1, Session():
            make_item(row, title="New", released=False)
        case 2, Session() | Item() | Presentation() | Role():
            row.position = dice.randrange(4)
            row.save()
        case 3, Session() | Item() | Presentation() | Role():
            row.tbc = dice.choice(FLAGS)
            row.note = dice.choice(["", "A note"])
            row.save()
        case 4, Session() | Item():
            hour = dice.choice([None, 9, 10, 11])
            row.starts_at = hour and at(hour, meeting=meeting)
            row.ends_at = hour and dice.choice([None, at(13, meeting=meeting)])
            row.is_complete = dice.choice([True, False])
            row.save()
        case 4, Presentation():
            row.title = dice.choice(["", "Other", row.title])
            row.kind = dice.choice(["remarks", "presentation"])
            row.save()
        case 4, Role():
            row.speaker = dice.choice([None, *Speaker.objects.order_by("pk")])
            row.kind = dice.choice(["chair", "speaker"])
            row.function = dice.choice(["", "Minister"])
            row.style = dice.choice(["", "Ms."])
            row.save()
        case 4, Speaker():
            row.name = dice.choice(["Eva ROTH", "Ana LIMA 1", "Ivan PETROV"])
            row.save()


@pytest.mark.parametrize("seed", range(60))
def test_there_is_a_difference_where_readers_see_one_and_nowhere_else(seed):
    dice = random.Random(seed)
    meeting = make_programme()
    for _ in range(dice.randrange(6)):
        change_something(dice, meeting)
    before = Outline.draft(meeting)
    for _ in range(dice.choice([0, 1, 1, 2, 4])):
        change_something(dice, meeting)
    after = Outline.draft(meeting)

    said = [str(each) for each in in_words(before, after)]

    assert bool(said) == (seen(before) != seen(after)), said
    assert all(text[-1] in ".”" for text in said)
