"""The programme in the admin: hours at the meeting, items and who speaks in them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from agenda.models import Item, Presentation, Role, Session
from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db


def change(client, obj, **fields):
    """Open the page of something, send it back with these fields changed."""
    opts = obj._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk])
    return client.post(url, form_data(client.get(url)) | fields)


def new_session(meeting, **fields):
    data = {"meeting": meeting.pk, "kind": "session", "is_complete": "on"}
    for prefix in ("items", "materials"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | fields


def test_add_session_takes_hours_on_a_clock_at_the_meeting_with_its_items(client):
    meeting = make_meeting(timezone="Africa/Nairobi", starts_on=date(2027, 2, 15))
    sign_in(client)

    client.post(
        reverse("admin:agenda_session_add"),
        new_session(meeting, title="Morning", date="2027-02-15", start="10:00")
        | {
            "end": "13:00",
            "items-TOTAL_FORMS": "2",
            "items-0-title": "Opening",
            "items-0-is_complete": "on",
            "items-0-is_numbered": "on",
            "items-1-title": "Keynote",
            "items-1-start": "11:30",
            "items-1-is_complete": "on",
        },
    )

    session = Session.objects.get()
    assert session.starts_at == datetime(2027, 2, 15, 7, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 2, 15, 10, tzinfo=UTC)
    assert list(session.items.values_list("title", "starts_at", "position")) == [
        ("Opening", None, 1),
        ("Keynote", datetime(2027, 2, 15, 8, 30, tzinfo=UTC), 2),
    ]


def test_add_session_puts_the_day_in_order(client):
    meeting = make_meeting()
    later = make_session(meeting, title="Later", position=1)
    sign_in(client)
    client.post(
        reverse("admin:agenda_session_add"),
        new_session(meeting, title="Earlier", date=later.date, start="08:00"),
    )

    assert [str(session) for session in meeting.sessions.all()] == ["Earlier", "Later"]


def test_session_that_ends_before_it_starts_is_refused(client):
    session = make_session()
    sign_in(client)

    response = change(client, session, start="13:00", end="10:00")

    assert response.context["adminform"].form.has_error("end", "ends_too_early")


def test_hours_of_no_date_are_refused(client):
    event = make_session(kind="side_event", date=None)
    sign_in(client)

    response = change(client, event, start="13:00")

    assert response.context["adminform"].form.has_error("date", "hours_of_no_date")


def test_change_session_unchanged_changes_nothing(client):
    session = make_session(tbc=["start", "its own"], is_complete=False)
    make_item(session, starts_at=session.starts_at)
    make_material(session.meeting, session=session)
    before = [Session.objects.values().get(), Item.objects.values().get()]
    sign_in(client)

    response = change(client, session)

    after = [Session.objects.values().get(), Item.objects.values().get()]
    assert response.status_code == 302
    assert after[0].pop("updated_at") > before[0].pop("updated_at")
    # The day has one session now numbered so.
    assert after[0] | {"position": 0} == before[0] | {"position": 0}
    assert after[1] == before[1]


def test_new_date_takes_along_the_items_with_hours(client):
    session = make_session()
    item = make_item(session, starts_at=session.starts_at)
    sign_in(client)
    hour = item.starts_at.astimezone(session.meeting.zone).time()

    change(client, session, date=session.meeting.ends_on.isoformat())

    item.refresh_from_db()
    moved = item.starts_at.astimezone(session.meeting.zone)
    assert (moved.date(), moved.time()) == (session.meeting.ends_on, hour)


def test_items_are_put_into_the_order_that_was_sent(client):
    session = make_session()
    first, second = make_item(session), make_item(session)
    sign_in(client)

    change(client, session, **{"items-0-position": "2", "items-1-position": "1"})

    assert list(session.items.all()) == [second, first]


def test_presentation_row_makes_and_changes_who_gives_it(client):
    presentation = make_presentation()
    speaker, other = make_speaker("WU Hongbo"), make_speaker("Ann OTHER")
    sign_in(client)

    row = {"presentations-0-speaker": speaker.pk, "presentations-0-style": "Mr."}
    change(client, presentation.item, **row)
    change(client, presentation.item, **{"presentations-0-speaker": other.pk})

    role = Role.objects.get()
    assert (role.presentation, role.speaker, role.style) == (presentation, other, "Mr.")


def test_presentation_added_in_its_item_has_its_speaker(client):
    item = make_item()
    speaker = make_speaker()
    sign_in(client)

    change(
        client,
        item,
        **{
            "presentations-TOTAL_FORMS": "1",
            "presentations-0-title": "Data",
            "presentations-0-kind": "presentation",
            "presentations-0-speaker": speaker.pk,
            "presentations-0-affiliation": "DESA",
        },
    )

    role = Role.objects.get()
    assert role.presentation.title == "Data"
    assert (role.speaker, role.affiliation) == (speaker, "DESA")


def test_presentation_row_leaves_the_second_speaker_alone(client):
    presentation = make_presentation()
    make_role(presentation, speaker=make_speaker("Ann FIRST"), position=1)
    second = make_role(presentation, speaker=make_speaker("Bob SECOND"), position=2)
    sign_in(client)

    change(client, presentation.item, **{"presentations-0-style": "Ms."})

    second.refresh_from_db()
    assert [role.style for role in presentation.roles.all()] == ["Ms.", ""]


def test_change_item_unchanged_changes_nothing(client):
    presentation = make_presentation(tbc=["title"])
    make_role(presentation, style="Mr.", tbc=["speaker"])
    make_role(presentation.item, speaker=make_speaker("Ann CHAIR"), kind="chair")
    tables = (Item, Presentation, Role)
    before = [list(table.objects.values()) for table in tables]
    sign_in(client)

    response = change(client, presentation.item)

    assert response.status_code == 302
    assert [list(table.objects.values()) for table in tables] == before


def test_item_does_not_move_to_another_meeting(client):
    item = make_item()
    elsewhere = make_session(make_meeting())
    sign_in(client)

    response = change(client, item, session=elsewhere.pk)

    assert response.context["adminform"].form.has_error("session", "other_meeting")


def test_presentation_without_an_item_is_of_the_meeting_worked_on(client):
    meeting = make_meeting()
    sign_in(client)
    data = {"title": "Unplaced", "kind": "presentation"}
    for prefix in ("roles", "materials"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}

    client.post(reverse("admin:agenda_presentation_add"), data)

    assert Presentation.objects.get().meeting == meeting


@pytest.mark.parametrize("typed", ["gomez", "GÓMEZ", "juan gómez"])
def test_speakers_are_found_without_accents(client, typed):
    speaker = make_speaker("Juan José GÓMEZ CAMACHO")
    sign_in(client)

    answer = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "agenda",
            "model_name": "role",
            "field_name": "speaker",
            "term": typed,
        },
    )

    assert [found["id"] for found in answer.json()["results"]] == [str(speaker.pk)]


def test_search_for_a_session_tells_its_day_and_meeting(client):
    session = make_session(make_meeting(number=15, starts_on=date(2027, 2, 15)))
    sign_in(client)

    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "agenda", "model_name": "item", "field_name": "session"},
    )

    expected = f"{session}, Mon 15 Feb 2027 (15 · February 2017)".replace(
        "2017", "2027"
    )
    assert [found["text"] for found in answer.json()["results"]] == [expected]


def test_speaker_has_an_address_for_mails(client):
    speaker = make_speaker("Ann OTHER", takes_news=False)
    sign_in(client)

    change(client, speaker, email="ann@example.org", takes_news="on")

    speaker.refresh_from_db()
    assert speaker.email == "ann@example.org"
    # What she has asked for by the link in a mail stays as it is.
    assert not speaker.takes_news


def test_speaker_page_says_where_they_appear(client):
    role = make_role(make_presentation(title="On data"))
    sign_in(client)

    page = client.get(reverse("admin:agenda_speaker_change", args=[role.speaker.pk]))

    assert "Speaker: On data" in page.content.decode()


@pytest.mark.parametrize("group", ["Secretariat", "Organizer"])
def test_material_with_a_file_leads_to_it_by_its_own_name(
    client, group, settings, tmp_path
):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        }
    }
    material = make_material(file=PDF, filename="Paper of Ann.pdf")
    sign_in(client, group)

    page = client.get(reverse("admin:agenda_material_change", args=[material.pk]))

    assert f'<a href="{material.href}">Paper of Ann.pdf</a>' in page.content.decode()


def test_first_page_counts_what_is_to_be_confirmed(client):
    session = make_session(is_complete=False)
    make_session(session.meeting)
    item = make_item(session, tbc=["title"])
    make_presentation(item)  # Of nobody yet.
    make_role(make_presentation(item))
    sign_in(client)

    todo = client.get("/admin/").context["todo"]

    lists = [
        each
        for each in todo
        if "/agenda/" in each["url"] and "/release/" not in each["url"]
    ]
    assert [each["count"] for each in lists] == [1, 1, 1]
    for each in lists:
        assert client.get(each["url"]).context["cl"].result_count == each["count"]


def test_session_outside_the_meeting_is_refused_with_its_days(client):
    meeting = make_meeting(starts_on=date(2027, 2, 15))
    sign_in(client)

    response = client.post(
        reverse("admin:agenda_session_add"),
        new_session(meeting, title="Morning", date="2030-01-01"),
    )

    assert not Session.objects.exists()
    assert response.context["adminform"].form.errors == {
        "date": [
            "The meeting takes place on 15–16 February 2027. Choose one of its days."
        ]
    }


def test_sessions_left_behind_by_a_meeting_that_moved_are_to_do(client):
    meeting = make_meeting()
    make_session(meeting)
    make_session(meeting, date=meeting.starts_on - timedelta(days=7))
    sign_in(client)

    todo = client.get("/admin/").context["todo"]

    assert (1, "session lies outside the days of the meeting") in [
        (each["count"], each["text"]) for each in todo
    ]
