"""The rules of the papers desk, from asking to posting."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfWriter

from agenda.contributing import asking, deciding, sending
from agenda.contributing.cards import cards_of
from agenda.models import Contributor, Material, Presentation, Request
from meeting.mail.models import Message
from tests.making import (
    PDF,
    make_contributor,
    make_item,
    make_meeting,
    make_presentation,
    make_request,
    make_speaker,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def pdf(name="paper.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def code(caught):
    return caught.value.error_list[0].code


def in_a_week():
    return timezone.now() + timedelta(days=7)


def kinds_written(contributor):
    mails = contributor.messages.order_by("pk")
    return [mail.kind for mail in mails]


def fresh(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def test_one_mail_asks_for_all_that_is_new():
    contributor = make_contributor()
    presentation = make_presentation()
    asking.ask(contributor, "paper", due_at=in_a_week(), place=presentation)
    asking.ask(contributor, "biography", due_at=in_a_week())

    asking.tell(contributor, line="Four pages, please.")
    asking.tell(contributor)

    mail = Message.objects.get()
    assert mail.to == contributor.email
    assert "Paper: Presentation 1" in mail.text
    assert "Biography" in mail.text
    assert "Four pages, please." in mail.text
    assert contributor.address in mail.text
    assert not contributor.requests.filter(asked_at=None).exists()


def test_nobody_is_asked_twice_for_the_same():
    contributor = make_contributor()
    asking.ask(contributor, "photo", due_at=in_a_week())

    with pytest.raises(ValidationError) as caught:
        asking.ask(contributor, "photo", due_at=in_a_week())

    assert code(caught) == "asked"


def test_who_has_no_address_does_not_count_as_asked():
    contributor = make_contributor(email="")
    asking.ask(contributor, "photo", due_at=in_a_week())

    with pytest.raises(ValidationError):
        asking.tell(contributor)

    assert contributor.requests.get().asked_at is None


def test_a_contributor_is_made_once():
    meeting, speaker = make_meeting(), make_speaker()

    for _time in range(2):
        asking.contributor_for(meeting, speaker=speaker)
        asking.contributor_for(meeting, organization="IOM")

    assert Contributor.objects.count() == 2


def test_what_is_sent_is_kept_as_the_next_version():
    request = make_request()

    sending.send(request, file=pdf("a.pdf"))
    sending.send(request, file=pdf("b.pdf", PDF + b"%"))

    sent = [(each.number, each.filename) for each in request.submissions.all()]
    assert sent == [(2, "b.pdf"), (1, "a.pdf")]
    assert fresh(request).state == "received"
    assert kinds_written(request.contributor) == ["paper_received"] * 2


def test_the_same_again_is_refused():
    request = make_request()
    sending.send(request, file=pdf())

    with pytest.raises(ValidationError) as caught:
        sending.send(request, file=pdf())

    assert code(caught) == "same"


def test_too_many_pages_are_refused(three_pages):
    request = make_request(max_pages=2)

    with pytest.raises(ValidationError) as caught:
        sending.send(request, file=pdf(content=three_pages))

    assert code(caught) == "pages"
    assert not request.submissions.exists()


@pytest.fixture
def three_pages():
    writer = PdfWriter()
    for _page in range(3):
        writer.add_blank_page(100, 100)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def test_after_the_deadline_nothing_is_replaced():
    request = make_request()
    make_submission(request)

    request.due_at = timezone.now()
    request.save()

    with pytest.raises(ValidationError) as caught:
        sending.send(request, file=pdf())

    assert code(caught) == "closed"


def test_who_has_sent_nothing_can_be_late():
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    assert request.state == "late"

    sending.send(request, file=pdf())

    assert fresh(request).state == "received"


def test_late_is_too_late_where_the_desk_says_so():
    request = make_request(due_at=timezone.now() - timedelta(days=1), takes_late=False)

    with pytest.raises(ValidationError) as caught:
        sending.send(request, file=pdf())

    assert code(caught) == "closed"


def test_what_the_desk_asks_to_change_is_taken_after_the_deadline():
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    deciding.ask_change(make_submission(request), "Number the pages.", by=make_user())
    assert fresh(request).state == "change_asked"

    sending.send(request, file=pdf())

    assert fresh(request).state == "received"
    assert "Number the pages." in Message.objects.order_by("pk")[0].text


def test_a_change_needs_a_line():
    with pytest.raises(ValidationError) as caught:
        deciding.ask_change(make_submission(), " ", by=None)

    assert code(caught) == "comment"


def test_nobody_decides_on_a_version_that_is_not_the_newest():
    request = make_request()
    first = make_submission(request)
    make_submission(request)

    with pytest.raises(ValidationError) as caught:
        deciding.accept(first, by=None)

    assert code(caught) == "newer"


def test_a_paper_that_is_posted_is_a_material_of_its_presentation():
    presentation = make_presentation()
    meeting = presentation.meeting
    contributor = make_contributor(meeting, speaker=make_speaker("Ana SILVA"))
    request = make_request(contributor, presentation=presentation)

    deciding.post(make_submission(request, language="fr"), by=make_user())

    material = Material.objects.get()
    assert material.presentation == presentation
    assert (material.title, material.language) == ("Counting people on the move", "fr")
    assert material.author == "Ana SILVA"
    assert material.file.read() == PDF
    assert fresh(request).state == "posted"
    assert kinds_written(contributor) == ["paper_posted"]


def test_the_next_version_takes_the_place_of_the_one_posted():
    request = make_request()
    deciding.post(make_submission(request), by=None)
    deciding.post(make_submission(request, file=PDF + b"%"), by=None)

    material = Material.objects.get()
    assert (material.filename, material.number) == ("paper-2.pdf", 2)
    assert material.file.read() == PDF + b"%"
    earlier = material.versions.get()
    assert (earlier.number, earlier.filename) == (1, "paper-1.pdf")
    assert earlier.file.read() == PDF


def test_a_paper_can_be_posted_at_a_set_time():
    request = make_request()
    at = in_a_week()

    deciding.post(make_submission(request), by=None, at=at)

    assert not Material.objects.public().exists()
    assert fresh(request).state == "planned"
    with time_machine.travel(at + timedelta(seconds=1)):
        assert Material.objects.public().exists()
        assert fresh(request).state == "posted"


def test_what_readers_have_is_not_taken_away_for_a_later_version():
    request = make_request()
    deciding.post(make_submission(request), by=None)
    another = make_submission(request, file=PDF + b"%")

    with pytest.raises(ValidationError) as caught:
        deciding.post(another, by=None, at=in_a_week())

    assert code(caught) == "at"
    assert Material.objects.public().get().file.read() == PDF


def test_a_paper_of_an_organization_is_a_contributed_paper():
    contributor = make_contributor(organization="Mixed Migration Centre")

    deciding.post(make_submission(make_request(contributor)), by=None)

    material = Material.objects.get()
    assert material.is_contributed
    assert material.author == "Mixed Migration Centre"
    assert material.is_of_meeting


def test_a_biography_is_the_speakers():
    request = make_request(kind="biography")

    deciding.post(make_submission(request, text="Has counted people."), by=None)

    request.contributor.speaker.refresh_from_db()
    assert request.contributor.speaker.biography == "Has counted people."


def test_a_title_is_an_edit_of_the_draft():
    presentation = make_presentation()
    contributor = make_contributor(presentation.meeting)
    request = make_request(contributor, kind="title", presentation=presentation)

    deciding.post(make_submission(request, text="Another title"), by=make_user())

    assert Presentation.objects.get().title == "Another title"
    assert presentation.meeting.edits.count() == 1


def test_a_deadline_is_said_in_the_hours_of_whom_it_concerns():
    contributor = make_contributor(zone="Asia/Tokyo")
    due_at = make_meeting(slug="other").starts_at.replace(hour=12, tzinfo=None)
    due_at = due_at.replace(tzinfo=contributor.meeting.zone)
    asking.ask(contributor, "photo", due_at=due_at)

    asking.tell(contributor)

    there = due_at.astimezone(contributor.own_zone)
    mail = Message.objects.get()
    assert f"{there:%H.%M} on {there.day} {there:%B %Y}, Tokyo time" in mail.text


def test_a_link_that_is_revoked_leads_nowhere(client):
    contributor = make_contributor()
    address = contributor.get_absolute_url()
    assert client.get(address).status_code == 200

    contributor.revoke_link()

    assert client.get(address).status_code == 404


def test_a_presentation_without_a_title_is_named_by_its_item():
    item = make_item(title="Counting people on the move")
    presentation = make_presentation(item, title="")
    contributor = make_contributor(item.meeting)
    request = make_request(contributor, presentation=presentation)
    asking.send_link(contributor)

    assert str(request) == "Paper: Counting people on the move"
    assert f"– {request}" in Message.objects.get().text
    assert [str(card) for card in cards_of(contributor)] == [str(request)]
