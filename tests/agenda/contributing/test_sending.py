"""Sending by the link: what is taken, what is refused with which words, and what stays."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from agenda.contributing import deciding, sending
from agenda.contributing.rules import MOST_WORDS
from agenda.models import Submission
from meeting.mail.models import Message
from meeting.words import count_words
from tests.making import (
    PDF,
    make_contributor,
    make_presentation,
    make_request,
    make_speaker,
    make_submission,
)

pytestmark = pytest.mark.django_db
WORDS = {"title": "Counting people", "language": "fr"}


def address(request, page="contribute-send"):
    contributor = request.contributor
    token = contributor.get_absolute_url().split("/")[-2]
    return reverse(page, args=[contributor.meeting.slug, token, request.pk])


def file(name="paper.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def pdf_of(pages):
    writer, content = PdfWriter(), BytesIO()
    for _page in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(content)
    return content.getvalue()


def png():
    content = BytesIO()
    Image.new("RGB", (20, 20)).save(content, "PNG")
    return content.getvalue()


def codes(response):
    """The codes of the errors of a form, a field each."""
    errors = response.context["form"].errors.as_data()
    return {name: [each.code for each in found] for name, found in errors.items()}


def test_a_paper_is_kept_with_its_title_and_language(client):
    request = make_request()

    response = client.post(address(request), {"file": file(), **WORDS})

    assert response["Location"] == address(request, "contribute-sent")
    sent = request.submissions.get()
    assert (sent.title, sent.language, sent.filename) == (*WORDS.values(), "paper.pdf")
    assert sent.file.read() == PDF


def test_after_sending_it_says_what_has_arrived_and_what_is_awaited(client):
    request = make_request()
    make_request(request.contributor, kind="photo")

    sent = {"file": file(), **WORDS}
    page = client.post(address(request), sent, follow=True).content.decode()

    assert "It has arrived. Thank you." in page
    assert "paper.pdf" in page
    assert "What we still await from you" in page
    assert ">Photo</a>" in page


def test_the_page_of_what_has_arrived_leads_back_where_nothing_has(client):
    request = make_request()

    response = client.get(address(request, "contribute-sent"))

    assert response["Location"] == request.contributor.get_absolute_url()


def test_title_and_language_are_filled_in(client):
    presentation = make_presentation(title="On the move")
    contributor = make_contributor(presentation.meeting, language="es")
    request = make_request(contributor, presentation=presentation)

    initial = client.get(address(request)).context["form"].initial

    assert initial == {"after": 0, "title": "On the move", "language": "es"}


def test_those_of_the_last_version_are_filled_in_the_next_time(client):
    request = make_request()
    make_submission(request, title="Counting", language="ru")

    initial = client.get(address(request)).context["form"].initial

    assert initial == {"after": 1, "title": "Counting", "language": "ru"}


def test_a_line_break_in_a_title_is_a_space(client):
    request = make_request(max_pages=2)
    broken = WORDS | {"title": "Counting\r\npeople \n\n again"}

    wrong = client.post(address(request), broken)
    client.post(address(request), broken | {"file": file()})

    assert wrong.context["form"]["title"].value() == "Counting people again"
    assert Submission.objects.get().title == "Counting people again"


def test_a_line_break_in_the_title_of_a_presentation_is_a_space(client):
    presentation = make_presentation(title="")
    request = make_request(kind="title", presentation=presentation)

    client.post(address(request), {"text": "Counting\r\npeople"})

    assert Submission.objects.get().text == "Counting people"


def test_all_that_is_wrong_is_said_at_once_and_words_stay(client):
    request = make_request(max_pages=2)

    sent = {"file": file(content=pdf_of(3)), "title": " ", "language": "fr"}
    response = client.post(address(request), sent)

    assert codes(response) == {"file": ["pages"], "title": ["required"]}
    assert 'value="fr" selected' in response.content.decode()
    assert not request.submissions.exists()


def test_a_good_file_is_to_be_chosen_again_after_another_error(client):
    request = make_request()

    response = client.post(address(request), {"file": file(), "language": "fr"})

    assert codes(response) == {"file": ["again"], "title": ["required"]}


@pytest.mark.parametrize("kind", ["biography", "title"])
def test_a_file_that_nobody_asked_for_is_passed_over(client, kind):
    request = make_request(kind=kind)

    response = client.post(address(request), {"file": file()})

    assert codes(response) == {"text": ["required"]}


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("paper", "", b"", "required"),
        ("paper", "paper.pdf", b"", "empty"),
        ("paper", "slides.pptx", PDF, "kind"),
        ("paper", "paper.exe", b"MZ", "kind"),
        ("paper", "page.pdf", b"<script>alert(1)</script>", "content"),
        ("presentation", "paper.docx", PDF, "kind"),
        ("statement", "slides.odp", PDF, "kind"),
        ("photo", "photo.pdf", PDF, "kind"),
        ("photo", "photo.png", PDF, "content"),
    ],
)
def test_a_file_that_is_not_asked_for_is_refused(client, kind, name, content, code):
    request = make_request(kind=kind)

    sent = WORDS | ({"file": file(name, content)} if name else {})
    response = client.post(address(request), sent)

    assert codes(response) == {"file": [code]}
    assert not request.submissions.exists()


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("paper", "paper.PDF", PDF),
        ("presentation", "slides.pdf", PDF),
        ("statement", "statement.pdf", PDF),
        ("photo", "photo.png", png()),
    ],
)
def test_a_file_that_is_asked_for_is_taken(client, kind, name, content):
    request = make_request(kind=kind)

    client.post(address(request), WORDS | {"file": file(name, content)})

    assert request.submissions.get().filename.startswith(name[:5])


def test_a_file_that_is_too_large_is_refused(client, settings):
    settings.MATERIAL_MAX_BYTES = len(PDF) - 1
    request = make_request()

    response = client.post(address(request), {"file": file(), **WORDS})

    assert codes(response) == {"file": ["too_large"]}


def test_a_double_press_sends_once(client):
    request = make_request()

    for _press in range(2):
        sent = {"file": file(), "after": "0", **WORDS}
        response = client.post(address(request), sent)
        assert response["Location"] == address(request, "contribute-sent")

    assert request.submissions.count() == 1
    assert Message.objects.count() == 1


def test_the_same_again_on_purpose_is_said_to_be_the_same(client):
    request = make_request()
    client.post(address(request), {"file": file(), "after": "0", **WORDS})

    response = client.post(address(request), {"file": file(), "after": "1", **WORDS})

    assert codes(response) == {"file": ["same"]}


def test_what_is_written_too_late_stays_on_the_page(client):
    past = timezone.now() - timedelta(days=1)
    request = make_request(kind="biography", due_at=past, takes_late=False)

    response = client.post(address(request), {"text": "Has counted people."})

    assert codes(response) == {"__all__": ["closed"]}
    assert "Has counted people." in response.content.decode()


def test_the_form_of_what_is_closed_leads_back(client):
    past = timezone.now() - timedelta(days=1)
    request = make_request(due_at=past, takes_late=False)

    response = client.get(address(request))

    assert response["Location"] == request.contributor.get_absolute_url()


def test_replacing_what_is_posted_has_it_looked_at_anew(client):
    request = make_request()
    deciding.post(make_submission(request), by=None)

    page = client.get(address(request)).content.decode()
    assert "Version 1 is posted. It stays so until" in " ".join(page.split())
    client.post(address(request), {"file": file(content=PDF + b"%"), **WORDS})

    request = type(request).objects.get()
    assert request.state == "received"
    assert request.material.file.read() == PDF


def test_a_biography_keeps_its_paragraphs_and_no_more(client):
    request = make_request(kind="biography")

    sent = {"text": "Has  counted\u202e people.\r\n\r\nThen <b>more</b>."}
    client.post(address(request), sent)

    assert request.submissions.get().text == (
        "Has counted people.\n\nThen <b>more</b>."
    )


def test_a_biography_can_be_seen_before_it_is_sent(client):
    request = make_request(kind="biography")

    sent = {"text": "Has counted.\n\nThen <b>more</b>."}
    page = client.post(address(request) + "?preview", sent).content.decode()

    assert "<p>Has counted.</p>\n\n<p>Then &lt;b&gt;more&lt;/b&gt;.</p>" in page
    assert "Has counted.\n\nThen" in page  # In the field, to go on with.
    assert not request.submissions.exists()


def test_a_biography_that_is_too_long_says_by_how_much(client):
    request = make_request(kind="biography")

    response = client.post(address(request), {"text": "word " * (MOST_WORDS + 2)})

    assert codes(response) == {"text": ["words"]}
    assert "Shorten it by 2 words." in response.content.decode()


def test_the_biography_of_now_is_there_to_correct(client):
    speaker = make_speaker(biography="As it was.")
    request = make_request(make_contributor(speaker=speaker), kind="biography")

    assert client.get(address(request)).context["form"].initial["text"] == "As it was."


def test_a_title_is_corrected_from_the_one_of_now(client):
    presentation = make_presentation(title="Old")
    contributor = make_contributor(presentation.meeting)
    request = make_request(contributor, kind="title", presentation=presentation)
    assert client.get(address(request)).context["form"].initial["text"] == "Old"

    client.post(address(request), {"text": "New\r\nand better"})

    assert request.submissions.get().text == "New and better"


@pytest.mark.parametrize("kind", ["biography", "title"])
def test_an_empty_text_is_refused(client, kind):
    request = make_request(kind=kind)

    response = client.post(address(request), {"text": " \n "})

    assert codes(response) == {"text": ["required"]}


@pytest.mark.parametrize("limit", ["MOST_AN_HOUR", "MOST_VERSIONS"])
def test_nobody_sends_without_end(client, monkeypatch, limit):
    monkeypatch.setattr(sending, limit, 1)
    request = make_request(kind="biography")
    make_submission(request, text="The first.")

    response = client.post(address(request), {"text": "The second."})

    assert codes(response) == {"__all__": ["too_many"]}
    assert "The second." in response.content.decode()


def test_an_hour_later_more_can_be_sent(client, monkeypatch):
    monkeypatch.setattr(sending, "MOST_AN_HOUR", 1)
    request = make_request(kind="biography")
    make_submission(request, at=timezone.now() - timedelta(minutes=61))

    client.post(address(request), {"text": "The second."})

    assert request.submissions.count() == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Has counted people – for years.", 5),
        ("L'été, d'abord.", 2),
        ("统计人口 since 1990", 6),
        (" \n ", 0),
    ],
)
def test_words_are_counted_in_every_script(text, count):
    assert count_words(text) == count


@pytest.mark.parametrize("count", [1, 3])
def test_sending_asks_as_much_whatever_has_come(
    client, count, django_assert_num_queries
):
    request = make_request()
    for _version in range(count):
        make_submission(request)

    with django_assert_num_queries(6):
        client.get(address(request))
    with django_assert_num_queries(6):
        client.get(address(request, "contribute-sent"))
