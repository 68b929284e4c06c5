"""What keeps out forms that no person sent, and lets in a hall full of people."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from meeting.machines import client_address
from meeting.mail.models import Message
from registration.models import Attempt, Registration
from registration.spam import wait_for_address, wait_for_email
from tests.making import make_meeting, make_question
from tests.registration.sending import address_of, open_form, send, typed

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def text(response):
    return response.content.decode()


def request_from(address="192.0.2.1", forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().post("/", REMOTE_ADDR=address, **headers)


# The trap.


def test_the_trap_is_neither_seen_nor_reached_nor_filled_in_by_browsers(client):
    page = text(client.get(address_of(make_meeting())))

    trap = re.search(r'<div class="unseen" aria-hidden="true">.+?</div>', page, re.S)[0]
    field = re.search(r"<input[^>]+>", trap)[0]
    assert 'name="website"' in field
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field


def test_what_falls_into_the_trap_is_told_the_same_and_not_stored(client):
    meeting = make_meeting()

    answer = send(client, meeting, website="https://example.com")

    page = client.get(answer.url)
    assert answer.status_code == 302
    assert "We have your registration" in text(page)
    assert re.fullmatch(r"\w{5}-\w{5}", page.context["reference"])
    assert not Registration.objects.exists()
    assert not Message.objects.exists()


# The time.


def test_a_form_sent_at_once_is_not_taken_and_keeps_what_was_typed(client, settings):
    settings.FORM_MIN_SECONDS = 3
    with time_machine.travel(NOW, tick=False):
        page = send(client, make_meeting(), name="Amina YUSUF")

    assert "That was quicker than we expect of people" in text(page)
    assert 'value="Amina YUSUF"' in text(page)
    assert not Registration.objects.exists()


def test_the_same_form_sent_again_later_is_taken(client, settings):
    settings.FORM_MIN_SECONDS = 3
    meeting = make_meeting()
    with time_machine.travel(NOW, tick=False) as clock:
        first = send(client, meeting)
        clock.shift(4)
        again = {**typed(meeting), "key": first.context["form"]["key"].value()}
        answer = client.post(address_of(meeting), again)

    assert answer.status_code == 302
    assert Registration.objects.count() == 1


def test_a_form_of_two_pages_is_sent_like_any_other(client, settings):
    settings.REGISTRATIONS_PER_EMAIL = 1
    meeting = make_meeting()
    deciding = make_question(meeting, kind="yes_no", text="Visa?")
    make_question(meeting, depends_on=deciding, depends_value="yes", text="When?")
    shown = {"asked": deciding.key, deciding.key: "yes"}
    first = send(client, meeting, **shown)
    follow = meeting.questions.get(text="When?")
    form = first.context["form"]
    second = dict(form.given) | {"asked": follow.key, follow.key: "In May"}

    answer = client.post(address_of(meeting), second)

    assert first.templates[0].name == "registration/more_questions.html"
    assert answer.status_code == 302
    assert Registration.objects.get().answers.count() == 2


# The limits.


def test_a_hall_of_two_hundred_behind_one_address_registers_within_minutes(client):
    meeting = make_meeting()

    answers = [
        send(client, meeting, name=f"Person {n}", email=f"p{n}@example.org")
        for n in range(200)
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert Registration.objects.count() == 200


def test_more_from_one_machine_are_told_when_to_send_again(client, settings):
    settings.REGISTRATIONS_PER_ADDRESS = 2
    meeting = make_meeting()
    with time_machine.travel(NOW, tick=False) as clock:
        for n in range(2):
            send(client, meeting, email=f"p{n}@example.org")
            clock.shift(60)
        refused = send(client, meeting, email="p3@example.org", name="Awa DIOP")

    assert refused.status_code == 429
    assert refused["Retry-After"] == "480"
    assert "please send it again in 8 minutes." in text(refused)
    assert 'value="Awa DIOP"' in text(refused)
    assert Registration.objects.count() == 2


def test_whoever_waits_as_long_as_told_is_taken(client, settings):
    settings.REGISTRATIONS_PER_ADDRESS = 1
    meeting = make_meeting()
    with time_machine.travel(NOW, tick=False) as clock:
        send(client, meeting)
        refused = send(client, meeting, email="other@example.org")
        clock.shift(int(refused["Retry-After"]) + 1)
        taken = send(client, meeting, email="other@example.org")

    assert (refused.status_code, taken.status_code) == (429, 302)


def test_another_machine_is_not_kept_out(client, settings):
    settings.REGISTRATIONS_PER_ADDRESS = 1
    meeting = make_meeting()
    send(client, meeting)
    key = open_form(client, meeting)

    answer = client.post(
        address_of(meeting),
        {"key": key, **typed(meeting, email="other@example.org")},
        REMOTE_ADDR="192.0.2.7",
    )

    assert answer.status_code == 302


def test_looking_at_the_form_is_not_counted(client, settings):
    settings.REGISTRATIONS_PER_ADDRESS = 1
    meeting = make_meeting()
    for _time in range(5):
        open_form(client, meeting)

    assert send(client, meeting).status_code == 302


def test_one_mail_address_can_be_sent_five_times_an_hour(client):
    meeting = make_meeting()
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [send(client, meeting).status_code for _form in range(6)]
        clock.shift(timedelta(hours=1, seconds=1))
        answers.append(send(client, meeting).status_code)

    assert answers == [302] * 5 + [429, 302]


def test_the_case_of_a_mail_address_makes_no_new_one():
    for n in range(5):
        assert wait_for_email("amina@example.org", str(n)) == 0

    assert wait_for_email("AMINA@example.org", "6") > 0


def test_the_same_form_sent_again_counts_once():
    waits = [wait_for_email("amina@example.org", "same") for _again in range(10)]

    assert waits == [0] * 10
    assert Attempt.objects.count() == 1


def test_a_form_with_an_error_does_not_count_for_its_mail_address(client, settings):
    settings.REGISTRATIONS_PER_EMAIL = 1
    meeting = make_meeting()
    for _time in range(3):
        send(client, meeting, name="")

    assert send(client, meeting).status_code == 302


def test_asking_for_a_lost_link_is_limited_in_the_same_way(client):
    meeting = make_meeting()
    url = f"/{meeting.slug}/register/link/"

    answers = [client.post(url, {"email": "amina@example.org"}) for _time in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert 'value="amina@example.org"' in text(answers[-1])


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_all_that_send_at_once(settings):
    settings.REGISTRATIONS_PER_ADDRESS = 10

    def attempt(_n):
        try:
            return wait_for_address(request_from())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(attempt, range(30)))

    # Who was counted by nobody yet can slip through, one for each that sends.
    assert 10 <= waits.count(0) <= 17


def test_neither_address_is_stored_in_words(client):
    send(client, make_meeting(), email="amina@example.org", name="Amina")

    kept = " ".join(Attempt.objects.values_list("key", flat=True))
    assert re.fullmatch(r"[0-9a-f]{64} [0-9a-f]{64}", kept)


def test_all_addresses_of_one_long_network_are_one():
    for last in ("1", "2"):
        wait_for_address(request_from(f"2001:db8:1:2::{last}"))
    wait_for_address(request_from("2001:db8:1:3::1"))

    assert Attempt.objects.values("key").distinct().count() == 2


# Whose machine it is.


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_trusted_proxies_say(settings, proxies, forwarded, address):
    settings.PROXIES = proxies

    assert client_address(request_from(forwarded=forwarded)) == address


def test_without_proxies_a_forged_header_changes_nothing(client, settings):
    settings.REGISTRATIONS_PER_ADDRESS = 1
    meeting = make_meeting()
    answers = []
    for n in range(2):
        sent = {"key": open_form(client, meeting)}
        sent |= typed(meeting, email=f"p{n}@example.org")
        header = f"203.0.113.{n}"
        answer = client.post(address_of(meeting), sent, HTTP_X_FORWARDED_FOR=header)
        answers.append(answer.status_code)

    assert answers == [302, 429]


def test_the_defaults_are_those_of_the_documents():
    limits = (project.REGISTRATIONS_PER_ADDRESS, project.REGISTRATIONS_PER_EMAIL)

    assert (*limits, project.PROXIES) == (600, 5, 0)
