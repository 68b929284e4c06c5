"""Writing to many: each person once, whatever happens meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meeting.mail.models import Message
from registration.erasing import erase
from registration.mailings import choosing, sending
from registration.models import Mailing, MailText, Registration
from tests.making import (
    make_item,
    make_mailing,
    make_meeting,
    make_presentation,
    make_registration,
    make_role,
    make_session,
    make_speaker,
    make_user,
)

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
    begun, ends = today - timedelta(days=1), today + timedelta(days=1)
    meeting = make_meeting(starts_on=begun, ends_on=ends)
    make_registration(meeting)
    rule = make_mailing(
        meeting, when="relative", anchor="start", days=-1, state="active"
    )

    sending.work_on(rule.pk)

    rule.refresh_from_db()
    assert rule.state == "dropped"
    assert "the meeting had begun" in rule.note
    assert not Message.objects.exists()


def test_whoever_withdrew_before_it_was_written_gets_none():
    person = make_registration(status="confirmed")
    mailing = make_mailing(person.meeting, people={"status": ["confirmed"]})
    sending.begin(mailing)

    person.withdraw()

    assert sending.work_on(mailing.pk) == 0


def test_what_changes_while_letters_are_written_is_seen_before_they_are_owed(
    monkeypatch,
):
    meeting = make_meeting()
    stays, withdrawn, erased = (make_registration(meeting) for _person in range(3))
    mailing = make_mailing(meeting, people={"status": ["received"]})
    sending.begin(mailing)
    write = sending.Letters.to

    def meanwhile(letters, people):
        written = write(letters, people)
        withdrawn.withdraw()
        erase(Registration.objects.filter(pk=erased.pk))
        return written

    monkeypatch.setattr(sending.Letters, "to", meanwhile)

    assert sending.work_on(mailing.pk) == 1
    assert [mail.about for mail in mailing.messages] == [stays]


def test_an_address_changed_meanwhile_brings_no_second_one():
    person = make_registration(email="old@example.org")
    mailing = make_mailing(person.meeting, includes_latecomers=True)
    sending.begin(mailing)
    sending.work_on(mailing.pk)

    person.email = "new@example.org"
    person.save()

    assert sending.work_on(mailing.pk) == 0
    assert Message.objects.get().to == "old@example.org"


def test_whose_mail_came_back_gets_none_again_but_has_not_got_it():
    person = make_registration()
    mailing = make_mailing(person.meeting, includes_latecomers=True)
    sending.begin(mailing)
    sending.work_on(mailing.pk)
    mailing.messages.update(state="bounced")

    assert sending.work_on(mailing.pk) == 0
    rest = make_mailing(person.meeting, people={"without": mailing.pk})
    assert list(choosing.chosen(rest)) == [person]


def test_each_is_written_to_in_their_language_else_in_english(settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("es", "Spanish")]
    meeting = make_meeting()
    for language in ("en", "fr", "es", "ar"):
        make_registration(meeting, language=language, email=f"{language}@example.org")
    mailing = make_mailing(meeting, subject="Papers")
    MailText.objects.create(
        meeting=meeting, mailing=mailing, language="fr", subject="Textes", body="Voici."
    )
    sending.begin(mailing)

    sending.work_on(mailing.pk)

    written = mailing.messages.values_list("to", "subject", "language")
    assert sorted(written) == [
        ("ar@example.org", "Papers", "en"),
        ("en@example.org", "Papers", "en"),
        ("es@example.org", "Papers", "en"),
        ("fr@example.org", "Textes", "fr"),
    ]


def test_speakers_of_the_meeting_get_it_once_who_have_an_address():
    meeting = make_meeting()
    item = make_item(make_session(meeting))
    speaker = make_speaker("WU Hongbo", email="wu@example.org")
    for place in (item, make_presentation(item)):
        make_role(place, speaker=speaker)
    make_role(item, speaker=make_speaker("Ann BELL"))
    make_speaker("Eve ELSEWHERE", email="eve@example.org")
    mailing = make_mailing(meeting, to="speakers", body="Dear {person}, {appearances}")
    sending.begin(mailing)

    assert sending.work_on(mailing.pk) == 1
    message = Message.objects.get()
    assert (message.to, message.about) == ("wu@example.org", speaker)
    assert message.text.startswith("Dear WU Hongbo, Item 1; Presentation 1")


def test_stopped_when_all_were_written_it_is_done_again_once_it_goes_on():
    mailing = make_mailing(make_registration().meeting)
    sending.begin(mailing)
    sending.work_on(mailing.pk)
    mailing.refresh_from_db()

    assert mailing.stop()
    assert mailing.messages.get().state == "stopped"
    sending.resume(mailing)

    mailing.refresh_from_db()
    assert mailing.state == "done"
    assert mailing.messages.get().state == "queued"


def test_what_left_before_it_was_stopped_stays_sent():
    meeting = make_meeting()
    for _person in range(2):
        make_registration(meeting)
    mailing = make_mailing(meeting)
    sending.begin(mailing)
    sending.work_on(mailing.pk)
    first = mailing.messages.last()
    mailing.messages.filter(pk=first.pk).update(state="sent")

    mailing.refresh_from_db()
    mailing.stop()

    states = mailing.messages.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sent", "stopped"]


def test_who_began_and_stopped_it_is_in_the_audit_trail():
    mailing, user = make_mailing(), make_user()

    with set_actor(user):
        mailing.begin()
        mailing.stop()
        mailing.resume()

    entries = LogEntry.objects.get_for_object(mailing).order_by("pk")
    changes = [entry.changes for entry in entries if "state" in entry.changes]
    assert changes[-3:] == [
        {"state": ["draft", "active"]},
        {"state": ["active", "stopped"]},
        {"state": ["stopped", "active"]},
    ]
    assert {entry.actor for entry in list(entries)[-3:]} == {user}


def test_two_who_begin_it_begin_it_once():
    mailing = make_mailing()
    other = Mailing.objects.get(pk=mailing.pk)

    assert (sending.begin(mailing), sending.begin(other)) == (True, False)


def test_it_asks_the_database_as_much_for_three_people_as_for_one():
    meeting = make_meeting()
    counts = []
    for people in (1, 2):
        for _person in range(people):
            make_registration(meeting)
        mailing = make_mailing(
            meeting, body="{person} {your_sessions} {link} {category}"
        )
        sending.begin(mailing)
        with CaptureQueriesContext(connection) as queries:
            sending.work_on(mailing.pk)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_to_each_once(monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 5)
    meeting = make_meeting()
    for _person in range(40):
        make_registration(meeting)
    mailing = make_mailing(meeting)
    sending.begin(mailing)
    start = Barrier(4)

    def work():
        start.wait()
        try:
            return sending.work_on(mailing.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        counts = [each.result() for each in [workers.submit(work) for _ in range(4)]]

    people = mailing.messages.values_list("object_id", flat=True)
    assert len(people) == len(set(people)) == 40
    assert sum(counts) == 40
    mailing.refresh_from_db()
    assert mailing.state == "done"


@pytest.mark.django_db(transaction=True)
def test_stopped_by_another_while_it_is_written(monkeypatch):
    """Whoever stops it waits for the people at hand, and stops those too."""
    monkeypatch.setattr(sending, "CHUNK", 5)
    meeting = make_meeting()
    for _person in range(20):
        make_registration(meeting)
    mailing = make_mailing(meeting)
    sending.begin(mailing)
    owe_many, stopping = Message.owe_many, []

    def stop():
        try:
            Mailing.objects.get(pk=mailing.pk).stop()
        finally:
            connection.close()

    def owe(messages):
        if not stopping:
            stopping.append(Thread(target=stop))
            stopping[0].start()
        return owe_many(messages)

    monkeypatch.setattr(Message, "owe_many", owe)
    # The next people are looked for once it is stopped.
    next_people = sending.Letters.next_people

    def wait(letters, last):
        for thread in stopping:
            thread.join()
        return next_people(letters, last)

    monkeypatch.setattr(sending.Letters, "next_people", wait)

    assert sending.work_on(mailing.pk) == 5

    mailing.refresh_from_db()
    assert mailing.state == "stopped"
    assert set(mailing.messages.values_list("state", flat=True)) == {"stopped"}
    monkeypatch.undo()
    sending.resume(mailing)
    sending.work_on(mailing.pk)
    assert mailing.messages.filter(state="queued").count() == 20


def test_gone_on_with_it_does_not_leave_to_who_has_asked_for_no_news_meanwhile():
    meeting = make_meeting()
    people = [make_registration(meeting) for _person in range(2)]
    mailing = make_mailing(meeting)
    sending.begin(mailing)
    sending.work_on(mailing.pk)
    mailing.refresh_from_db()
    mailing.stop()
    people[0].take_news(False)

    sending.resume(mailing)

    states = mailing.messages.order_by("object_id").values_list("state", flat=True)
    assert list(states) == ["stopped", "queued"]


def test_an_address_that_is_none_is_logged_without_the_name(caplog):
    meeting = make_meeting()
    person = make_registration(meeting, name="Ann Bell", email="none")
    mailing = make_mailing(meeting)
    sending.begin(mailing)

    sending.work_on(mailing.pk)

    assert f"no plain address of {person.pk}" in caplog.text
    assert "Bell" not in caplog.text


def test_what_stands_on_the_agenda_is_no_link_in_a_mail():
    meeting = make_meeting()
    speaker = make_speaker("see evil.example", email="wu@example.org")
    make_role(make_item(make_session(meeting)), speaker=speaker)
    mailing = make_mailing(meeting, to="speakers", body="Dear {name}, welcome.")
    sending.begin(mailing)

    sending.work_on(mailing.pk)

    message = mailing.messages.get()
    assert "evil.example" not in message.text + message.html
    assert "see evil.\u2060example" in message.text
