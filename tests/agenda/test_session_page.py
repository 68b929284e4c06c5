from datetime import timedelta

import pytest
import time_machine

from agenda.models import Mark, Session
from agenda.video import frame_of
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db

FILM = "https://www.youtube-nocookie.com/embed/a1-b_2"


def make_shown(**fields):
    """Released with these fields, from ten to one on the meeting's first day."""
    return make_session(**{"webcast": FILM, "is_embedded": True} | fields)


def show(client, session):
    return client.get(f"/{session.meeting.slug}/sessions/{session.pk}/")


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_page_says_what_when_where_and_who(client):
    session = make_session(room="Conference Room 8", ordinal="1st meeting")
    item = make_item(session, title="Follow-up to A/RES/70/1")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(session.meeting, session=session, title="Background paper")
    make_material(session.meeting, presentation=presentation, title="Slides")

    page = show(client, session).content.decode()

    for words in (
        "Morning session",
        "10.00",
        "Conference Room 8",
        "1st meeting",
        "undocs.org/A/RES/70/1",
        "A first look",
        "LIMA",
        "Director",
        "Background paper",
        "Slides",
    ):
        assert words in page


def test_side_event_names_its_organizers(client):
    session = make_session(kind="side_event", title="Reception", organizers="A\nB")

    assert "Organized by A, B" in show(client, session).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_items(client, django_assert_num_queries, count):
    session = make_session()
    for _number in range(count):
        make_role(make_presentation(make_item(session)))
    show(client, session)

    with django_assert_num_queries(5):
        show(client, session)


def test_session_that_was_never_released_is_not_found(client):
    session = make_session(make_session().meeting, released=False)

    assert show(client, session).status_code == 404


def test_session_of_another_meeting_is_not_found(client):
    session, other = make_session(), make_meeting()

    assert client.get(f"/{other.slug}/sessions/{session.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-1, "It begins at 10.00"), (1, "Live now"), (4, "The webcast has ended")],
)
def test_webcast_says_whether_it_is_live(client, hours, words):
    session = make_shown()

    with at(session.starts_at + timedelta(hours=hours)):
        page = show(client, session).content.decode()

    assert words in page


@pytest.mark.parametrize(
    ("state", "hours", "words"),
    [("started", -0.2, "Live now"), ("done", 2, "The webcast has ended")],
)
def test_what_the_desk_says_counts_more_than_the_hours(client, state, hours, words):
    session = make_shown()
    item = make_item(session)
    Mark.objects.create(meeting=session.meeting, item=item, state=state)

    with at(session.starts_at + timedelta(hours=hours)):
        assert words in show(client, session).content.decode()


def test_recording_takes_the_place_of_the_webcast_once_it_is_over(client):
    recording = "https://player.vimeo.com/video/1"
    session = make_shown(recording=recording)
    with at(session.starts_at):
        assert "data-frame" in show(client, session).content.decode()
        assert recording not in show(client, session).content.decode()

    with at(session.ends_at):
        page = show(client, session).content.decode()

    assert f'data-frame="{recording}"' in page
    assert f'data-frame="{FILM}"' not in page


def test_session_without_hours_is_over_after_its_day(client):
    session = make_session(starts_at=None, ends_at=None)
    noon = session.meeting.starts_at + timedelta(hours=12)

    with at(noon):
        assert session.is_to_come
    with at(noon + timedelta(days=1)):
        assert session.is_over


def policy(response):
    parts = response["Content-Security-Policy"].split("; ")
    return {name: values for name, _space, values in (p.partition(" ") for p in parts)}


def test_policy_allows_the_one_site_on_this_page_alone(client):
    session = make_shown()
    item = make_item(session)

    assert policy(show(client, session))["frame-src"] == (
        "https://www.youtube-nocookie.com"
    )
    for path in ("agenda/", f"agenda/{item.slug}/", ""):
        assert "frame-src" not in policy(client.get(f"/15/{path}"))


@pytest.mark.parametrize(
    "fields",
    [
        {"is_embedded": False},
        {"webcast": "https://films.example.org/1"},
        {"webcast": "https://www.youtube-nocookie.com.example.org/embed/1"},
        {"webcast": "https://www.youtube-nocookie.com@example.org/embed/1"},
        {"webcast": "http://www.youtube-nocookie.com/embed/1"},
        {"webcast": ""},
    ],
)
def test_nothing_is_shown_within_the_page_but_what_is_allowed(client, fields):
    response = show(client, make_shown(**fields))

    assert "frame-src" not in policy(response)
    assert "data-frame" not in response.content.decode()


def test_webcast_is_a_link_without_javascript(client):
    session = make_shown()

    page = show(client, session).content.decode()

    assert f'<a class="button" href="{FILM}"' in page
    assert "<iframe" not in page


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=a1-b_2&t=9", FILM),
        ("https://youtu.be/a1-b_2", FILM),
        ("https://www.youtube.com/live/a1-b_2", FILM),
        ("https://vimeo.com/123", "https://player.vimeo.com/video/123"),
        ("https://webtv.un.org/en/asset/k1", "https://webtv.un.org/en/asset/k1"),
        ("https://www.youtube.com/watch?v=%22x", ""),
        ("https://example.org/", ""),
    ],
)
def test_films_are_found_by_the_address_that_people_copy(url, frame):
    assert frame_of(url) == frame


def test_staff_set_the_film_in_the_form(client):
    session = make_session()
    sign_in(client)
    address = f"/admin/agenda/session/{session.pk}/change/"
    data = form_data(client.get(address))
    links = {
        "webcast": "https://youtu.be/a1-b_2",
        "recording": "https://vimeo.com/123",
        "remote_url": "https://meet.example.org/1",
        "is_embedded": "on",
    }

    client.post(address, data | links)

    session.refresh_from_db()
    assert session.is_embedded
    assert session.recording == links["recording"]
    assert session.remote_url == links["remote_url"]


def test_form_says_whose_films_cannot_be_shown(client):
    session = make_session()
    sign_in(client)
    address = f"/admin/agenda/session/{session.pk}/change/"
    data = form_data(client.get(address))
    film = {"webcast": "https://films.example.org/1", "is_embedded": "on"}

    response = client.post(address, data | film)

    errors = response.context["adminform"].form.errors.as_data()
    assert errors["is_embedded"][0].code == "not_allowed"
    assert b"Films of films.example.org" in response.content


def test_page_shows_what_was_released_and_not_the_draft(client):
    session = make_shown(title="Morning session")
    Session.objects.filter(pk=session.pk).update(title="Unheard of", webcast="")

    page = show(client, session).content.decode()

    assert "Unheard of" not in page
    assert FILM in page
    make_release(session.meeting)
    assert "Unheard of" in show(client, session).content.decode()
