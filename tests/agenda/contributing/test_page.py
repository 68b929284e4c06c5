"""The contributor's page: what it says of each request, and in which state."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from agenda.contributing import deciding
from agenda.models import Material
from tests.making import (
    PDF,
    make_contributor,
    make_item,
    make_meeting,
    make_presentation,
    make_request,
    make_session,
    make_speaker,
    make_submission,
)

pytestmark = pytest.mark.django_db
LATER = datetime(2090, 1, 1, 14, tzinfo=UTC)


def page_of(client, contributor):
    return " ".join(client.get(contributor.get_absolute_url()).content.decode().split())


def make_due(contributor=None, **fields):
    """Due at noon on 8 December 2026 in New York."""
    contributor = contributor or make_contributor(make_meeting(timezone="UTC"))
    due_at = datetime(2026, 12, 8, 17, tzinfo=UTC)
    return make_request(contributor, due_at=due_at, **fields)


def test_it_says_who_is_asked_for_what_and_by_which_rules(client):
    meeting = make_meeting(papers_spacing="Single spacing.", papers_max_pages=4)
    contributor = make_contributor(meeting, speaker=make_speaker("Ana SILVA"))
    make_request(contributor, note="Name your sources.\n\nNo annexes.")

    page = page_of(client, contributor)

    assert "Ana" in page
    assert "At most 4 pages." in page
    assert "Single spacing." in page
    assert "Taken: PDF, DOCX or ODT, of at most 50.0 MB." in page
    assert "<p>Name your sources.</p> <p>No annexes.</p>" in page


def test_pages_that_the_desk_asks_for_go_before_those_of_the_meeting(client):
    contributor = make_contributor(make_meeting(papers_max_pages=4))
    make_request(contributor, max_pages=10)

    assert "At most 10 pages." in page_of(client, contributor)


def test_place_hours_and_room_are_those_released(client):
    session = make_session(room="Room XII")
    presentation = make_presentation(make_item(session, title="Data"), title="Old")
    presentation.title = "New, and not released"
    presentation.save()
    contributor = make_contributor(session.meeting)
    make_request(contributor, presentation=presentation)

    page = page_of(client, contributor)

    assert ">Old</a>" in page
    assert "I. <bdi>Data</bdi>" in page
    assert ">10.00</time>" in page
    assert "Room XII" in page
    assert "not released" not in page


def test_what_is_in_no_release_is_named_as_the_desk_has_it(client):
    meeting = make_session().meeting
    item = make_item(meeting.sessions.get(), title="Still a draft", released=False)
    contributor = make_contributor(meeting)
    make_request(contributor, item=item)

    page = page_of(client, contributor)

    assert "<cite><bdi>Still a draft</bdi></cite>" in page


def test_a_deadline_is_said_on_both_clocks(client):
    meeting = make_meeting(timezone="America/New_York")
    make_due(make_contributor(meeting, zone="Asia/Tokyo"))

    page = page_of(client, meeting.contributors.get())

    assert "02.00 on 9 December 2026, Tokyo time (UTC+9)" in page
    assert "At the meeting: 12.00 on 8 December 2026, New York time (UTC−5)" in page


def test_a_deadline_is_said_once_where_the_clocks_agree(client):
    meeting = make_meeting(timezone="America/New_York")
    make_due(make_contributor(meeting))

    page = page_of(client, meeting.contributors.get())

    assert "12.00 on 8 December 2026, New York time (UTC−5)" in page
    assert "At the meeting" not in page


def test_it_says_how_much_time_is_left(client):
    with time_machine.travel(datetime(2026, 12, 4, 17, tzinfo=UTC), tick=False):
        request = make_due()
        assert page_of(client, request.contributor).count("4 days") == 1


def test_a_page_on_which_nothing_is_taken_any_more_says_so(client):
    request = make_in_state("too late")
    page = page_of(client, request.contributor)

    assert "Send it here" not in page
    assert "Nothing can be sent here any longer" in page

    make_request(request.contributor, kind="photo")

    assert "Send it here" in page_of(client, request.contributor)


def test_slides_are_counted_as_slides_whatever_they_are_saved_as(client):
    request = make_request(kind="presentation")
    make_submission(request, pages=12)

    assert "<span>12 slides</span>" in page_of(client, request.contributor)


SENTENCES = {
    "awaited": "Nothing has arrived yet.",
    "late": "You can still send it",
    "too late": "It can no longer be sent here.",
    "received": "It has arrived. The secretariat will look at it",
    "closed": "it can no longer be replaced here",
    "change_asked": '<blockquote class="quote"><bdi>Number the pages.</bdi>',
    "changed late": "the next version is still taken",
    "accepted": "It is not posted yet.",
    "planned": "It is posted from ",
    "posted": "It has been posted since ",
    "replaced": "Version 1 is posted, and stays so until another one is.",
}


def make_in_state(state):
    """A request in one of the states of a contributor's page."""
    past = state in {"late", "too late", "closed", "changed late"}
    due_at = timezone.now() + timedelta(days=-1 if past else 7)
    request = make_request(due_at=due_at, takes_late=state != "too late")
    if state in {"awaited", "late", "too late"}:
        return request
    sent = make_submission(request)
    match state:
        case "change_asked" | "changed late":
            deciding.ask_change(sent, "Number the pages.", by=None)
        case "accepted":
            deciding.accept(sent, by=None)
        case "planned":
            at = timezone.now() + timedelta(days=9)
            deciding.post(sent, by=None, at=at)
        case "posted" | "replaced":
            deciding.post(sent, by=None)
    if state == "replaced":
        make_submission(request, file=b"%PDF-1.7 another")
    return request


@pytest.mark.parametrize("state", SENTENCES)
def test_each_state_says_how_it_stands(client, state):
    request = make_in_state(state)

    assert SENTENCES[state] in page_of(client, request.contributor)


@pytest.mark.parametrize("state", SENTENCES)
def test_it_offers_to_send_what_would_be_taken(client, state):
    request = make_in_state(state)

    is_offered = f'/{request.pk}/">' in page_of(client, request.contributor)

    assert is_offered == (state not in {"too late", "closed"})


def test_it_lists_each_version_with_what_the_desk_said(client):
    request = make_request(make_contributor(zone="Asia/Tokyo"))
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    first = make_submission(request, language="fr", pages=3, at=at)
    deciding.ask_change(first, "Number the pages.", by=None)
    make_submission(request, title="Counting again")

    page = page_of(client, request.contributor)

    newer, older = page.split('<ol class="arrived" reversed>')[1].split("</li>")[:2]
    assert "paper-2.pdf" in newer
    assert "Counting again" in newer
    assert "paper-1.pdf" in older
    assert "Number the pages." in older
    assert f"<span>Version 1</span><span>{len(PDF)} bytes</span><span>3 pages" in older
    assert "<span>French</span>" in older
    assert "Sent at 21.00 on 20 November 2026, Tokyo time (UTC+9)" in older


def test_what_readers_have_is_marked(client):
    page = page_of(client, make_in_state("replaced").contributor)

    newer, older = page.split('<ol class="arrived" reversed>')[1].split("</li>")[:2]
    assert '<span class="tag posted">' not in newer
    assert '<span class="tag posted">' in older


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "See it as readers do"),
        ({"visible_from": LATER}, "and holds it back until 09.00 on 1 January 2090"),
        ({"visibility": "staff"}, "Readers do not see it at this moment."),
        ({"visibility": "participants"}, "posted it for participants alone."),
    ],
)
def test_it_says_whether_readers_see_what_is_posted(client, changes, sentence):
    request = make_in_state("posted")
    request.refresh_from_db()
    material = request.material
    for name, value in changes.items():
        setattr(material, name, value)
    material.save()

    page = page_of(client, request.contributor)

    assert sentence in page
    assert ("See it as readers do" in page) == (not changes)


@pytest.mark.parametrize(
    ("changes", "has_readers"),
    [
        ({}, True),
        ({"visibility": "participants"}, True),
        ({"visible_from": LATER}, False),
        ({"visibility": "staff"}, False),
        (None, False),
    ],
)
def test_what_readers_no_longer_have_is_not_called_posted(client, changes, has_readers):
    request = make_in_state("replaced")
    request.refresh_from_db()
    if changes is None:
        request.material.delete()
    else:
        Material.objects.update(**changes)
    address = f"{request.contributor.get_absolute_url()}{request.pk}/"

    page, form = page_of(client, request.contributor), client.get(address).text

    assert ('<span class="tag posted">' in page) == has_readers
    assert ("Version 1 is posted, and stays so" in page) == has_readers
    assert ("Version 1 is posted. It stays so" in form) == has_readers
    assert ("Version 2 has arrived." in form) != has_readers


def test_it_says_that_the_desk_has_put_another_file_there(client):
    request = make_in_state("posted")
    assert "another file in its place" not in page_of(client, request.contributor)
    request.refresh_from_db()
    material = request.material
    material.file = ContentFile(PDF + b"another", "theirs.pdf")
    material.save()

    page = page_of(client, request.contributor)

    assert "The secretariat has put another file in its place since." in page
    assert '<span class="tag posted">posted' not in page.split('class="arrived"')[1]


def test_a_form_that_is_filled_in_already_says_what_with(client):
    presentation = make_presentation(title="A first look")
    request = make_request(kind="title", presentation=presentation)
    address = f"{request.contributor.get_absolute_url()}{request.pk}/"
    assert "This is how it stands now." in client.get(address).text

    make_submission(request, text="Another look", title="")

    assert "This is how it stands now." not in client.get(address).text


def test_markup_in_a_text_is_text(client):
    request = make_request(kind="biography")
    make_submission(request, title="", text="<b>Bold</b>\n\nSecond.")

    page = page_of(client, request.contributor)

    assert "<p>&lt;b&gt;Bold&lt;/b&gt;</p> <p>Second.</p>" in page


def test_papers_of_an_organization_are_posted_as_received(client):
    contributor = make_contributor(organization="Mixed Migration Centre")
    make_request(contributor)

    page = page_of(client, contributor)

    assert "posted as received, without formal editing" in page


def test_nothing_of_anybody_else_is_on_it(client):
    request = make_request()
    meeting = request.contributor.meeting
    other = make_contributor(meeting, speaker=make_speaker("Other PERSON"))
    make_submission(make_request(other, note="A word for another."))

    page = page_of(client, request.contributor)

    assert "PERSON" not in page
    assert "paper-1.pdf" not in page
    assert "A word for another." not in page
    assert request.contributor.email not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_many_requests(
    client, count, django_assert_num_queries
):
    presentation = make_presentation()
    contributor = make_contributor(presentation.meeting)
    for number in range(count):
        request = make_request(contributor, presentation=presentation)
        for _version in range(number + 1):
            make_submission(request)
        deciding.post(request.latest, by=None)
    address = contributor.get_absolute_url()

    with django_assert_num_queries(7):
        client.get(address)
