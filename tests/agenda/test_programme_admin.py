"""The programme on one screen: shown, moved, edited, and kept from being overwritten."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agenda.editing import adding
from agenda.editing.changing import change as set_values
from agenda.models import Edit, Item, Presentation, Session
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
    make_user,
)
from tests.parts.staff import form_values, sign_in

pytestmark = pytest.mark.django_db


def page_of(meeting):
    return reverse("admin:agenda_programme", args=[meeting.pk])


def part_page(part):
    args = [part.meeting.pk, part._meta.model_name, part.pk]
    return reverse("admin:agenda_programme_part", args=args)


def do(client, meeting, command, **fields):
    return client.post(page_of(meeting), {"do": command} | fields)


def said(response):
    return [str(each) for each in response.context["messages"]]


def values_of(response):
    """What a browser would send back of the form of a part."""
    form = response.context["form"]
    shown = form_values(form)
    for field in form:
        if field.field.show_hidden_initial:
            shown[field.html_initial_name] = field.value() or ""
            shown |= {field.html_name: shown.get(field.html_name, "")}
            if isinstance(field.value(), bool):
                shown[field.html_initial_name] = str(field.value())
                if not field.value():
                    del shown[field.html_name]
    return shown | {"seen": response.context["version"]}


def fill_meeting(items):
    session = make_session(released=False)
    for n in range(items):
        item = make_item(session, released=False)
        presentation = make_presentation(item, released=False)
        speaker = make_speaker(f"Speaker {n}")
        make_role(presentation, speaker=speaker, released=False)
    make_release(session.meeting)
    return session.meeting


@pytest.mark.parametrize("items", [1, 3])
def test_the_screen_takes_as_many_queries_for_any_programme(
    client, items, django_assert_num_queries
):
    meeting = fill_meeting(items)
    sign_in(client)
    client.get(page_of(meeting))

    with django_assert_num_queries(QUERIES):
        client.get(page_of(meeting))


QUERIES = 17


def test_who_may_only_look_sees_no_controls(client):
    item = make_item()
    sign_in(client, "Organizer")

    page = client.get(page_of(item.meeting)).content.decode()

    assert "Item 1" in page
    assert "up item" not in page
    assert 'form="act" name="do"' not in page
    assert 'href="item/' not in page
    assert 'href="add/' not in page
    assert "data-grip" not in page


def test_the_menu_leads_to_the_meeting_that_one_works_on(client):
    meeting = make_meeting()
    sign_in(client)

    response = client.get(reverse("admin:agenda_programme_now"))

    assert response["Location"] == page_of(meeting)
    page = client.get(reverse("admin:index")).content.decode()
    assert f'href="{page_of(meeting)}"' in page


def test_a_command_is_done_and_leads_back_to_its_place(client):
    session = make_session()
    make_item(session, title="One")
    two = make_item(session, title="Two")
    user = sign_in(client)

    response = do(client, session.meeting, f"up item {two.pk}")

    at = f"item-{two.pk}"
    assert response["Location"] == f"{page_of(session.meeting)}?at={at}#{at}"
    assert list(session.items.values_list("title", flat=True)) == ["Two", "One"]
    assert Edit.objects.get().by == user
    assert said(client.get(response["Location"])) == ["Moved “II. Two” up"]


def test_a_part_is_put_into_another_by_a_choice_of_places(client):
    session = make_session()
    item = make_item(session, title="Moved")
    other = make_session(session.meeting, title="Afternoon")
    first = make_item(other, title="First")
    sign_in(client)
    page = client.get(part_page(item))
    choices = [value for _h, rows in page.context["places"] for value, _w in rows]
    assert f"{other.pk} {first.pk}" in choices

    do(
        client,
        session.meeting,
        f"put item {item.pk}",
        into=f"{other.pk} {first.pk}",
        seen="0",
    )

    assert list(other.items.values_list("title", flat=True)) == ["First", "Moved"]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "up",
        "fly item 1",
        "up speaker 1",
        "later item x",
        "put item 1",
        "undo item 1",
        "up edit 1",
        "later presentation 1 10",
    ],
)
def test_what_nobody_can_have_meant_changes_nothing(client, command):
    item = make_item()
    sign_in(client)

    response = do(client, item.meeting, command)

    assert response.status_code == 302
    assert not Edit.objects.exists()


@pytest.mark.parametrize("minutes", ["", "0", "-5", "x", "99999"])
def test_minutes_that_are_none_are_refused_in_a_sentence(client, minutes):
    session = make_session()
    sign_in(client)

    response = do(
        client, session.meeting, f"later session {session.pk}", minutes=minutes
    )

    assert len(said(client.get(response["Location"]))) == 1
    assert not Edit.objects.exists()


def test_parts_of_another_meeting_are_hidden(client):
    meeting, item = make_meeting(), make_item()
    sign_in(client)

    do(client, meeting, f"remove item {item.pk}")
    found = client.get(
        reverse("admin:agenda_programme_part", args=[meeting.pk, "item", item.pk])
    )

    assert found.status_code == 404
    assert Item.objects.exists()


def test_a_move_that_meets_another_is_asked_about_and_done_nevertheless(client):
    session = make_session()
    one, two = make_item(session, title="One"), make_item(session, title="Two")
    sign_in(client)
    other = make_user(first_name="Ann", last_name="Bell")
    moves = {"into": session.pk, "after": two.pk, "seen": "0"}
    from agenda.editing import moving

    moving.put(session.meeting, "item", one.pk, session.pk, two.pk, by=other)

    response = do(client, session.meeting, f"put item {one.pk}", **moves | {"after": 0})

    assert response.status_code == 409
    page = response.content.decode()
    assert "Ann Bell: Moved “I. One”" in page
    do(
        client,
        session.meeting,
        f"put item {one.pk}",
        into=session.pk,
        after="0",
        seen=response.context["version"],
    )
    assert list(session.items.values_list("title", flat=True)) == ["One", "Two"]


def test_only_what_somebody_changed_is_saved(client):
    item = make_item(title="Opening")
    sign_in(client)
    page = client.get(part_page(item))
    set_values(item.meeting, "item", item.pk, {"note": "By Ann"}, by=None)

    client.post(part_page(item), values_of(page) | {"title": "Welcome"})

    item.refresh_from_db()
    assert (item.title, item.note) == ("Welcome", "By Ann")


def test_the_second_to_change_a_title_keeps_the_typing_and_sees_the_other(client):
    item = make_item(title="Opening")
    sign_in(client)
    typed = values_of(client.get(part_page(item))) | {"title": "Welcome"}
    ann = make_user(first_name="Ann", last_name="Bell")
    set_values(item.meeting, "item", item.pk, {"title": "Opening remarks"}, by=ann)

    response = client.post(part_page(item), typed)

    assert response.status_code == 409
    item.refresh_from_db()
    assert item.title == "Opening remarks"
    field = response.context["form"]["title"]
    assert field.value() == "Welcome"
    assert field.meanwhile["now"] == "Opening remarks"
    page = response.content.decode()
    assert "Ann Bell changed this at" in page
    assert "Save mine nevertheless" in page
    client.post(part_page(item), typed | {"seen": response.context["version"]})
    item.refresh_from_db()
    assert item.title == "Welcome"


def test_what_was_typed_of_a_deleted_part_is_shown(client):
    item = make_item(title="Opening")
    sign_in(client)
    typed = values_of(client.get(part_page(item))) | {"title": "My long title"}
    adding.remove(item.meeting, "item", item.pk, by=make_user("ann"))

    response = client.post(part_page(item), typed)

    assert response.status_code == 409
    page = response.content.decode()
    assert "My long title" in page
    assert "ann: Deleted “I. Opening”" in page


def test_an_error_keeps_the_typing_and_the_version(client):
    session = make_session()
    sign_in(client)
    typed = values_of(client.get(part_page(session)))

    response = client.post(
        part_page(session), typed | {"title": "New", "start": "12:00", "end": "11:00"}
    )

    form = response.context["form"]
    assert form["title"].value() == "New"
    assert form.errors.as_data()["end"][0].code == "ends_too_early"
    assert f'name="seen" value="{typed["seen"]}"' in response.content.decode()


def test_an_item_that_follows_on_has_no_hour_of_its_own(client):
    item = make_item()
    sign_in(client)
    typed = values_of(client.get(part_page(item)))

    response = client.post(part_page(item), typed | {"follows": "on", "start": "11:00"})

    errors = response.context["form"].errors.as_data()
    assert errors["start"][0].code == "follows_and_start"


def test_a_break_is_added_with_what_breaks_have(client):
    session = make_session()
    sign_in(client)
    args = [session.meeting.pk, "break", session.pk]
    address = reverse("admin:agenda_programme_add", args=args)
    typed = form_values(client.get(address).context["form"])

    response = client.post(address, typed | {"start": "11:00"})

    row = Item.objects.get()
    assert (row.kind, row.is_numbered, row.minutes) == ("break", False, 15)
    assert response["Location"].endswith(f"#item-{row.pk}")


def test_a_session_is_added_on_a_day(client):
    meeting = make_meeting()
    sign_in(client)
    args = [meeting.pk, "session", meeting.starts_on.isoformat()]
    address = reverse("admin:agenda_programme_add", args=args)

    client.post(
        address,
        {
            "title": "Morning",
            "date": meeting.starts_on,
            "start": "10:00",
            "end": "13:00",
        },
    )

    session = Session.objects.get()
    assert (session.title, session.date) == ("Morning", meeting.starts_on)


def add_presentation(client, item, **fields):
    args = [item.meeting.pk, "presentation", item.pk]
    address = reverse("admin:agenda_programme_add", args=args)
    return client.post(address, {"kind": "presentation"} | fields)


def test_a_presentation_is_given_by_whoever_is_known(client):
    speaker, item = make_speaker("WU Hongbo"), make_item()
    sign_in(client)

    add_presentation(client, item, title="On data", name="Wu Hongbo", style="Mr.")

    role = Presentation.objects.get().roles.get()
    assert (role.speaker, role.style) == (speaker, "Mr.")


def test_of_two_people_of_one_name_it_is_asked_which(client):
    item = make_item()
    make_speaker("Ann BELL")
    second = make_speaker("Ann BELL")
    sign_in(client)

    response = add_presentation(client, item, name="Ann BELL")
    assert response.context["form"].errors.as_data()["speaker"][0].code == "which"
    add_presentation(client, item, name="Ann BELL", speaker=second.pk)

    assert Presentation.objects.get().roles.get().speaker == second


def test_a_programme_left_behind_is_moved_along(client):
    session = make_session()
    meeting = session.meeting
    meeting.starts_on += timedelta(days=28)
    meeting.ends_on += timedelta(days=28)
    meeting.save()
    sign_in(client)
    away = client.get(page_of(meeting)).context["away"]
    assert away == {"count": 1, "days": 28}

    do(client, meeting, "along", days=away["days"])

    session.refresh_from_db()
    assert session.date == meeting.starts_on
    assert client.get(page_of(meeting)).context["away"] is None


def test_the_last_thing_done_is_undone(client):
    session = make_session()
    make_item(session, title="One")
    two = make_item(session, title="Two")
    sign_in(client)
    do(client, session.meeting, f"up item {two.pk}")
    last = client.get(page_of(session.meeting)).context["last"]
    assert last.what == "Moved “II. Two” up"

    do(client, session.meeting, f"undo edit {last.pk}")

    assert list(session.items.values_list("title", flat=True)) == ["One", "Two"]
    assert client.get(page_of(session.meeting)).context["last"] is None


def test_readers_release_and_what_has_changed_since_stand_on_top(client):
    item = make_item()
    sign_in(client)
    set_values(item.meeting, "item", item.pk, {"title": "New"}, by=None)

    page = client.get(page_of(item.meeting)).content.decode()

    assert "Readers see release 1" in page
    assert "1 change since." in page


def test_what_does_not_fit_stands_on_top_and_at_its_row(client):
    session = make_session()
    make_item(
        session,
        starts_at=session.starts_at - timedelta(hours=1),
        ends_at=session.starts_at,
    )
    sign_in(client)

    response = client.get(page_of(session.meeting))
    page = response.content.decode()

    assert page.count("is not within “Morning session”") == 2
