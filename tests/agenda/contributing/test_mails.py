"""The mails of the papers desk: their words, in the hours of whom they are for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.contributing import asking, deciding, sending
from agenda.contributing.mails import KIND, KINDS
from meeting.mail.models import Message
from meeting.mail.parts import email_of
from meeting.mail.words import kind_in_words
from meeting.words import inert
from tests.agenda.contributing.test_sending import file
from tests.making import (
    make_contributor,
    make_meeting,
    make_presentation,
    make_request,
    make_speaker,
    make_submission,
)
from tests.parts.reader import Reader

pytestmark = pytest.mark.django_db


def ask(contributor, kind="paper", **fields):
    fields.setdefault("due_at", timezone.now() + timedelta(days=7))
    return asking.ask(contributor, kind, **fields)


def last():
    return Message.objects.order_by("pk").last()


def test_the_first_mail_says_what_by_which_rules_and_in_whose_words():
    presentation = make_presentation(title="On the move")
    contributor = make_contributor(presentation.meeting, contact="Ana Silva")
    note = "Name your sources.\nNo annexes."
    request = ask(contributor, place=presentation, max_pages=4, note=note)

    asking.tell(contributor, line="We look forward to it.")

    text = last().text
    lines = text.splitlines()
    assert lines[0].startswith("We ask you to send something for the Meeting")
    assert "Dear Ana Silva," in lines
    place = lines.index("– Paper: On the move")
    assert lines[place + 1].startswith("by ")
    assert lines[place + 2].startswith("At most 4 pages. Taken: PDF, DOCX or ODT")
    said = lines.index("Name your sources.")
    assert lines[said + 1 : said + 4] == ["No annexes.", "", "We look forward to it."]
    assert request.contributor.address in lines


def test_it_says_the_same_in_html_with_the_link_as_a_button():
    contributor = make_contributor()
    ask(contributor, note="Name your sources.")

    asking.tell(contributor)

    mail = last()
    html = Reader(mail.html)
    assert contributor.address in html.links
    assert "Name your sources." in html.text
    assert "{" not in mail.html.split("</style>")[1] + mail.text + mail.subject


def test_organizations_are_told_that_papers_are_posted_as_received():
    speaker, organization = (
        make_contributor(),
        make_contributor(make_meeting(), organization="IOM"),
    )
    sentence = "Contributed papers are posted as received, without formal editing."
    for contributor in (speaker, organization):
        ask(contributor)
        asking.tell(contributor)
        assert (sentence in last().text) == (contributor == organization)


def test_a_reminder_says_what_is_late_and_what_can_still_be_sent():
    contributor = make_contributor()
    past = timezone.now() - timedelta(days=1)
    ask(contributor, due_at=past)
    ask(contributor, "photo", due_at=past, takes_late=False)
    ask(contributor, "biography")

    asking.remind(contributor)

    text = last().text
    assert text.count("; you can still send it") == 1
    assert text.count("; please write to us") == 1
    assert text.count("\nby ") == 1


def test_what_has_arrived_is_named_with_its_version_and_size():
    request = make_request()

    sending.send(request, file=file(), title="Counting", language="en")

    mail = last()
    assert mail.subject == f"Arrived: {inert('paper.pdf')}"
    assert f"{inert('paper.pdf')} · version 1 · 50 bytes" in mail.text.replace(
        "\xa0", " "
    )
    assert "You can replace it until " in mail.text


def test_a_late_paper_is_not_said_to_be_replaceable():
    request = make_request(due_at=timezone.now() - timedelta(days=1))

    sending.send(request, file=file())

    assert "replace" not in last().text


def test_a_text_that_has_arrived_comes_back_with_it():
    request = make_request(kind="biography")

    sending.send(request, text="Has counted people.\n\nSee evil.example.")

    mail = last()
    assert mail.subject == "Arrived: Biography"
    assert "Has counted people.\n\nSee evil" in mail.text
    assert "evil.example" not in mail.text  # A joiner keeps it from being a link.


def test_a_change_is_asked_for_with_its_line_and_until_when():
    request = make_request()

    deciding.ask_change(make_submission(request), "Number the pages.", by=None)

    text = last().text
    assert f"{inert('paper-1.pdf')} · version 1" in text
    assert "Number the pages." in text
    assert "\nby " in text


def test_what_is_posted_is_told_with_its_address(settings):
    request = make_request()

    deciding.post(make_submission(request), by=None)

    request = type(request).objects.get()
    assert f"Here: {settings.SITE_URL}{request.material.href}" in last().text


def test_what_is_posted_later_is_told_with_its_moment():
    request = make_request(make_contributor(zone="Asia/Tokyo"))
    at = timezone.now() + timedelta(days=3)

    deciding.post(make_submission(request), by=None, at=at)

    there = at.astimezone(request.contributor.own_zone)
    moment = f"{there:%H.%M} on {there.day} {there:%B %Y}, Tokyo time (UTC+9)"
    assert f"It is posted from {moment} on." in last().text


def test_a_title_waits_for_the_next_release():
    presentation = make_presentation()
    contributor = make_contributor(presentation.meeting)
    request = make_request(contributor, kind="title", presentation=presentation)

    deciding.post(make_submission(request, text="Better"), by=None)

    assert "It stands in the agenda from its next release on." in last().text


def test_nobody_unsubscribes_from_their_own_doing():
    contributor = make_contributor()
    ask(contributor)
    asking.tell(contributor)

    assert "List-Unsubscribe" not in email_of(last()).message()


@pytest.mark.parametrize("kind", KINDS)
def test_the_outbox_names_each_kind(kind):
    message = Message(kind=KIND % kind)

    assert kind_in_words(message) == str(KINDS[kind].label)
    assert kind_in_words(message) != message.kind


def test_a_mail_that_came_back_is_shown_by_its_kind(admin_client):
    contributor = make_contributor()
    ask(contributor)
    asking.tell(contributor)
    Message.objects.update(
        state="bounced", bounced_at=timezone.now(), bounce="No such."
    )

    listed = admin_client.get("/admin/mail/message/").content.decode()
    one = admin_client.get(f"/admin/mail/message/{last().pk}/change/").content.decode()

    assert "Papers: asked for" in listed
    assert "came back" in listed
    assert "No such." in one


def test_a_mail_tried_again_goes_to_where_they_are_written_to_now():
    speaker = make_speaker(email="old@example.org")
    contributor = make_contributor(speaker=speaker, email="")
    ask(contributor)
    asking.tell(contributor)
    speaker.email = "new@example.org"
    speaker.save()

    assert last().present_address == "new@example.org"
