"""The desk of the day in the admin."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agenda.models import Mark
from agenda.outline import Outline
from tests.agenda.test_marks import DAY, at, hours, pks, states
from tests.agenda.test_marks import meeting as meeting  # The fixture.
from tests.making import make_item, make_meeting, make_release, make_session
from tests.parts.staff import sign_in


@pytest.fixture
def desk(client, meeting):
    """Its address, for somebody who may mark."""
    sign_in(client)
    return reverse("admin:agenda_day", args=[meeting.pk])


def test_a_tap_marks_and_comes_back(client, meeting, desk):
    answer = client.post(desk, {"tap": f"{pks(meeting)[0]}:start"})

    assert answer["Location"] == desk
    assert states(meeting) == ["started", "", ""]


@pytest.mark.parametrize(
    ("tap", "state"), [("done", "done"), ("cancel", "cancelled"), ("as_planned", "")]
)
def test_each_button_says_its_own(client, meeting, desk, tap, state):
    first = pks(meeting)[0]
    client.post(desk, {"tap": f"{first}:late:5"})

    client.post(desk, {"tap": f"{first}:{tap}"})

    assert states(meeting)[0] == state


def test_minutes_show_at_once_on_what_follows(client, meeting, desk):
    page = client.post(desk, {"tap": f"{pks(meeting)[0]}:late:10"}, follow=True)

    assert hours(meeting) == ["10.10", "10.40", "11.10"]
    assert "planned for <time" in page.content.decode()


def test_two_people_who_tap_later_at_once_say_it_once(client, meeting, desk):
    first = pks(meeting)[0]
    rows = client.get(desk).context["sessions"][0][1]
    tap = f"{first}:late:{rows[0]['late'][1]['minutes']}"

    client.post(desk, {"tap": tap})
    client.post(desk, {"tap": tap})

    assert Mark.objects.get().minutes == 10


def test_it_asks_whether_to_shift_by_what_it_began_later(client, meeting, desk):
    first = pks(meeting)[0]
    with time_machine.travel(at("10.12")):
        sign_in(client)
        page = client.post(desk, {"tap": f"{first}:start"}, follow=True)

    text = page.content.decode()
    assert "12 minutes late." in text
    assert f'value="{first}:late:10"' in text
    assert "Shift what follows by 10" in text


@pytest.mark.parametrize("tap", ["", "x", "1", "x:start", "1:late:x", "1:save"])
def test_what_no_button_says_does_nothing(client, desk, tap):
    client.post(desk, {"tap": tap})

    assert not Mark.objects.exists()


def test_what_is_not_released_is_refused_in_words(client, meeting, desk):
    hidden = make_item(meeting.sessions.get(), released=False)

    page = client.post(desk, {"tap": f"{hidden.pk}:start"})

    assert "Release the agenda with it first." in page.content.decode()


def buttons(client, desk) -> set[str]:
    html = client.get(desk).content.decode()
    return set(re.findall(r'name="tap" value="\d+:([a-z_]+)', html))


def test_it_offers_no_button_that_it_would_refuse(client, meeting, desk):
    client.post(desk, {"tap": f"{pks(meeting)[1]}:late:5"})
    client.post(desk, {"tap": f"{pks(meeting)[2]}:start"})
    on_the_day = buttons(client, desk)

    with time_machine.travel(at("23.00", DAY - timedelta(days=1))):
        sign_in(client)
        before = buttons(client, desk)

    assert on_the_day == {"start", "done", "late", "cancel", "as_planned"}
    assert before == {"late", "cancel", "as_planned"}


def test_what_is_tapped_too_early_is_refused_in_words(client, meeting, desk):
    with time_machine.travel(at("23.00", DAY - timedelta(days=1))):
        sign_in(client)
        page = client.post(desk, {"tap": f"{pks(meeting)[0]}:start"})

    assert "This item is on 16 February" in page.content.decode()
    assert not Mark.objects.exists()


def test_it_has_the_sessions_of_one_day(client, meeting, desk):
    tomorrow = DAY + timedelta(days=1)
    other = make_session(meeting, date=tomorrow)

    with time_machine.travel(at("9.00", tomorrow)):
        sign_in(client)
        today = client.get(desk).context["sessions"]
        asked = client.get(desk, {"day": DAY.isoformat()}).context["sessions"]

    assert [session.pk for session, _rows in today] == [other.pk]
    assert [session.date for session, _rows in asked] == [DAY]


def test_what_goes_on_after_midnight_is_still_of_the_day(client, db):
    meeting = make_meeting(starts_on=DAY)
    night = make_session(meeting, released=False, starts_at=at("22.00"), ends_at=None)
    night.ends_at = at("2.00", DAY + timedelta(days=1))
    night.save()
    make_release(meeting)

    with time_machine.travel(at("1.00", DAY + timedelta(days=1))):
        sign_in(client)
        page = client.get(reverse("admin:agenda_day", args=[meeting.pk]))

    assert night.pk in [session.pk for session, _rows in page.context["sessions"]]


def test_another_desk_is_answered_once_something_was_said(client, meeting, desk):
    version = Outline.released(meeting).version
    assert client.get(desk, {"v": version}).status_code == 204

    client.post(desk, {"tap": f"{pks(meeting)[0]}:start"})

    assert client.get(desk, {"v": version}).status_code == 200


def test_who_may_only_look_has_no_buttons(client, meeting):
    sign_in(client, "Organizer")

    page = client.get(reverse("admin:agenda_day", args=[meeting.pk]))

    assert 'name="tap"' not in page.content.decode()


def test_it_is_reached_from_the_admins_first_page(client, meeting):
    with time_machine.travel(at("9.00")):
        sign_in(client)
        page = client.get(reverse("admin:index")).content.decode()

    assert "session today: the desk of the day" in page
    assert f'href="{reverse("admin:agenda_day_changelist")}"' in page


def test_on_other_days_nothing_is_to_do_at_the_desk(client, meeting):
    with time_machine.travel(at("9.00", DAY - timedelta(days=3))):
        sign_in(client)
        page = client.get(reverse("admin:index")).content.decode()

    assert "the desk of the day" not in page


@pytest.mark.parametrize("count", [1, 20])
def test_it_takes_the_same_queries_however_long(
    client, meeting, desk, django_assert_num_queries, count
):
    for _each in range(count):
        make_item(meeting.sessions.get(), released=False)
    make_release(meeting)
    client.get(desk)

    # Three of them are the outline's.
    with django_assert_num_queries(10):
        client.get(desk)
