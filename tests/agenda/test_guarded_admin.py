"""Two people with the same page open: the second is told, and loses no typing."""

import pytest
from django.test import Client
from django.urls import reverse

from agenda.models import Day, Edit, Item, Presentation, Session
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db


def page_of(row, name="change"):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[row.pk])


def open_page(client, row):
    return form_data(client.get(page_of(row)))


@pytest.fixture
def ann():
    client = Client()
    sign_in(client, username="ann")
    return client


@pytest.fixture
def bob():
    client = Client()
    sign_in(client, username="bob")
    return client


def errors(response):
    return response.context["adminform"].form.non_field_errors()


def test_a_form_that_is_saved_is_an_edit_that_says_what(ann):
    item = make_item(title="Opening")

    ann.post(page_of(item), open_page(ann, item) | {"title": "Welcome", "note": "x"})

    edit = Edit.objects.get()
    assert edit.what == "Changed title and note of “Welcome”"
    assert edit.who == "ann"


def test_whoever_saves_second_is_told_and_their_typing_stays(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"title": "Welcome"})

    response = bob.post(page_of(item), second | {"title": "Remarks"})

    item.refresh_from_db()
    assert item.title == "Welcome"
    text = " ".join(errors(response))
    assert "ann: Changed title of “Welcome” (title)" in text
    assert "Now: “Welcome”. Yours: “Remarks”." in text
    assert form_data(response)["title"] == "Remarks"
    assert "successfully" not in response.content.decode()


def test_a_conflict_is_no_mistake_to_be_corrected(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"title": "Welcome"})

    html = bob.post(page_of(item), second | {"title": "Remarks"}).content.decode()

    assert "Please correct" not in html
    assert html.count("somebody else has changed the same meanwhile") == 1
    assert "<title>Not saved yet: " in html


def test_mistakes_beside_a_conflict_are_to_be_corrected(ann, bob):
    session = make_session()
    make_item(session, title="One")
    second = open_page(bob, session)
    ann.post(page_of(session.items.get(), "delete"), {"post": "yes"})

    response = bob.post(
        page_of(session), second | {"items-0-title": "First", "start": "99:99"}
    )

    html = response.content.decode()
    assert "Please correct the error below." in html
    assert html.count("somebody else has changed the same meanwhile") == 1


def test_whoever_was_told_may_save_theirs_nevertheless(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"title": "Welcome"})
    told = bob.post(page_of(item), second | {"title": "Remarks"})

    bob.post(page_of(item), form_data(told))

    item.refresh_from_db()
    assert item.title == "Remarks"


def test_another_mistake_in_between_hides_nothing(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"title": "Welcome"})
    wrong = bob.post(page_of(item), second | {"title": "Remarks", "start": "99:99"})

    response = bob.post(page_of(item), form_data(wrong) | {"start": ""})

    item.refresh_from_db()
    assert item.title == "Welcome"
    assert errors(response)


def test_what_one_has_not_touched_stays_as_the_other_has_made_it(ann, bob):
    item = make_item(title="Opening", note="")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"note": "At ten.", "start": "10:00"})

    response = bob.post(page_of(item), second | {"title": "Welcome"})

    item.refresh_from_db()
    assert response.status_code == 302
    assert (item.title, item.note) == ("Welcome", "At ten.")
    assert item.starts_at is not None


def test_rows_of_a_session_are_merged_one_by_one(ann, bob):
    session = make_session()
    one, two = make_item(session, title="One"), make_item(session, title="Two")
    first, second = open_page(ann, session), open_page(bob, session)
    ann.post(page_of(session), first | {"items-0-title": "First"})

    response = bob.post(page_of(session), second | {"items-1-title": "Second"})

    assert response.status_code == 302
    assert list(Item.objects.values_list("title", flat=True)) == ["First", "Second"]
    assert {one.pk, two.pk} == set(Item.objects.values_list("pk", flat=True))


def test_rows_in_a_new_order_say_the_same_of_each_item(ann, bob):
    session = make_session()
    for title in ("One", "Two"):
        make_item(session, title=title)
    first, second = open_page(ann, session), open_page(bob, session)
    ann.post(
        page_of(session), first | {"items-0-position": "2", "items-1-position": "1"}
    )

    bob.post(page_of(session), second | {"title": "Afternoon"})

    assert list(Item.objects.values_list("title", flat=True)) == ["Two", "One"]
    assert Session.objects.get().title == "Afternoon"


def test_who_speaks_in_a_presentation_is_not_overwritten(ann, bob):
    presentation = make_presentation()
    role = make_role(presentation, function="Chief")
    item = presentation.item
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"presentations-0-function": "Director"})

    bob.post(page_of(item), second | {"presentations-0-title": "Floods"})

    role.refresh_from_db()
    assert role.function == "Director"
    assert Presentation.objects.get().title == "Floods"


def test_what_was_typed_into_a_deleted_row_is_shown_as_a_new_one(ann, bob):
    session = make_session()
    item = make_item(session, title="One")
    make_item(session, title="Two")
    second = open_page(bob, session)
    ann.post(page_of(item, "delete"), {"post": "yes"})

    response = bob.post(page_of(session), second | {"items-0-title": "First"})

    assert "ann: Deleted “One”" in " ".join(errors(response))
    bob.post(page_of(session), form_data(response))
    assert sorted(Item.objects.values_list("title", flat=True)) == ["First", "Two"]


def test_a_deleted_row_that_one_has_not_touched_stays_deleted(ann, bob):
    session = make_session()
    item = make_item(session, title="One")
    make_item(session, title="Two")
    second = open_page(bob, session)
    ann.post(page_of(item, "delete"), {"post": "yes"})

    response = bob.post(page_of(session), second | {"items-1-title": "Second"})

    assert response.status_code == 302
    assert list(Item.objects.values_list("title", flat=True)) == ["Second"]


def test_what_was_typed_into_what_is_deleted_is_shown_to_be_copied(ann, bob):
    session = make_session()
    make_item(session, title="Opening")
    second = open_page(bob, session)
    ann.post(page_of(session, "delete"), {"post": "yes"})

    response = bob.post(
        page_of(session), second | {"note": "By the lake.", "items-0-title": "Welcome"}
    )

    html = response.content.decode()
    assert response.status_code == 409
    assert "ann: Deleted “" in html
    assert "By the lake." in html
    assert "Welcome" in html
    assert "Order" not in html


def test_a_page_that_says_no_version_overwrites_nobody(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    ann.post(page_of(item), first | {"title": "Welcome"})
    del second["seen"]

    bob.post(page_of(item), second | {"title": "Remarks"})

    item.refresh_from_db()
    assert item.title == "Welcome"


def test_the_button_says_that_it_saves_over_what_others_did(ann, bob):
    item = make_item(title="Opening")
    first, second = open_page(ann, item), open_page(bob, item)
    before = bob.get(page_of(item)).content.decode()
    ann.post(page_of(item), first | {"title": "Welcome"})

    after = bob.post(page_of(item), second | {"title": "Remarks"}).content.decode()

    assert "Save mine nevertheless" not in before
    assert "Save mine nevertheless" in after
    assert "_continue" not in after


def test_days_are_saved_with_the_meeting_as_an_edit_of_its_programme(ann):
    meeting = make_meeting()
    day = {"programme_days-TOTAL_FORMS": "1", "programme_days-0-date": "2027-02-16"}

    ann.post(
        page_of(meeting), open_page(ann, meeting) | day | {"programme_days-0-note": "x"}
    )

    assert Edit.objects.get().changes[0]["kind"] == "day"


def test_what_is_said_of_a_day_is_not_overwritten(ann, bob):
    meeting = make_meeting()
    day = Day.objects.create(meeting=meeting, date=meeting.starts_on, note="")
    first, second = open_page(ann, meeting), open_page(bob, meeting)
    ann.post(page_of(meeting), first | {"programme_days-0-note": "By the lake."})

    response = bob.post(page_of(meeting), second | {"programme_days-0-note": "Indoors"})

    day.refresh_from_db()
    assert day.note == "By the lake."
    assert "Yours: “Indoors”." in " ".join(errors(response))


def test_a_meeting_that_is_added_is_no_edit_of_another(ann):
    other = make_meeting()
    url = reverse("admin:meeting_meeting_add")
    data = form_data(ann.get(url))

    response = ann.post(
        url,
        data
        | {"slug": "77", "number": "77", "title": "Another", "starts_on": "2028-02-16"}
        | {"ends_on": "2028-02-17", "timezone": "UTC", "city": "Geneva"},
    )

    assert response.status_code == 302
    assert not other.edits.exists()


def open_speaker(client, speaker):
    data = open_page(client, speaker)
    shown = {
        f"initial-{name}": data.get(name, "") for name in ("name", "slug", "email")
    }
    return data | shown


def test_the_name_of_a_speaker_is_not_overwritten(ann, bob):
    speaker = make_speaker("WU Hongbo")
    first, second = open_speaker(ann, speaker), open_speaker(bob, speaker)
    ann.post(page_of(speaker), first | {"name": "WU Hong-bo"})

    response = bob.post(page_of(speaker), second | {"name": "WU Hongpo"})

    speaker.refresh_from_db()
    assert speaker.name == "WU Hong-bo"
    (error,) = response.context["adminform"].form.errors["name"]
    assert "to “WU Hong-bo”" in error
    html = response.content.decode()
    assert 'name="initial-name" value="WU Hong-bo"' in html
    assert 'name="name" value="WU Hongpo"' in html


def test_an_address_of_a_speaker_stays_where_only_the_name_was_typed(ann, bob):
    speaker = make_speaker("WU Hongbo")
    first, second = open_speaker(ann, speaker), open_speaker(bob, speaker)
    ann.post(page_of(speaker), first | {"email": "wu@example.org"})

    bob.post(page_of(speaker), second | {"name": "WU Hong-bo"})

    speaker.refresh_from_db()
    assert (speaker.name, speaker.email) == ("WU Hong-bo", "wu@example.org")
