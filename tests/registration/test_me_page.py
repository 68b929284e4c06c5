"""What a participant's own page says, in every status, and what follows from it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from registration.models import Choice, FormerLink, Registration
from registration.models.linking import LINK
from registration.sealing import seal
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import sign_in
from tests.registration.test_me import address, status_of, text

pytestmark = pytest.mark.django_db
Status = Registration.Status


def shown(client, registration):
    """The page's words, on one line."""
    page = re.sub(r"<[^>]+>", "", text(client.get(address(registration))))
    return " ".join(unescape(page).split())


# What is so, and what it means.


@pytest.mark.parametrize(
    ("full", "words"),
    [
        ({"capacity": 2}, "but all seats are taken."),
        ({"category": 2}, "but all seats for “Civil society” are taken."),
        ({"organization_capacity": 2}, "for your State or organization are taken."),
    ],
)
def test_me_tells_the_place_on_the_waiting_list(client, full, words):
    meeting = make_meeting(**{k: v for k, v in full.items() if k != "category"})
    category = make_category(
        meeting, name="Civil society", capacity=full.get("category")
    )
    for status in ("confirmed", "confirmed", "waiting", "waiting"):
        make_registration(meeting, category=category, status=status)
    last = make_registration(meeting, category=category, status=Status.WAITING)

    page = shown(client, last)

    assert "Your place on the waiting list: 3 " in page
    assert words in page


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, "it is yours at once, and we write to person1@example.org."),
        (1, "keep it for you for 1 hour:"),
        (48, "keep it for you for 48 hours:"),
    ],
)
def test_me_tells_who_waits_how_they_hear_of_a_seat(client, hours, words):
    meeting = make_meeting(capacity=0, offer_hours=hours)

    assert words in shown(client, make_registration(meeting, status=Status.WAITING))


def test_me_with_an_offer_tells_its_time_and_takes_it(client):
    with time_machine.travel("2027-01-12T12:00Z", tick=False):
        registration = make_registration(status=Status.OFFERED)
        page = shown(client, registration)
        for _click in range(2):
            response = client.post(address(registration, "me-accept"))

    assert "kept for you until 07.00 on 14 January 2027, New York time (UTC−5)" in page
    assert "Accept your seat" in page
    assert response.url == address(registration)
    assert status_of(registration) == Status.CONFIRMED
    assert Message.objects.get().kind == "registration_confirmed"


def test_me_with_an_offer_that_has_passed_says_so_and_does_not_take_it(client):
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration(status=Status.OFFERED)
        now.shift(timedelta(days=3))
        page = shown(client, registration)
        client.post(address(registration, "me-accept"))
        after = shown(client, registration)

    assert "The offer has passed" in page
    assert "Accept your seat" not in page
    assert "There was nothing to accept any more." in after
    assert status_of(registration) == Status.OFFERED


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("received", "The secretariat decides once it is corrected."),
        ("waiting", "You keep your place on the waiting list meanwhile"),
        ("confirmed", "Your seat stays yours meanwhile."),
    ],
)
def test_me_tells_what_is_to_be_corrected(client, held, words):
    registration = make_registration(status=held)
    question = make_question(registration.meeting, text="Number of your visa")
    registration.ask_for_correction(["organization", question.key], "Not <b>so</b>.")

    page = shown(client, registration)

    assert "The secretariat writes: Not <b>so</b>." in page
    assert "To be corrected: State or organization Number of your visa" in page
    assert words in page
    assert "Correct it" in page


@pytest.mark.parametrize("is_shown", [True, False])
def test_me_gives_the_reason_of_a_decline_only_where_it_is_to_be_shown(
    client, is_shown
):
    registration = make_registration()
    registration.decline("Too late.", is_shown=is_shown)

    page = shown(client, registration)

    assert "Your registration was not accepted" in page
    assert ("The reason given: Too late." in page) is is_shown
    assert ("Too late" in page) is is_shown


@pytest.mark.parametrize(
    ("approval", "capacity", "words"),
    [
        ("secretariat", None, "The secretariat then looks at your registration anew"),
        ("automatic", None, "As things stand, you are confirmed at once."),
        ("automatic", 0, "so you are put at the end of the waiting list."),
    ],
)
def test_me_tells_who_withdrew_what_coming_back_means(
    client, approval, capacity, words
):
    meeting = make_meeting(capacity=capacity)
    category = make_category(meeting, approval=approval)
    registration = make_registration(
        meeting, category=category, status=Status.WITHDRAWN
    )
    means = registration.status_if_back

    page = shown(client, registration)
    client.post(address(registration, "me-return"))

    assert words in page
    assert status_of(registration) == means


@pytest.mark.parametrize("status", Status)
def test_me_of_a_meeting_that_is_over_offers_nothing(client, status):
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration(status=status)
        now.move_to(registration.meeting.ends_at + timedelta(hours=1))
        page = text(client.get(address(registration)))

    assert "The meeting is over." in page
    actions = re.findall(r'action="[^"]+/(\w+)/"', page)
    assert actions == ["language", "news"]
    assert 'class="button danger"' not in page


def test_withdraw_tells_what_becomes_free(client):
    registration = make_registration(status=Status.CONFIRMED)
    make_choice(registration, make_session(registration.meeting, title="Reception"))

    page = text(client.get(address(registration, "me-withdraw")))

    assert "Your seat becomes free, and goes to whoever waits for one." in page
    assert "<bdi>Reception</bdi>" in page
    assert "You then come after everybody who waits by that time." in page


# Until when.


EARLY, LATE, OVER = "2027-01-12T12:00Z", "2027-02-11T12:00Z", "2027-02-24T12:00Z"


@pytest.mark.parametrize(
    ("status", "moment", "words"),
    [
        (Status.CONFIRMED, EARLY, "Until 13.00 on 10 February 2027, New York time"),
        (Status.CONFIRMED, EARLY, "After that you can still withdraw and change your"),
        (Status.WAITING, LATE, "Changes were possible until 13.00 on 10 February 2027"),
        (Status.WAITING, LATE, "You can still withdraw and change your language."),
        (Status.NEEDS_CORRECTION, LATE, "Until 00.00 on 24 February 2027, New York"),
        (Status.NEEDS_CORRECTION, LATE, "correct what the secretariat asks for"),
        (Status.DECLINED, EARLY, "What you told us can no longer be corrected here."),
        (Status.WITHDRAWN, EARLY, "You can register again until 00.00 on 24 February"),
        (Status.CONFIRMED, OVER, "nothing else can be changed here."),
    ],
)
def test_me_tells_what_can_be_changed_and_until_when(client, status, moment, words):
    with time_machine.travel(EARLY, tick=False) as now:
        meeting = make_meeting(
            starts_on=date(2027, 2, 22),
            changes_until=datetime(2027, 2, 10, 18, tzinfo=UTC),
        )
        registration = make_registration(meeting, status=status)
        now.move_to(moment)
        page = shown(client, registration)

    assert words in page
    assert "another e-mail address, write to secretariat@example.org." in page


# Chosen sessions and options.


def choice_address(registration, choice, action):
    meeting, token = registration.meeting, registration.token
    return reverse(f"me-choice-{action}", args=[meeting.slug, token, choice.pk])


def make_chosen(status="received", registration=None, **fields):
    registration = registration or make_registration(status=Status.CONFIRMED)
    session = make_session(registration.meeting, title="Reception", is_chosen=True)
    if status == "offered":
        fields.setdefault("offer_until", timezone.now() + timedelta(days=2))
    return make_choice(registration, session, status=status, **fields)


@pytest.mark.parametrize(
    ("standing", "status", "words"),
    [
        ("received", "received", "Places are given once your registration is confirm"),
        ("confirmed", "confirmed", "You have a place"),
        ("confirmed", "waiting", "On the waiting list, place 2"),
        ("confirmed", "offered", "A place is free, and kept for you until"),
    ],
)
def test_me_tells_how_each_session_stands(client, standing, status, words):
    registration = make_registration(status=standing)
    choice = make_chosen(status, registration)
    ahead = make_registration(registration.meeting, status=Status.CONFIRMED)
    earlier = timezone.now() - timedelta(days=1)
    make_choice(ahead, choice.session, status="waiting", queued_at=earlier)

    page = shown(client, registration)

    assert "Reception" in page
    assert words in page


def test_me_warns_of_sessions_at_the_same_time(client):
    registration = make_registration(status=Status.CONFIRMED)
    meeting = registration.meeting
    noon = datetime.combine(meeting.starts_on, time(12), tzinfo=meeting.zone)
    one = make_session(meeting, title="One")
    other = make_session(
        meeting, title="Other", starts_at=noon, ends_at=noon + timedelta(hours=2)
    )
    later = make_session(
        meeting,
        title="Later",
        starts_at=noon + timedelta(hours=2),
        ends_at=noon + timedelta(hours=3),
    )
    undated = make_session(meeting, title="Undated", starts_at=None, ends_at=None)
    for session in (one, other, later, undated):
        make_choice(registration, session)

    assert registration.clashes == [(one, other)]
    assert "“One” and “Other”" in shown(client, registration)


def test_accept_choice_takes_the_place_once(client):
    choice = make_chosen("offered")
    page = choice_address(choice.registration, choice, "accept")

    said = [text(client.post(page, follow=True)) for _click in range(2)]

    assert Choice.objects.get().status == "confirmed"
    assert "The place is yours." in said[0]
    assert "There was nothing to accept any more." in said[1]


def test_accept_choice_takes_an_option_that_was_offered(client):
    registration = make_registration(status=Status.CONFIRMED)
    question = make_question(registration.meeting, kind="one", options=["Museum"])
    until = timezone.now() + timedelta(days=1)
    choice = make_choice(
        registration, question.options.get(), status="offered", offer_until=until
    )
    link = choice_address(registration, choice, "accept")

    assert f'action="{link}"' in text(client.get(address(registration)))
    client.post(link)

    assert Choice.objects.get().status == "confirmed"


def test_give_up_asks_first_and_lets_others_in(client):
    choice = make_chosen("confirmed")
    choice.session.capacity = 1
    choice.session.save()
    other = make_registration(choice.registration.meeting, status=Status.CONFIRMED)
    waiting = make_choice(other, choice.session, status="waiting")
    page = choice_address(choice.registration, choice, "give-up")

    asked = text(client.get(page))
    left = text(client.post(page, follow=True))

    assert "Your place there becomes free" in asked
    assert "You are no longer expected at “Reception”." in left
    assert list(Choice.objects.values_list("pk", "status")) == [
        (waiting.pk, "confirmed")
    ]


def test_give_up_is_for_sessions_only(client):
    registration = make_registration(status=Status.CONFIRMED)
    question = make_question(registration.meeting, kind="one", options=["Museum"])
    choice = make_choice(registration, question.options.get())

    response = client.post(choice_address(registration, choice, "give-up"))

    assert response.status_code == 404
    assert Choice.objects.exists()


@pytest.mark.parametrize("action", ["accept", "give-up"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_choice_of_somebody_else_is_not_found(client, method, action):
    choice = make_chosen("offered")
    other = make_registration(choice.registration.meeting, status=Status.CONFIRMED)

    response = getattr(client, method)(choice_address(other, choice, action))

    assert response.status_code == 404
    assert Choice.objects.get().status == "offered"


@pytest.mark.parametrize("action", ["accept", "give-up"])
def test_a_choice_changes_nothing_by_being_looked_at(client, action):
    choice = make_chosen("offered")

    client.get(choice_address(choice.registration, choice, action))

    assert Choice.objects.get().status == "offered"


# Answers.


def test_me_shows_answers_and_masks_sensitive_ones(client):
    registration = make_registration()
    meeting = registration.meeting
    kinds = {"short": "By <i>train</i>", "yes_no": "yes", "date": "2027-02-14"}
    for kind, value in kinds.items():
        question = make_question(meeting, kind=kind, text=f"The {kind}?")
        registration.answers.create(question=question, value=value)
    secret = make_question(meeting, text="Passport number", is_sensitive=True)
    registration.answers.create(question=secret, value=seal("K123"), is_sealed=True)
    file = make_question(meeting, kind="file", text="Letter")
    registration.answers.create(question=file, file="answers/x", file_name="note.pdf")

    page = shown(client, registration)

    assert (
        "The short? By <i>train</i> The yes_no? Yes The date? 14 February 2027" in page
    )
    assert "Passport number •••••• kept encrypted, and not shown here" in page
    assert "Letter note.pdf" in page
    assert "K123" not in page


# Language.


def test_me_changes_the_language_for_mails_at_once(client):
    registration = make_registration(language="en")

    response = client.post(
        address(registration, "me-language"), {"language": "fr"}, follow=True
    )

    assert "Your language is changed." in text(response)
    registration.refresh_from_db()
    assert registration.language == "fr"


@pytest.mark.parametrize("status", Status)
def test_me_changes_the_language_in_every_status(client, status):
    registration = make_registration(status=status)

    client.post(address(registration, "me-language"), {"language": "es"})

    assert Registration.objects.get().language == "es"


def test_me_refuses_a_language_that_is_not_in_the_list(client):
    registration = make_registration()

    page = text(client.post(address(registration, "me-language"), {"language": "xx"}))

    assert "<title>Error: Your registration" in page
    assert "Choose one of the languages in the list." in page
    assert Registration.objects.get().language == "en"


def test_me_is_in_the_persons_own_language_whatever_the_browser_asks_for(
    client, settings
):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic"), ("fr", "French")]
    registration = make_registration(language="ar")

    response = client.get(address(registration), headers={"accept-language": "fr"})
    missed = client.get("/15/me/no/", headers={"accept-language": "fr"})

    assert '<html lang="ar" dir="rtl">' in text(response)
    assert response["Content-Language"] == "ar"
    assert '<html lang="fr" dir="ltr">' in text(missed)


# What it costs, and who gets in.


def make_full(number):
    """Somebody who waits, with as many sessions, answers and people before them."""
    meeting = make_meeting(capacity=1)
    make_registration(meeting, status=Status.CONFIRMED)
    registration = make_registration(meeting, status=Status.CONFIRMED)
    other = make_registration(meeting, status=Status.CONFIRMED)
    question = make_question(
        meeting, kind="several", options=[f"Option {each}" for each in range(number)]
    )
    for each in range(number):
        session = make_session(meeting, title=f"Session {each}")
        make_choice(other, session, status="waiting")
        make_choice(registration, session, status="waiting")
        answered = make_question(meeting)
        registration.answers.create(question=answered, value="Yes")
    for option in question.options.all():
        make_choice(registration, option, status="waiting")
    return registration


@pytest.mark.parametrize("number", [1, 3])
def test_me_costs_the_same_for_one_session_as_for_many(
    client, django_assert_num_queries, number
):
    registration = make_full(number)

    with django_assert_num_queries(12):
        page = text(client.get(address(registration)))

    assert page.count("On the waiting list, place 2") == number


@pytest.mark.parametrize("number", [1, 3])
def test_me_of_who_waits_costs_the_same_for_one_ahead_as_for_many(
    client, django_assert_num_queries, number
):
    meeting = make_meeting(capacity=1)
    make_registration(meeting, status=Status.CONFIRMED)
    for _ahead in range(number):
        make_registration(meeting, status=Status.WAITING)
    registration = make_registration(meeting, status=Status.WAITING)

    with django_assert_num_queries(12):
        page = shown(client, registration)

    assert f"Your place on the waiting list: {number + 1} " in page


def test_a_link_that_staff_revoked_is_over_and_the_new_one_works(client):
    registration = make_registration(status=Status.CONFIRMED)
    FormerLink.objects.create(former=10_000, version=1, registration=registration)
    former = LINK.sign_object({"r": 10_000, "v": 1})
    links = [
        address(registration),
        reverse("me", args=[registration.meeting.slug, former]),
    ]
    before = [client.get(link).status_code for link in links]

    sign_in(client)
    client.post(
        reverse(
            "admin:registration_registration_act",
            args=[registration.pk, "send_new_link"],
        )
    )

    assert before == [200, 200]
    for link in links:
        response = client.get(link)
        assert response.status_code == 404
        assert "<h1>This link does not work</h1>" in text(response)
    registration.refresh_from_db()
    assert registration.address in Message.objects.get().text
    assert client.get(address(registration)).status_code == 200
