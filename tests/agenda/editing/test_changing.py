from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError

from agenda.editing import adding
from agenda.editing.changing import change
from agenda.editing.parts import GoneError
from agenda.models import ConflictError, Draft, Item, Speaker
from tests.agenda.editing.test_timing import at, hours, item, make_day
from tests.making import (
    make_choice,
    make_material,
    make_presentation,
    make_registration,
    make_role,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def set_values(part, values, **options):
    kind = part._meta.model_name
    return change(part.meeting, kind, part.pk, values, by=None, **options)


def remove(part, **options):
    kind = part._meta.model_name
    return adding.remove(part.meeting, kind, part.pk, by=None, **options)


def test_a_change_says_what_was_changed():
    session = make_day()

    edit = set_values(session, {"title": "First session", "room": "Room 8"})

    session.refresh_from_db()
    assert (session.title, session.room) == ("First session", "Room 8")
    assert edit.what == "Changed “Morning session”: title, room"


def test_items_go_along_when_their_session_begins_later():
    session = make_day()
    item(session, (10, 15), (10, 30))

    set_values(session, {"start": time(11)})

    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (at(11), at(13))
    assert hours(session) == [("11.15", "11.30")]


def test_items_go_along_to_the_date_of_their_session():
    session = make_day()
    item(session, (10, 15), (10, 30))

    set_values(session, {"date": session.date + timedelta(days=1)})

    assert session.items.get().starts_at == at(10, 15, day=16)


def test_what_follows_is_counted_anew_when_an_item_lasts_longer():
    session = make_day()
    first = item(session, (10, 0), (10, 30))
    item(session, follows=True, minutes=15)

    set_values(first, {"minutes": 40})

    assert hours(session) == [("10.00", "10.40"), ("10.40", "10.55")]


def test_an_item_at_another_hour_lasts_as_long_as_before():
    session = make_day()
    first = item(session, (10, 0), (10, 30))

    set_values(first, {"start": time(11)})

    assert hours(session) == [("11.00", "11.30")]


def test_the_second_to_change_the_same_is_told():
    session = make_day()
    seen = Draft.version_of(session.meeting)
    set_values(session, {"title": "First"}, seen=seen)

    set_values(session, {"room": "Room 8"}, seen=seen)
    with pytest.raises(ConflictError):
        set_values(session, {"title": "Second"}, seen=seen)

    session.refresh_from_db()
    assert (session.title, session.room) == ("First", "Room 8")


def test_who_deleted_it_is_told_to_whoever_changes_it():
    row = item(make_day(), title="Opening")
    remove(row)

    with pytest.raises(GoneError) as gone:
        set_values(row, {"title": "Welcome"})

    assert gone.value.messages == [
        "This is no longer there. the system: Deleted “I. Opening”"
    ]


def test_a_break_is_added_after_the_last_item_and_has_its_hours():
    session = make_day()
    item(session, (10, 0), (10, 30))

    values = {"title": "Coffee", "kind": "break", "is_numbered": False}
    edit, row = adding.add_item(
        session.meeting, session.pk, values | {"follows": True, "minutes": 15}, by=None
    )

    assert hours(session)[1] == ("10.30", "10.45")
    assert (row.position, edit.what) == (2, "Added “Coffee” to Morning session")


def test_a_session_is_added_in_its_place_by_its_hours():
    afternoon = make_day(starts_at=at(15), ends_at=at(18), title="Afternoon")

    values = {"title": "Morning", "start": time(10), "end": time(13), "room": ""}
    adding.add_session(afternoon.meeting, afternoon.date, values, by=None)

    rows = afternoon.meeting.sessions.values_list("title", flat=True)
    assert list(rows) == ["Morning", "Afternoon"]


def test_a_presentation_is_added_with_a_new_speaker():
    row = item(make_day())

    role = {"name": "Ann BELL", "speaker": None, "affiliation": "UNU"}
    adding.add_presentation(row.meeting, row.pk, {"title": "On data"}, role, by=None)

    role = row.presentations.get().roles.get()
    assert (role.speaker.name, role.affiliation) == ("Ann BELL", "UNU")


def test_whoever_is_known_is_found_in_any_order_of_the_names():
    known = make_speaker("Juan José GÓMEZ CAMACHO")
    make_speaker("Juan GÓMEZ")

    assert adding.speakers_named("Gomez Camacho, Juan Jose") == [known]


def test_what_has_materials_is_not_deleted():
    row = item(make_day(), title="Opening")
    make_material(row.meeting, presentation=make_presentation(row))

    with pytest.raises(ValidationError) as refusal:
        remove(row)

    assert refusal.value.code == "needed"
    assert refusal.value.messages == [
        "“I. Opening” cannot be deleted: 1 (material). Delete or move them first."
    ]
    assert Item.objects.exists()


def test_what_people_have_chosen_is_not_deleted():
    session = make_day(is_chosen=True)
    make_choice(make_registration(session.meeting), session)

    with pytest.raises(ValidationError) as refusal:
        remove(session)

    assert refusal.value.code == "needed"


def test_an_item_is_deleted_with_its_presentations_and_those_after_it_close_up():
    session = make_day()
    first = item(session, follows=True, minutes=30)
    make_role(make_presentation(first))
    item(session, follows=True, minutes=15)

    remove(first)

    assert hours(session) == [("10.00", "10.15")]
    assert Speaker.objects.count() == 1
