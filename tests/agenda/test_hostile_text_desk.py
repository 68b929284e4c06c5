"""What somebody typed is text also where few look: the desk, private pages, mails, copies."""

import re
from email import message_from_bytes
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from agenda.contributing import asking, deciding, sending
from agenda.models import Contributor, Material, Speaker
from meeting import environment as env
from meeting.mail.models import Message
from meeting.mail.parts import email_of
from registration.models import Status
from tests.agenda.test_hostile_text import TEXTS, assert_harmless, plant
from tests.making import (
    PDF,
    make_contributor,
    make_material,
    make_registration,
    make_request,
    make_role,
    make_speaker,
    make_submission,
)
from tests.parts.rows import kept
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
# A name that any disk takes, and a page should not.
FILE_NAME = "\"><img src=x onerror=alert(4)>'&.pdf"
TYPED = {name: text for name, text in TEXTS.items() if name != "long"}


@pytest.fixture(scope="module", params=TYPED)
def text(request):
    return TYPED[request.param]


@pytest.fixture(scope="module")
def meeting(text, tmp_path_factory, django_db_setup, django_db_blocker):
    own = {"default": env.storage(tmp_path_factory.mktemp("kept"))}
    with override_settings(STORAGES=settings.STORAGES | own), kept(django_db_blocker):
        yield make_hostile_meeting(text)


def make_hostile_meeting(text):
    """What `plant` makes, and a contributor of each kind who has sent all kinds."""
    meeting = plant(text)
    speaker = Speaker.objects.get()
    Speaker.objects.update(biography=text)
    make_role(meeting.items.get(), speaker=make_speaker(f"{text} 2", biography=text))
    wording = {"contact": text, "email": "ann@example.org"}
    for who in ({"speaker": speaker}, {"organization": text}):
        contributor = make_contributor(meeting, **who, **wording)
        facts = {"note": text, "item": meeting.items.get()}
        paper = make_request(contributor, **facts)
        for number in (1, 2):
            make_submission(
                paper,
                title=f"{text} {number}",
                filename=FILE_NAME,
                comment=text,
                state="change_asked",
            )
        if contributor.speaker:
            for kind in ("biography", "title"):
                asked = make_request(contributor, kind=kind, note=text)
                make_submission(asked, text=f"{text}\n\n# {text} [x](javascript:1)")
    deciding.post(contributor.requests.get().latest, by=None)
    for visibility in Material.Visibility:
        make_material(
            meeting,
            title=text,
            author=text,
            symbol=text[:100],
            note=text,
            visibility=visibility,
            file=PDF,
            filename=FILE_NAME,
        )
    return meeting


def pages_of(client, addresses):
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        yield address, response


def test_pages_of_a_private_link(client, meeting):
    for contributor in Contributor.objects.all():
        own = contributor.get_absolute_url()
        addresses = [own]
        for asked in contributor.requests.all():
            addresses += [f"{own}{asked.pk}/", f"{own}{asked.pk}/sent/"]
        for address, response in pages_of(client, addresses):
            assert_harmless(response, address)


def test_what_comes_back_of_a_form_of_a_private_link(client, meeting, text):
    contributor = Contributor.objects.get(organization="")
    own = contributor.get_absolute_url()
    typed = {"text": f"{text}\n\n<svg/onload=alert(1)>", "title": text, "zone": text}
    sent = {"language": text, "after": text}
    for asked in contributor.requests.all():
        for query in ("", "?preview"):
            file = BytesIO(b"<script>")
            file.name = FILE_NAME.replace(".pdf", ".html")
            address = f"{own}{asked.pk}/{query}"
            response = client.post(address, {**typed, **sent, "file": file})
            assert_harmless(response, address)
    assert_harmless(client.post(f"{own}zone/", typed), "zone")


def test_pages_for_participants(client, meeting, text):
    person = make_registration(
        meeting, name=text[:100], organization=text[:100], status=Status.CONFIRMED
    )
    own = person.get_absolute_url()
    for address, response in pages_of(client, [own, f"{own}documents/", "/15/"]):
        assert_harmless(response, address)


def test_pages_of_the_staff(client, meeting):
    sign_in(client)
    meeting_pk = meeting.pk

    def ours(name, *args):
        return reverse(f"admin:agenda_{name}", args=args)

    speaker, other = Speaker.objects.order_by("pk")
    addresses = [
        ours("papers", meeting_pk),
        ours("papers_ask", meeting_pk),
        ours("edits", meeting_pk),
        ours("release_make", meeting_pk),
        ours("day", meeting_pk),
        ours("programme", meeting_pk),
        ours("material_changelist"),
        ours("material_several"),
        ours("speaker_changelist"),
        ours("speaker_merge", speaker.pk),
        f"{ours('speaker_merge', speaker.pk)}?other={other.pk}",
        reverse("admin:auditlog_logentry_changelist"),
        "/admin/",
    ]
    addresses += [ours("contributor_change", each.pk) for each in _contributors()]
    addresses += [ours("material_change", each.pk) for each in Material.objects.all()]
    addresses += [ours("speaker_change", each.pk) for each in (speaker, other)]
    for address, response in pages_of(client, addresses):
        assert_harmless(response, address)


def _contributors():
    return Contributor.objects.all()


def test_what_the_desk_does_to_many_asks_again_in_text(client, meeting, text):
    sign_in(client)
    address = reverse("admin:agenda_papers_many", args=[meeting.pk])
    for do in ("remind", "accept", "post", "deadline", "tell"):
        typed = {"all": "1", "do": do, "line": text, "at": text, "shown_at": text}
        assert_harmless(client.post(address, typed, follow=True), do)


def test_mails_have_one_line_for_a_subject_and_no_script(meeting, text):
    for contributor in Contributor.objects.all():
        asking.send_link(contributor)
        for asked in contributor.requests.all():
            sent = asked.latest
            if sent and not asked.posted:
                deciding.ask_change(sent, text, by=None)
    asked = Contributor.objects.get(organization="").requests.get(kind="biography")
    sending.send(asked, text="Another")

    messages = list(Message.objects.all())

    assert len(messages) > 3
    for message in messages:
        assert len(message.subject.splitlines()) == 1, message.kind
        assert_harmless(message.html, message.kind)
        for part in message_from_bytes(email_of(message).message().as_bytes()).walk():
            assert "X-A" not in part, message.kind


def test_a_copy_for_the_archive(meeting, tmp_path):
    folder = tmp_path / "copy"
    call_command("export_site", "15", to=folder, stdout=StringIO(), stderr=StringIO())

    files = list(folder.rglob("*.html"))
    assert len(files) > 10
    for file in files:
        assert_harmless(file.read_text(), file.name)
    for path in folder.rglob("*"):
        assert not re.search('[<>"\\x00-\\x1f\u202e]', path.name), path


def test_names_in_a_zip(meeting):
    content = Client().get("/15/documents.zip").getvalue()

    with ZipFile(BytesIO(content)) as whole:
        names = whole.namelist()
    assert names
    for name in names:
        assert not re.search('[<>:"|?*\\\\\x00-\x1f\u202e\u2066]', name), name
        assert ".." not in name.split("/")
