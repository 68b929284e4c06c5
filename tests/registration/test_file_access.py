"""Every address of a file, for everybody, before and after it is let out."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agenda.models import Material
from meeting.files.signed import LASTS
from meeting.models import Meeting
from registration.models import Registration, Status
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_picture,
    make_registration,
    make_role,
    make_session,
    make_speaker,
    make_submission,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

STAFF = ["Organizer", "Secretariat"]
PEOPLE = ["nobody", "participant", "participant elsewhere", "withdrawn", *STAFF]
SEEN_BY = ["public", "participants", "staff"]
OUT_AT = timedelta(hours=1)


@dataclass
class World:
    """One file of each visibility, held back for an hour; and who asks for them."""

    meeting: Meeting
    files: dict[str, Material]
    links: dict[str, Registration]
    clients: dict[str, Client]

    def ask(self, person: str, address: str) -> tuple[int, bytes]:
        """What they get in the end; whoever is led to the log-in gets 403."""
        answer = self.clients[person].get(address, follow=True)
        if "/admin/login/" in (answer.redirect_chain or [("", 0)])[-1][0]:
            return 403, b""
        return answer.status_code, answer.getvalue()

    def link_of(self, person: str) -> str:
        """Their private link at this meeting; that of another one is none here."""
        token = self.links[person].token
        return reverse("me", args=[self.meeting.slug, token])

    def titles_in(self, person: str, address: str) -> list[str] | int:
        status, content = self.ask(person, address)
        if status != 200 or not content.startswith(b"PK"):
            return status
        with ZipFile(BytesIO(content)) as whole:
            return [name.rpartition("/")[2] for name in whole.namelist()]


@pytest.fixture
def world() -> World:
    session = make_session()
    item = make_item(session)
    meeting = session.meeting
    out_at = timezone.now() + OUT_AT
    files = {
        seen_by: make_material(
            meeting,
            item=item,
            title=seen_by,
            file=f"the file for {seen_by}".encode(),
            visibility=seen_by,
            visible_from=out_at,
        )
        for seen_by in SEEN_BY
    }
    for material in files.values():
        material.thumbnail.save("small.png", ContentFile(b"small"))
    confirmed = {"status": Status.CONFIRMED}
    links = {
        "participant": make_registration(meeting, **confirmed),
        "participant elsewhere": make_registration(make_meeting(), **confirmed),
        "withdrawn": make_registration(meeting, status=Status.WITHDRAWN),
    }
    clients = {person: Client() for person in PEOPLE}
    for group in STAFF:
        sign_in(clients[group], group)
    return World(meeting, files, links, clients)


@pytest.fixture(params=["before", "after"])
def is_out(request):
    """Whether the embargo is over."""
    if request.param == "before":
        yield False
        return
    with time_machine.travel(timezone.now() + OUT_AT + timedelta(seconds=1)):
        yield True


def expected(may: bool) -> int:
    return 200 if may else 404


@pytest.mark.parametrize("person", PEOPLE)
def test_own_addresses_of_materials(world, is_out, person):
    for seen_by, material in world.files.items():
        may = person in STAFF or (is_out and seen_by == "public")
        thumbnail = reverse("material-thumbnail", args=["15", material.pk])

        status, content = world.ask(person, material.href)
        assert status == expected(may), seen_by
        assert (content == f"the file for {seen_by}".encode()) == may
        assert world.ask(person, thumbnail)[0] == expected(may), seen_by
        assert world.ask(person, f"{material.href}?view")[0] == expected(may)


@pytest.mark.parametrize(
    "person", ["participant", "participant elsewhere", "withdrawn"]
)
def test_addresses_on_own_pages(world, is_out, person):
    for seen_by, material in world.files.items():
        may = person == "participant" and is_out and seen_by != "staff"
        address = f"{world.link_of(person)}documents/{material.pk}/"

        status, content = world.ask(person, address)
        assert status == expected(may), seen_by
        assert (content == f"the file for {seen_by}".encode()) == may


def test_own_link_elsewhere_opens_nothing_here(world, is_out):
    own = world.links["participant elsewhere"].get_absolute_url()
    for material in world.files.values():
        address = f"{own}documents/{material.pk}/"
        assert world.ask("nobody", address)[0] == 404


@pytest.mark.parametrize("person", PEOPLE)
def test_public_zips_are_the_same_for_all(world, is_out, person):
    session = world.meeting.sessions.get()
    for address in ("/15/documents.zip", f"/15/sessions/{session.pk}/documents.zip"):
        found = world.titles_in(person, address)
        assert found == (["public.pdf"] if is_out else 404), address


@pytest.mark.parametrize(
    "person", ["participant", "participant elsewhere", "withdrawn"]
)
def test_zip_for_participants(world, is_out, person):
    found = world.titles_in(person, f"{world.link_of(person)}documents.zip")

    if person == "participant" and is_out:
        assert found == ["public.pdf", "participants.pdf"]
    else:
        # Their own page where there is one, and none elsewhere.
        assert found == (404 if person == "participant elsewhere" else 200)


@pytest.mark.parametrize("person", PEOPLE)
def test_versions_and_what_was_sent(world, is_out, person):
    material = world.files["public"]
    material.file = ContentFile(b"the next file", "next.pdf")
    material.save()
    version, sent = material.versions.get(), make_submission()

    for name, row in (("version", version), ("submission", sent)):
        address = reverse(f"admin:agenda_{name}_file", args=[row.pk])
        status = world.ask(person, address)[0]
        assert status == (200 if person in STAFF else 403), name


@pytest.mark.parametrize("person", PEOPLE)
def test_photos(world, person):
    seen = make_speaker("Ana SEEN", photo=make_picture())
    unseen = make_speaker("Ana UNSEEN", photo=make_picture())
    make_role(world.meeting.items.get(), speaker=seen)

    assert world.ask(person, f"/15/speakers/{seen.slug}/photo")[0] == 200
    assert world.ask(person, f"/15/speakers/{unseen.slug}/photo")[0] == 404
    assert world.ask(person, f"/16/speakers/{seen.slug}/photo")[0] == 404


@pytest.mark.parametrize("person", PEOPLE)
def test_address_with_a_key(world, person):
    out_at = timezone.now() + OUT_AT + timedelta(seconds=1)
    with time_machine.travel(out_at):
        material = world.files["participants"]
        link = world.link_of("participant")
        asked = f"{link}documents/{material.pk}/"
        address = world.clients["participant"].get(asked).url
        whole = world.clients["participant"].get(f"{link}documents.zip").url
        assert world.ask(person, address)[0] == 200
        assert len(world.titles_in(person, whole)) == 2
    with time_machine.travel(out_at + LASTS + timedelta(minutes=1)):
        # Staff need no key.
        assert world.ask(person, address)[0] == (200 if person in STAFF else 410)
        assert world.titles_in(person, whole) == 410


def withdraw(world):
    world.links["participant"].withdraw()


def revoke(world):
    world.links["participant"].revoke_link()


def erase(world):
    world.links["participant"].delete()


def hide(world):
    world.files["participants"].show_to("staff")


def hold_back(world):
    world.files["participants"].hold_back(timezone.now() + OUT_AT)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("happens", "status", "zipped"),
    [
        (withdraw, 410, 410),
        (revoke, 410, 410),
        (erase, 410, 410),
        (hide, 404, ["public.pdf"]),
        (hold_back, 404, ["public.pdf"]),
    ],
)
def test_a_key_ends_with_what_it_was_given_for(world, person, happens, status, zipped):
    with time_machine.travel(timezone.now() + OUT_AT + timedelta(seconds=1)):
        material = world.files["participants"]
        link = world.link_of("participant")
        asked = f"{link}documents/{material.pk}/"
        address = world.clients["participant"].get(asked).url
        whole = world.clients["participant"].get(f"{link}documents.zip").url
        etag = world.clients["participant"].get(address)["ETag"]

        happens(world)

        # Staff need no key; and nobody goes on with a download.
        assert world.ask(person, address)[0] == (200 if person in STAFF else status)
        if person not in STAFF:
            headers = {"range": "bytes=5-", "if-range": etag}
            rest = world.clients[person].get(address, headers=headers)
            assert rest.status_code == status
        assert world.titles_in(person, whole) == zipped


@pytest.mark.parametrize("person", ["nobody", "participant"])
def test_a_key_of_somebody_is_no_key_of_another(world, person):
    other = make_registration(world.meeting, status=Status.CONFIRMED)
    with time_machine.travel(timezone.now() + OUT_AT + timedelta(seconds=1)):
        pk = world.files["participants"].pk
        asked = f"{world.link_of('participant')}documents/{pk}/"
        address = world.clients["participant"].get(asked).url
        mine = world.links["participant"]
        changed = address.replace(f"by={mine.pk}-", f"by={other.pk}-")

        assert changed != address
        assert world.ask(person, changed)[0] == 404
        assert world.ask(person, address)[0] == 200


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_of_a_meeting_that_is_not_published(world, person):
    with time_machine.travel(timezone.now() + OUT_AT + timedelta(seconds=1)):
        link = world.link_of("participant")
        pk = world.files["public"].pk
        address = world.clients["participant"].get(f"{link}documents/{pk}/").url
        Meeting.objects.filter(pk=world.meeting.pk).update(is_published=False)

        assert world.ask(person, address)[0] == expected(person in STAFF)
        assert world.ask(person, "/15/documents.zip")[0] == 404
        assert world.ask(person, f"{link}documents.zip")[0] == 404


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_of_what_is_deleted(world, person):
    addresses = [each.href for each in world.files.values()]
    world.meeting.materials.all().delete()

    with time_machine.travel(timezone.now() + OUT_AT + timedelta(seconds=1)):
        assert {world.ask(person, address)[0] for address in addresses} == {404}
