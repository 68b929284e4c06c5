"""Nothing unreleased, private or for the staff alone is in a copy."""

from datetime import timedelta
from io import StringIO
from zipfile import ZipFile, is_zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from agenda.models import Release
from meeting import environment as env
from registration.models import Status
from tests.agenda.test_leaks import SECRET, meeting  # noqa: F401 (a fixture)
from tests.making import (
    PDF,
    make_contributor,
    make_material,
    make_registration,
    make_request,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    own = {"default": env.storage(tmp_path / "stored")}
    settings.STORAGES = settings.STORAGES | own


@pytest.fixture
def meeting_with_files(_own_files, meeting):  # noqa: F811
    """Beside what the pages hide: files that are held back, or for participants."""
    make_material(meeting, title="An open paper", file=PDF, filename="open.pdf")
    hidden = {"file": PDF + SECRET.encode(), "filename": f"{SECRET}.pdf"}
    tomorrow = timezone.now() + timedelta(days=1)
    make_material(meeting, title=f"{SECRET} held", visible_from=tomorrow, **hidden)
    make_material(meeting, title=f"{SECRET} p", visibility="participants", **hidden)
    replaced = make_material(meeting, title="Another paper", **hidden)
    replaced.file = ContentFile(PDF, "open.pdf")
    replaced.save()
    person = {"name": f"{SECRET} Person", "email": f"{SECRET}@example.org"}
    listed = {"is_listed": True, "status": Status.CONFIRMED}
    make_registration(meeting, **person, **listed)
    contributor = make_contributor(meeting, email=f"{SECRET}@example.com")
    make_submission(make_request(contributor), title=f"{SECRET} sent")
    return meeting


def text_of(file):
    """All that can be read in it, its name included."""
    content = file.read_bytes()
    if file.suffix == ".pdf" and content != PDF:
        reader = PdfReader(file)
        pages = "".join(page.extract_text() for page in reader.pages)
        content += f"{pages}{reader.metadata}".encode()
    elif is_zipfile(file):
        with ZipFile(file) as whole:
            content += b"".join(map(whole.read, whole.namelist()))
    return f"{file}\n{content.decode(errors='replace')}".casefold()


def export(folder):
    call_command("export_site", "15", to=folder, stdout=StringIO(), stderr=StringIO())
    return [file for file in folder.rglob("*") if file.is_file()]


def test_no_file_of_a_copy_says_what_is_secret(meeting_with_files, tmp_path):
    files = export(tmp_path / "copy")

    assert "open.pdf" in {file.name for file in files}
    for file in files:
        text = text_of(file)
        place = text.find(SECRET)
        assert place == -1, (file, text[max(0, place - 120) : place + 60])
        assert "csrfmiddlewaretoken" not in text, file


def test_no_file_of_a_copy_has_an_address_but_the_secretariats(
    meeting_with_files, tmp_path
):
    for file in export(tmp_path / "copy"):
        if file.suffix in {".html", ".ics", ".json", ".xml", ".atom"}:
            text = file.read_text().replace("secretariat@example.org", "")
            assert "@example" not in text, file


def test_what_is_secret_would_be_found_once_it_is_released(
    meeting_with_files, tmp_path
):
    Release.objects.make(meeting_with_files, note=f"{SECRET} out")

    found = {file.name for file in export(tmp_path / "copy") if SECRET in text_of(file)}

    assert found >= {"index.html", "agenda.ics", "agenda.atom", "agenda.pdf"}
