"""What a person sees of their own data, takes with them, and erases."""

import json

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from registration.erasing import erase
from registration.models import Correction, Registration, Status, Tally
from tests.making import (
    PDF,
    make_answer,
    make_choice,
    make_meeting,
    make_message,
    make_notice,
    make_question,
    make_registration,
    make_session,
    make_user,
)
from tests.registration.sending import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }


def address(registration, name="me-data", *more):
    return reverse(name, args=[registration.meeting.slug, registration.token, *more])


def text(response):
    return response.content.decode()


def data_of(client, registration):
    return json.loads(client.get(address(registration, "me-data-json")).content)


# To read, and to take.


def test_all_that_a_person_said_is_there_in_words_and_in_the_file(client):
    registration = make_registration(
        name="Amina <YUSUF>", access_needs="Step-free", is_listed=True
    )

    page = text(client.get(address(registration)))
    data = data_of(client, registration)["registration"]

    assert "<bdi>Amina &lt;YUSUF&gt;</bdi>" in page
    assert "<bdi>Step-free</bdi>" in page
    assert data["name"] == "Amina <YUSUF>"
    assert data["is_listed"] is True
    assert data["days"] == registration.days
    assert data["category"] == str(registration.category)
    assert data["reference"] == registration.reference


def test_sensitive_answers_are_there_in_full(client):
    meeting = make_meeting()
    registration = make_registration(meeting)
    question = make_question(meeting, text="Passport number?", is_sensitive=True)
    make_answer(registration, question, "QX1234567")

    page = text(client.get(address(registration)))
    answer = data_of(client, registration)["answers"][0]

    assert "QX1234567" in page
    assert (answer["question"], answer["answer"]) == ("Passport number?", "QX1234567")
    assert answer["is_sensitive"] is True


def test_choices_mails_and_the_notice_are_there(client):
    meeting = make_meeting()
    notice = make_notice(meeting)
    agreed = {"notice": notice, "agreed_at": timezone.now()}
    registration = make_registration(meeting, **agreed)
    make_choice(registration, make_session(meeting, title="Reception"))
    lists = make_question(meeting, kind="several", options=["Halal"], text="Meals?")
    make_choice(registration, lists.options.get())
    make_message(registration, subject="Welcome", text="The whole mail.")

    page = text(client.get(address(registration)))
    data = data_of(client, registration)

    for words in ("Reception", "Halal", "Welcome", "The whole mail."):
        assert words in page
    assert f"{address_of_notice(meeting)}?version=1" in page
    assert data["sessions"][0]["session"] == "Reception"
    assert data["answers"][0]["options"] == [{"option": "Halal", "status": "received"}]
    assert [mail["text"] for mail in data["mails"]] == ["The whole mail."]
    assert data["privacy_notice"]["version"] == 1


def test_what_the_calendar_was_told_is_there_in_words(client):
    entry = {"uid": "a@b", "start": "2027-02-16", "end": "2027-02-17", "sequence": 0}
    entry |= {"summary": "Meeting", "place": "Room 4", "status": "CONFIRMED"}
    told = {"2027-02-16": entry, "b": entry | {"status": "CANCELLED"}}
    registration = make_registration(calendar_told=told)

    page = text(client.get(address(registration)))

    day = "16 February 2027, Meeting, Room 4"
    assert f"<bdi>{day}; {day}, taken back</bdi>" in page
    assert data_of(client, registration)["registration"]["calendar_told"] == told


def test_what_came_of_a_mail_is_in_the_file(client):
    registration = make_registration()
    came_back = {"state": "bounced", "bounced_at": timezone.now()}
    make_message(registration, calendar="An entry.", bounce="No such box", **came_back)

    [mail] = data_of(client, registration)["mails"]

    assert (mail["calendar"], mail["why_it_came_back"]) == ("An entry.", "No such box")
    assert mail["came_back_at"]


def address_of_notice(meeting):
    return reverse("privacy-notice", args=[meeting.slug])


def test_changes_are_there_with_who_made_them_but_not_whom_of_the_staff(client):
    registration = make_registration(function="Officer")
    registration.is_own_doing = True
    registration.function = "Minister"
    registration.correct()
    from auditlog.context import set_actor

    with set_actor(make_user("boss")):
        Registration.objects.get(pk=registration.pk).confirm()

    page = text(client.get(address(registration)))
    changes = data_of(client, registration)["changes"]

    said = [(each["by"], pair) for each in changes for pair in each["changes"]]
    function = {"label": "Function", "before": "Officer", "after": "Minister"}
    status = {"label": "Status", "before": "Received", "after": "Confirmed"}
    assert ("you", function) in said
    assert ("the secretariat", status) in said
    assert "boss" not in page


def test_old_sensitive_answers_are_opened_too(client):
    meeting = make_meeting()
    registration = make_registration(meeting)
    question = make_question(meeting, text="Passport?", is_sensitive=True)
    make_answer(registration, question, "QX1234567")
    make_answer(registration, question, "QX7654321")

    changes = data_of(client, registration)["changes"]

    pair = {"label": "Passport?", "before": "QX1234567", "after": "QX7654321"}
    assert pair in [each for change in changes for each in change["changes"]]


def test_corrections_are_there(client):
    registration = make_registration()
    Correction.objects.create(
        registration=registration,
        asked_at=timezone.now(),
        note="Your passport says otherwise.",
        fields=["name"],
    )

    assert "Your passport says otherwise." in text(client.get(address(registration)))
    correction = data_of(client, registration)["corrections"][0]
    assert correction["note"] == "Your passport says otherwise."


@pytest.mark.parametrize(("is_shown", "times"), [(True, True), (False, False)])
def test_why_it_was_declined_is_there_where_the_secretariat_says_so(
    client, is_shown, times
):
    registration = make_registration()
    registration.decline("Too many of you", is_shown=is_shown)

    page = text(client.get(address(registration)))
    file = text(client.get(address(registration, "me-data-json")))

    assert ("Too many of you" in page) == times
    assert ("Too many of you" in file) == times


def test_it_says_until_when_it_is_kept(client):
    meeting = make_meeting(retention_days=30)
    registration = make_registration(meeting)
    question = make_question(meeting, retention_days=3)
    make_answer(registration, question, "words")

    page = text(client.get(address(registration)))
    data = data_of(client, registration)

    assert data["kept_until"] == meeting.kept_until.isoformat()
    assert data["answers"][0]["kept_until"] == question.kept_until.isoformat()
    assert page.count("ept until ") == 2


def test_a_person_has_their_own_file(client):
    meeting = make_meeting()
    registration, other = make_registration(meeting), make_registration(meeting)
    question = make_question(meeting, kind="file")
    answer = make_answer(registration, question, PDF, name="letter.pdf")

    own = client.get(address(registration, "me-file", answer.pk))
    foreign = client.get(address(other, "me-file", answer.pk))

    assert own.content == PDF
    assert own["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert own["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert foreign.status_code == 404


def test_the_file_of_data_is_one_to_keep(client):
    registration = make_registration(name="Ңурлан")

    response = client.get(address(registration, "me-data-json"))

    name = f"registration-{registration.reference}.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/json"
    assert "Ңурлан" in text(response)


@pytest.mark.parametrize("name", ["me-data", "me-data-json", "me-erase"])
def test_it_is_kept_by_no_cache_and_no_search_engine(client, name):
    response = client.get(address(make_registration(), name))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("name", ["me-data", "me-data-json", "me-erase"])
def test_a_wrong_link_shows_nothing(client, name):
    meeting = make_meeting()

    assert client.get(reverse(name, args=[meeting.slug, "no"])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_for_much_as_for_little(
    client, number, django_assert_num_queries
):
    meeting = make_meeting()
    registration = make_registration(meeting, notice=make_notice(meeting))
    Registration.objects.filter(pk=registration.pk).update(agreed_at=timezone.now())
    for _each in range(number):
        make_answer(registration, make_question(meeting), "words")
        make_choice(registration, make_session(meeting))
        lists = make_question(meeting, kind="one", options=["A"])
        make_choice(registration, lists.options.get())
        make_message(registration)
        Correction.objects.create(registration=registration)
    url = address(registration)
    client.get(url)

    with django_assert_num_queries(15):
        client.get(url)


# To erase.


def test_looking_at_the_page_erases_nothing(client):
    registration = make_registration()

    page = client.get(address(registration, "me-erase"))

    assert "This cannot be undone" in text(page)
    assert Registration.objects.exists()


def test_without_the_tick_nothing_is_erased(client):
    registration = make_registration()

    response = client.post(address(registration, "me-erase"))

    assert response.context["form"].has_error("is_sure", "required")
    assert "Tick the box if you are sure" in text(response)
    assert Registration.objects.exists()


def test_erasing_leaves_a_number_no_link_and_no_mail(client):
    registration = make_registration(status=Status.CONFIRMED)
    url = address(registration)

    page = client.post(
        address(registration, "me-erase"), {"is_sure": "on"}, follow=True
    )

    assert page.redirect_chain == [
        (f"/{registration.meeting.slug}/register/erased/", 302)
    ]
    assert "Your data is erased" in text(page)
    assert registration.reference not in text(page)
    assert client.get(url).status_code == 404
    assert not Message.objects.exists()
    assert Tally.objects.get().status == "withdrawn"


def test_erasing_frees_the_seat_for_the_next(client):
    meeting = make_meeting(capacity=1)
    registration = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)

    client.post(address(registration, "me-erase"), {"is_sure": "on"})

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert waiting.messages.get().kind == "registration_confirmed"


def test_after_the_meeting_whoever_came_counts_as_having_come(client):
    registration = make_registration(status=Status.CONFIRMED)

    with time_machine.travel(registration.meeting.ends_at, tick=False):
        client.post(address(registration, "me-erase"), {"is_sure": "on"})

    assert Tally.objects.get().status == "confirmed"


def test_whoever_withdraws_what_is_just_being_erased_is_told_so(client, monkeypatch):
    registration = make_registration()
    found = Registration.by_token

    def then_erased(meeting, token):
        mine = found(meeting, token)
        erase(Registration.objects.filter(pk=mine.pk))
        return mine

    monkeypatch.setattr(Registration, "by_token", then_erased)

    response = client.post(address(registration, "me-withdraw"))

    assert response.status_code == 404
    assert "This link does not work" in text(response)


def test_the_own_page_leads_to_the_data_and_to_erasing(client):
    registration = make_registration()

    page = text(client.get(address(registration, "me")))

    assert address(registration) in page
    assert address(registration, "me-erase") in page


def test_a_reason_that_was_not_shown_stays_so_beside_a_later_one_that_is(client):
    registration = make_registration()
    registration.decline("between us", is_shown=False)
    registration.confirm()
    registration.decline("too late", is_shown=True)

    data = client.get(address(registration, "me-data-json")).content.decode()
    page = text(client.get(address(registration)))

    assert "too late" in data
    assert "too late" in page
    assert "between us" not in data + page


def test_changes_of_answers_are_in_words_not_as_they_are_stored(client):
    meeting = make_meeting()
    registration = make_registration(meeting)
    make_answer(registration, make_question(meeting, kind="yes_no"), "yes")
    make_answer(registration, make_question(meeting, kind="country"), "TUR")

    changes = data_of(client, registration)["changes"]

    after = [pair["after"] for each in changes for pair in each["changes"]]
    assert after == ["Yes", "Türkiye"]


def test_what_was_sent_in_the_form_is_their_own_doing(client):
    meeting = make_meeting()
    question = make_question(meeting)
    session = make_session(meeting, is_chosen=True, date=meeting.starts_on)
    answers = {"asked": question.key, question.key: "Yes", "sessions": session.pk}
    send(client, meeting, **answers)

    changes = data_of(client, Registration.objects.get())["changes"]

    assert {each["by"] for each in changes} == {"you"}
    assert len(changes) == 3


@pytest.mark.parametrize(
    ("status", "goes"),
    [
        (Status.RECEIVED, ""),
        (Status.WAITING, "Your place on the waiting list"),
        (
            Status.CONFIRMED,
            "Your seat at the meeting: it goes to whoever waits for one",
        ),
    ],
)
def test_erasing_says_what_place_goes_with_it(client, status, goes):
    registration = make_registration(status=status)

    page = text(client.get(address(registration, "me-erase")))

    places = [words for words in ("Your seat at", "Your place on") if words in page]
    assert (goes in page, len(places)) == (True, bool(goes))
