"""Registrations in the admin: found, decided upon, written by staff."""

from datetime import date

import pytest
from django.urls import reverse

from meeting.mail.models import Message
from meeting.models import Meeting
from registration.models import Category, Registration
from tests.making import (
    make_category,
    make_meeting,
    make_message,
    make_registration,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"
Status = Registration.Status


def statuses():
    return list(Registration.objects.order_by("pk").values_list("status", flat=True))


def test_page_shows_mails_and_history(client):
    registration = make_registration()
    make_message(registration, subject="Your registration")
    registration.name = "Ann AFTER"
    registration.save()
    sign_in(client)

    page = client.get(f"{LIST}{registration.pk}/change/").content.decode()

    assert "Your registration" in page
    assert "→ Ann AFTER" in page


def test_page_tells_no_status_to_change(client):
    registration = make_registration()
    sign_in(client)
    url = f"{LIST}{registration.pk}/change/"

    client.post(url, form_data(client.get(url)) | {"status": "confirmed"})

    assert statuses() == [Status.RECEIVED]


def test_page_unchanged_changes_nothing_and_writes_to_nobody(client):
    registration = make_registration(access_needs="A ramp.\nA seat.")
    before = Registration.objects.values().get()
    sign_in(client)
    url = f"{LIST}{registration.pk}/change/"

    response = client.post(url, form_data(client.get(url)))

    after = Registration.objects.values().get()
    assert response.status_code == 302
    assert after | {"updated_at": None} == before | {"updated_at": None}
    assert not Message.objects.exists()


def new_registration(**fields):
    data = {
        "category": Category.objects.filter(meeting=None).first().pk,
        "organization": "Population Division",
        "name": "Ann Bell",
        "email": "ann@example.org",
        "attendance": "in_person",
        "days": [Meeting.objects.latest("pk").starts_on.isoformat()],
        "language": "en",
    }
    return data | fields


def test_add_registers_as_the_form_does(client):
    meeting = make_meeting()
    sign_in(client)

    client.post(f"{LIST}add/", new_registration())

    registration = Registration.objects.get()
    assert (registration.meeting, registration.status) == (meeting, Status.RECEIVED)
    assert len(registration.reference) == 11
    assert Message.objects.get().kind == "registration_received"


def test_add_names_a_state_by_its_own_name(client):
    make_meeting()
    state = Category.objects.filter(names="state").first()
    sign_in(client)

    client.post(
        f"{LIST}add/", new_registration(category=state.pk, organization="cote d'ivoire")
    )

    registration = Registration.objects.get()
    assert registration.state == "CIV"
    assert registration.organization == "Côte d'Ivoire"


def test_add_refuses_an_address_that_is_registered(client):
    make_registration(email="ann@example.org")
    sign_in(client)

    response = client.post(f"{LIST}add/", new_registration(email="Ann@Example.org"))

    assert response.context["adminform"].form.has_error("email", "known")
    assert Registration.objects.count() == 1


def test_add_offers_the_categories_of_the_meeting(client):
    meeting = make_meeting()
    own = make_category(meeting)
    sign_in(client)

    form = client.get(f"{LIST}add/", follow=True).context["adminform"].form

    assert list(form.fields["category"].queryset) == [own]


def test_coming_in_person_after_all_needs_a_seat(client):
    meeting = make_meeting(capacity=1)
    make_registration(meeting, status=Status.CONFIRMED)
    remote = make_registration(meeting, status=Status.CONFIRMED, attendance="remote")
    sign_in(client)
    url = f"{LIST}{remote.pk}/change/"

    client.post(url, form_data(client.get(url)) | {"attendance": "in_person"})

    remote.refresh_from_db()
    assert remote.status == Status.WAITING


def test_staying_away_after_all_needs_no_seat(client):
    waiting = make_registration(make_meeting(capacity=0), status=Status.WAITING)
    sign_in(client)
    url = f"{LIST}{waiting.pk}/change/"

    client.post(url, form_data(client.get(url)) | {"attendance": "remote"})

    assert statuses() == [Status.CONFIRMED]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "bell"}, ["Ann Bell"]),
        ({"q": "bob@example.org"}, ["Bob"]),
        ({"q": "MADE"}, ["Bob"]),
        ({"status__exact": "confirmed"}, ["Bob"]),
        ({"attendance__exact": "remote"}, ["Ann Bell"]),
        ({"day": "2027-02-16"}, ["Ann Bell"]),
    ],
)
def test_list_finds(client, query, found):
    meeting = make_meeting(starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 16))
    make_registration(meeting, name="Ann Bell", attendance="remote")
    make_registration(
        meeting,
        name="Bob",
        email="bob@example.org",
        organization="MADE Network",
        status=Status.CONFIRMED,
        days=["2027-02-15"],
    )
    sign_in(client)

    listed = client.get(LIST, query).context["cl"].result_list

    assert [each.name for each in listed] == found


def test_list_marks_what_is_made_up(client):
    make_registration(is_demo=True)
    sign_in(client)

    assert (
        '<span class="tag tag-off">Made up</span>' in client.get(LIST).content.decode()
    )


def test_page_has_no_link_by_which_staff_would_act_for_the_person(client):
    registration = make_registration()
    sign_in(client)

    page = client.get(f"{LIST}{registration.pk}/change/").content.decode()

    assert registration.token.split(":")[0] not in page
    assert reverse("admin:view_on_site", args=[1, 1])[:9] not in page


def test_first_page_counts_what_waits_and_leads_there(client):
    meeting = make_meeting(capacity=5)
    for status in (Status.RECEIVED, Status.RECEIVED, Status.WAITING, Status.CONFIRMED):
        make_registration(meeting, status=status)
    make_registration(meeting, status=Status.CONFIRMED, attendance="remote")
    make_registration(make_meeting(), status=Status.RECEIVED)
    sign_in(client)

    todo = client.get("/admin/", {"meeting": meeting.pk}).context["todo"]

    found = [each for each in todo if "/registration/" in each["url"]]
    assert [(each["count"], str(each["text"])) for each in found] == [
        (2, "registrations wait for a decision"),
        (1, "person is on the waiting list"),
        (1, "of 5 seats taken"),
    ]
    for each in found:
        listed = client.get(each["url"]).context["cl"]
        assert listed.result_count == each["count"]


def test_add_registers_for_the_meeting_of_the_page_whatever_another_window_shows(
    client,
):
    meeting = make_meeting()
    sign_in(client)
    address = client.get(f"{LIST}add/").url
    days = [meeting.starts_on.isoformat()]
    other = make_meeting(starts_on=meeting.starts_on)
    client.get(reverse("admin:meeting_meeting_change", args=[other.pk]))

    client.post(address, new_registration(days=days))

    assert Registration.objects.get().meeting == meeting


def test_add_without_a_day_says_what_to_do(client):
    make_meeting()
    sign_in(client)

    response = client.post(f"{LIST}add/", new_registration(days=[]))

    assert response.context["adminform"].form.errors == {
        "days": ["Choose at least one day."]
    }


def test_corrected_address_gets_a_new_link_and_the_old_one_is_worthless(client):
    registration = make_registration(email="typo@example.org")
    sign_in(client)
    old, page = registration.token, f"{LIST}{registration.pk}/change/"
    data = form_data(client.get(page)) | {"email": "right@example.org"}

    client.post(page, data)

    registration.refresh_from_db()
    assert Registration.by_token(registration.meeting, old) is None
    message = Message.objects.get()
    assert message.to == "right@example.org"
    assert registration.token in message.text


def test_confirm_does_not_bring_back_who_has_withdrawn():
    registration = make_registration(status=Status.RECEIVED)
    Registration.objects.get(pk=registration.pk).withdraw()

    assert registration.confirm() is False

    registration.refresh_from_db()
    assert registration.status == Status.WITHDRAWN


def test_a_day_that_is_none_filters_nothing(client):
    make_registration(make_meeting(is_current=True))
    sign_in(client)

    answer = client.get("/admin/registration/registration/", {"day": "\0", "q": "a"})

    assert answer.status_code == 200
