from datetime import timedelta

import pytest

from registration.forms import CorrectionForm, RegistrationForm, new_key
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_registration,
    make_session,
)
from tests.registration.sending import address_of, open_form, typed

pytestmark = pytest.mark.django_db


def fill(meeting, *sessions, warned=(), **changes):
    data = {
        "key": new_key(meeting),
        "sessions": [str(session.pk) for session in sessions],
        "warned": warned,
        **typed(meeting, **changes),
    }
    return RegistrationForm(data, meeting=meeting)


def make_chosen(meeting, **fields):
    """A session of ten to one, that people choose."""
    return make_session(meeting, is_chosen=True, **fields)


def later(session, hours):
    return {
        "starts_at": session.starts_at + timedelta(hours=hours),
        "ends_at": session.ends_at + timedelta(hours=hours),
    }


def texts(form):
    return [caution.text for caution in form.cautions]


def test_sessions_are_not_asked_for_where_none_is_to_choose():
    meeting = make_meeting()
    make_session(meeting)

    form = fill(meeting)

    assert "sessions" not in form.fields
    assert form.is_complete
    assert form.answers.sessions is None


def test_sessions_that_were_chosen_are_answers():
    meeting = make_meeting()
    one, _other = make_chosen(meeting), make_chosen(meeting)

    form = fill(meeting, one)

    assert form.is_complete
    assert form.answers.sessions == [one]


def test_session_of_another_meeting_is_refused():
    meeting = make_meeting()
    make_chosen(meeting)

    form = fill(meeting, make_chosen(make_meeting()))

    assert form.errors["sessions"] == [
        "The sessions and side events have changed. Choose again."
    ]


def test_sessions_stand_by_day_and_hour_with_room_and_places(client):
    meeting = make_meeting()
    full = make_chosen(meeting, title="Full", capacity=0, room="Room 2")
    make_chosen(meeting, title="Early", capacity=2, **later(full, -2))
    second = meeting.days[1]
    make_chosen(meeting, title="Next day", date=second)
    make_chosen(meeting, title="Some day", kind="side_event", date=None, capacity=None)

    page = client.get(address_of(meeting)).content.decode()

    order = ["Early", "Full", "Next day", "Some day"]
    places = [page.index(f"<bdi>{title}</bdi>") for title in order]
    assert places == sorted(places)
    assert '<span class="nowrap">08.00–11.00</span>' in page
    assert "<span><bdi>Room 2</bdi></span><span>full: waiting list</span>" in page
    assert "2 places left" in page
    assert "Day to be announced" in page


def test_places_in_sessions_are_those_that_are_held():
    meeting = make_meeting()
    session = make_chosen(meeting, capacity=2)
    for fields, status in [
        ({}, "confirmed"),
        ({"attendance": "remote"}, "confirmed"),
        ({}, "received"),
    ]:
        person = make_registration(meeting, status="confirmed", **fields)
        make_choice(person, session, status=status)

    form = RegistrationForm(meeting=meeting)

    line = form.fields["sessions"].widget.lines[str(session.pk)]
    assert line["places"] == "1 place left"


def test_full_session_says_how_many_wait():
    meeting = make_meeting()
    session = make_chosen(meeting, capacity=1)
    for status in ("confirmed", "waiting", "waiting"):
        person = make_registration(meeting, status="confirmed")
        make_choice(person, session, status=status)

    form = RegistrationForm(meeting=meeting)

    line = form.fields["sessions"].widget.lines[str(session.pk)]
    assert line["places"] == "full: waiting list, 2 people wait"


# Two at once.


def test_sessions_at_the_same_time_are_warned_of_by_name():
    meeting = make_meeting()
    one = make_chosen(meeting, title="One")
    other = make_chosen(meeting, title="Other", **later(one, 2))

    form = fill(meeting, one, other)

    day = f"{meeting.starts_on.day} {meeting.starts_on:%B %Y}"
    assert form.is_valid()
    assert not form.is_complete
    assert texts(form) == [
        f"“One” (10.00–13.00) and “Other” (12.00–15.00) take place at the same time on"
        f" {day}."
    ]


@pytest.mark.parametrize("hours", [3, -3])
def test_sessions_one_after_the_other_are_not_warned_of(hours):
    meeting = make_meeting()
    one = make_chosen(meeting)
    other = make_chosen(meeting, **later(one, hours))

    assert fill(meeting, one, other).is_complete


def test_sessions_without_hours_are_not_warned_of():
    meeting = make_meeting()
    one = make_chosen(meeting)
    other = make_chosen(meeting, starts_at=None, ends_at=None)

    assert fill(meeting, one, other).is_complete


def test_a_warning_is_given_once_and_another_choice_is_warned_of_anew():
    meeting = make_meeting()
    one, two, three = (make_chosen(meeting) for _each in range(3))
    first = fill(meeting, one, two)
    warned = [key for _name, key in first.told]

    assert fill(meeting, one, two, warned=warned).is_complete
    assert len(fill(meeting, one, two, three, warned=warned).cautions) == 2


def test_clash_is_sent_twice_and_registers(client):
    meeting = make_meeting()
    sessions = [make_chosen(meeting) for _each in range(2)]
    sent = {
        "key": open_form(client, meeting),
        "sessions": [session.pk for session in sessions],
        **typed(meeting),
    }

    first = client.post(address_of(meeting), sent)
    told = [key for _name, key in first.context["form"].told]
    second = client.post(address_of(meeting), sent | {"warned": told})

    assert "take place at the same time" in first.content.decode()
    assert f'<input type="hidden" name="warned" value="{told[0]}">' in (
        first.content.decode()
    )
    assert second.status_code == 302
    registration = meeting.registrations.get()
    assert [choice.session for choice in registration.choices.all()] == sessions


# Corrections.


def correct(registration, warned=(), only=None, **changes):
    data = {"warned": warned, **typed(registration.meeting, **changes)}
    return CorrectionForm(
        data, instance=registration, meeting=registration.meeting, only=only
    )


def test_correction_keeps_a_session_that_is_no_longer_to_choose():
    meeting = make_meeting()
    session = make_session(meeting)
    registration = make_registration(meeting)
    make_choice(registration, session)

    form = correct(registration, sessions=[str(session.pk)])

    assert form.is_complete
    assert "sessions" not in form.changed_data
    assert form.answers.sessions == [session]


def test_correction_asked_for_may_be_of_the_sessions():
    meeting = make_meeting()
    session = make_chosen(meeting)
    registration = make_registration(meeting)

    form = correct(registration, only=["sessions"], sessions=[str(session.pk)])

    assert [*form.fields] == ["sessions"]
    assert form.is_complete
    assert form.answers.sessions == [session]


def test_correction_that_costs_the_seat_is_warned_of():
    meeting = make_meeting()
    small = make_category(meeting, capacity=0, approval="automatic")
    registration = make_registration(meeting, status="confirmed")

    form = correct(registration, category=small.pk)
    again = correct(
        registration, category=small.pk, warned=[key for _name, key in form.told]
    )

    assert texts(form) == [
        "You have a seat now. With these changes you lose it and are put on the"
        " waiting list, because all seats for what you ask are taken."
    ]
    assert again.cautions == []


def test_correction_to_a_category_that_is_decided_on_is_warned_of():
    meeting = make_meeting()
    press = make_category(meeting, name="Press")
    registration = make_registration(
        meeting, status="confirmed", category=make_category(meeting)
    )
    registration.is_own_doing = True

    assert texts(correct(registration, category=press.pk)) == [
        "You have a seat now. If you change your category to “Press”, you give it up"
        " until the secretariat has decided anew."
    ]


def test_correction_within_ones_own_seat_is_not_warned_of():
    meeting = make_meeting(capacity=1)
    category = make_category(meeting)
    registration = make_registration(meeting, status="confirmed", category=category)

    form = correct(registration, category=category.pk, organization="Other", name="Awa")

    assert form.is_complete


def test_correction_of_who_waits_is_not_warned_of():
    meeting = make_meeting(capacity=0)
    category = make_category(meeting)
    registration = make_registration(meeting, status="waiting", category=category)

    assert correct(registration, category=category.pk, organization="Other").is_complete


# Full.


def test_full_categories_say_so():
    meeting = make_meeting()
    make_category(meeting, name="Open", capacity=2)
    full = make_category(meeting, name="NGO", capacity=1)
    make_category(meeting, name="Unlimited")
    make_registration(meeting, status="confirmed", category=full)
    make_registration(meeting, status="received", category=full)

    form = RegistrationForm(meeting=meeting)

    assert [str(label) for _key, label in form.fields["category"].choices] == [
        "Choose one",
        "Open",
        "NGO (full: waiting list)",
        "Unlimited",
    ]


@pytest.mark.parametrize(
    ("counts_remote", "waiting", "sentences"),
    [
        (
            False,
            1,
            [
                "All seats in the room are taken. You can still register: you are"
                " offered the waiting list, or take part remotely.",
                "1 person waits for a seat now.",
            ],
        ),
        (
            True,
            2,
            [
                "All seats are taken. You can still register: you are offered the"
                " waiting list.",
                "2 people wait for a seat now.",
            ],
        ),
    ],
)
def test_full_meeting_offers_the_waiting_list(
    client, counts_remote, waiting, sentences
):
    meeting = make_meeting(capacity=1, counts_remote=counts_remote)
    make_registration(meeting, status="confirmed")
    for _person in range(waiting):
        make_registration(meeting, status="waiting")

    page = client.get(address_of(meeting)).content.decode()

    assert [sentence in page for sentence in sentences] == [True, True]


def test_correction_that_names_no_field_shows_the_whole_form(client):
    registration = make_registration()
    registration.ask_for_correction([], "Please look through it.")

    page = client.get(f"{registration.get_absolute_url()}correct/")

    assert "Please look through it." in page.content.decode()
    assert {"name", "category", "days"} <= page.context["form"].fields.keys()
