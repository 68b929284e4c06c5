"""Writing to many: each person once, whatever happens meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from registration.mailings import sending
from tests.making import make_mailing, make_meeting, make_registration

pytestmark = pytest.mark.django_db


def test_a_letter_goes_once_to_each_who_is_chosen():
    meeting = make_meeting()
    make_registration(meeting, status="confirmed", email="ana@example.org")
    make_registration(meeting, status="declined", email="ben@example.org")
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})

    sending.begin(mailing)
    assert sending.work_on(mailing.pk) == 1
    assert sending.work_on(mailing.pk) == 0

    message = Message.objects.get()
    assert (message.to, message.once) == ("ana@example.org", mailing.once)
    assert message.is_bulk
    mailing.refresh_from_db()
    assert mailing.state == "done"


def test_a_letter_names_its_reader_and_how_to_get_no_more():
    meeting = make_meeting(title="Meeting")
    person = make_registration(meeting, name="Ana <b>O'Neill</b>")
    mailing = make_mailing(meeting, body="Dear {person},\n\n**Come** to the {title}.")
    sending.begin(mailing)

    sending.work_on(mailing.pk)

    message = Message.objects.get()
    assert message.text.startswith(
        "Dear Ana <b>O'Neill</b>,\n\nCome to the Meeting.\n\nYou get this mail"
    )
    assert "<bdi>Ana &lt;b&gt;O&#x27;Neill&lt;/b&gt;</bdi>" in message.html
    assert "<strong>Come</strong> to the Meeting." in message.html
    assert message.unsubscribe in message.text
    assert person.address not in message.text + message.html


def test_whoever_asked_for_no_news_gets_none():
    meeting = make_meeting()
    make_registration(meeting, takes_news=False)
    mailing = make_mailing(meeting)
    sending.begin(mailing)

    assert sending.work_on(mailing.pk) == 0


def test_an_address_that_is_none_is_passed_over():
    meeting = make_meeting()
    make_registration(meeting, email="none")
    make_registration(meeting, email="ana@example.org")
    mailing = make_mailing(meeting)
    sending.begin(mailing)

    sending.work_on(mailing.pk)

    assert Message.objects.get().to == "ana@example.org"


def test_stopped_in_the_middle_it_goes_on_with_the_others(monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 1)
    meeting = make_meeting()
    for _person in range(3):
        make_registration(meeting)
    mailing = make_mailing(meeting)
    sending.begin(mailing)
    letters = sending.Letters(mailing)
    sending._write(mailing, letters, letters.next_people(0))

    mailing.stop()
    assert sending.work_on(mailing.pk) == 0
    assert list(Message.objects.values_list("state", flat=True)) == ["stopped"]
    mailing.resume()
    sending.work_on(mailing.pk)

    assert list(Message.objects.values_list("state", flat=True)) == ["queued"] * 3


def test_what_was_due_before_the_meeting_is_dropped_once_it_has_begun():
    today = timezone.now().date()
    meeting = make_meeting(starts_on=today, ends_on=today + timedelta(days=1))
    make_registration(meeting)
    rule = make_mailing(
        meeting, when="relative", anchor="start", days=-1, state="active"
    )

    sending.work_on(rule.pk)

    rule.refresh_from_db()
    assert rule.state == "dropped"
    assert "the meeting had begun" in rule.note
    assert not Message.objects.exists()
