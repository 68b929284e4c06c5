"""What the command writes, where, and what it says of it."""

import re
import resource
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from agenda.archive.routes import COPIED, LEFT_OUT
from agenda.models import Release
from meeting import environment as env
from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_picture,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.meeting.test_routes import PUBLIC

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    own = {"default": env.storage(tmp_path / "stored")}
    settings.STORAGES = settings.STORAGES | own
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]


@pytest.fixture
def meeting():
    """Of each page one, released twice, with two files; registration is open."""
    meeting = make_meeting(embed_hosts="https://example.org")
    session = make_session(meeting, title="Opening session")
    item = make_item(session, title="Follow-up to A/RES/70/1")
    closing = make_item(session, title="Closing")
    presentation = make_presentation(item, title="A first look")
    speaker = make_speaker("Ana LIMA", photo=make_picture())
    make_role(presentation, speaker=speaker)
    closing.title = "Closing of the meeting"
    closing.save()
    Release.objects.make(meeting, note="A second one.")
    make_material(meeting, file=PDF, filename="Paper by Ana.pdf", title="The paper")
    make_material(meeting, presentation=presentation, file=b"%PDF-1.7\nslides\n")
    make_page(meeting, title="Information note", slug="note", body="Come early.")
    return meeting


def export(folder, slug="15", **options):
    """The last line of what it says; CommandError where it fails."""
    said, progress = StringIO(), StringIO()
    call_command(
        "export_site", slug, to=folder, stdout=said, stderr=progress, **options
    )
    return said.getvalue().splitlines()[-1]


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if values.get("rel") != "canonical":
            self.found += [values[n] for n in ("href", "src") if values.get(n)]


def walk(folder):
    """Every file that is reached by links from the first page on; all must be there."""
    reached, waiting = set(), [folder / "index.html"]
    while waiting:
        file = waiting.pop()
        assert file.is_file(), file
        if file in reached:
            continue
        reached.add(file)
        if file.suffix == ".html":
            for link in Links(file.read_text()).found:
                parts = urlsplit(link)
                if not parts.scheme and parts.path:
                    waiting.append((file.parent / unquote(parts.path)).resolve())
    return {str(file.relative_to(folder)) for file in reached}


def files_in(folder):
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


def test_every_link_leads_to_a_file_and_every_file_is_led_to(meeting, tmp_path):
    export(tmp_path / "copy")

    assert walk(tmp_path / "copy") == files_in(tmp_path / "copy")


def test_the_copy_has_the_whole_meeting(meeting, tmp_path):
    export(tmp_path / "copy")

    found = files_in(tmp_path / "copy")
    paper, slides = meeting.materials.values_list("pk", flat=True)
    session = meeting.sessions.get().pk
    assert found >= {
        "index.html",
        "agenda/index.html",
        "agenda/index-by-room.html",
        "agenda/index-by-room-view-compact.html",
        "agenda/index-view-compact.html",
        "agenda/follow-up-to-ares701/index.html",
        "agenda/follow-up-to-ares701.ics",
        "agenda/closing/index.html",
        "agenda.ics",
        "agenda.json",
        "agenda.xml",
        "agenda.atom",
        "agenda.pdf",
        "agenda.docx",
        "organization-of-work.pdf",
        "organization-of-work.docx",
        f"sessions/{session}/index.html",
        "speakers/index.html",
        "speakers/ana-lima/index.html",
        "speakers/ana-lima/photo.jpg",
        "speakers/ana-lima/thumbnail.jpg",
        "documents/index.html",
        f"documents/{paper}/Paper by Ana.pdf",
        f"documents/{slides}/paper.pdf",
        "releases/index.html",
        "releases/1/index.html",
        "releases/2/index.html",
        "releases/2/changes/index.html",
        "note/index.html",
        "static/css/plenary.css",
        "static/img/plenary.svg",
    }


@pytest.mark.parametrize("prefix", ["", "/by-the-proxy/"])
def test_files_are_those_that_were_posted(meeting, tmp_path, settings, prefix):
    settings.SENDFILE_PREFIX = prefix

    export(tmp_path / "copy")

    material = meeting.materials.first()
    file = tmp_path / "copy" / f"documents/{material.pk}/Paper by Ana.pdf"
    assert file.read_bytes() == PDF


def test_it_says_how_much_there_is_and_where(meeting, tmp_path):
    line = export(tmp_path / "copy")

    found = [f for f in (tmp_path / "copy").rglob("*") if f.is_file()]
    pages = sum(file.suffix == ".html" for file in found)
    kilobytes = sum(file.stat().st_size for file in found) / 1024
    assert line == (
        f"{pages} pages, {len(found) - pages} files, {kilobytes:.1f} KB"
        f" in {tmp_path / 'copy'}"
    )


def test_the_same_meeting_gives_the_same_bytes_but_for_the_moment(meeting, tmp_path):
    export(tmp_path / "first")
    with time_machine.travel(timezone.now() + timedelta(minutes=7)):
        export(tmp_path / "second")

    def content(folder):
        line = re.compile(rb'<div class="copied">.*?</div>', re.DOTALL)
        return {
            name: line.sub(b"", (folder / name).read_bytes())
            for name in files_in(folder)
        }

    assert content(tmp_path / "first") == content(tmp_path / "second")


def test_each_page_says_of_what_it_is_a_copy_and_of_when(meeting, tmp_path):
    moment = meeting.starts_at - timedelta(days=10)
    with time_machine.travel(moment, tick=False):
        export(tmp_path / "copy")

    page = (tmp_path / "copy/speakers/ana-lima/index.html").read_text()
    address = f"{SITE}/15/speakers/ana-lima/"
    assert f'Copy of <a href="{address}" dir="ltr">{address}</a>, made at ' in page
    assert f"00.00 on {moment.day} {moment:%B %Y}, New York time" in page


def test_what_needs_a_server_is_left_out(meeting, tmp_path):
    export(tmp_path / "copy")

    for name in files_in(tmp_path / "copy"):
        if name.endswith(".html"):
            page = (tmp_path / "copy" / name).read_text()
            for sign in ("<form", "csrf", "hx-", "data-star", "data-worker", "manif"):
                assert sign not in page, (name, sign)
            assert "Register" not in page, name
            assert "My agenda" not in page, name


def page_saying(body, folder):
    """The copy of a page with this text, in a meeting that has nothing else yet."""
    make_page(make_meeting(), slug="how", body=body)
    export(folder)
    return (folder / "how/index.html").read_text()


def test_words_of_a_link_that_is_left_out_stay_in_a_sentence(tmp_path):
    page = page_saying("You may [register here](/15/register/) now.", tmp_path / "copy")

    assert "<p>You may register here now.</p>" in page


def test_a_link_that_leads_nowhere_becomes_its_words(tmp_path):
    page = page_saying("See [the map](/15/map/), please.", tmp_path / "copy")

    assert "<p>See the map, please.</p>" in page


def test_an_old_address_leads_on(tmp_path):
    note = make_page(make_meeting(), slug="note", body="See [it](/15/note/#where).")
    note.slug = "information"
    note.save()

    export(tmp_path / "copy")

    page = (tmp_path / "copy/information/index.html").read_text()
    assert '<a href="index.html#where"' in page


def test_other_sites_and_other_meetings_are_where_they_were(tmp_path):
    body = "[Then](/16/agenda/), [there](https://example.org/a), [so](mailto:a@b.org)"

    page = page_saying(body, tmp_path / "copy")

    assert f'<a href="{SITE}/16/agenda/"' in page
    assert '<a href="https://example.org/a"' in page
    assert '<a href="mailto:a@b.org"' in page
    assert f'<link rel="canonical" href="{SITE}/15/how/">' in page
    assert not (tmp_path / "copy/16").exists()


def test_hostile_addresses_stay_within_the_folder(tmp_path):
    page_saying("[a](/15/%2e%2e/%2e%2e/x/) [b](//[) [c](http://[x)", tmp_path / "copy")

    assert {path.name for path in tmp_path.iterdir()} <= {"copy", "stored"}


def test_it_is_written_in_the_language_that_is_asked_for(meeting, tmp_path):
    export(tmp_path / "copy", language="ar")

    page = (tmp_path / "copy/agenda/index.html").read_text()
    assert '<html lang="ar" dir="rtl">' in page
    assert "kedd" not in page


def test_packed_it_is_one_file_with_the_same_in_it(meeting, tmp_path):
    export(tmp_path / "copy")
    line = export(tmp_path / "copy", is_packed=True)

    assert line.endswith(f" in {tmp_path / 'copy.zip'}")
    with ZipFile(tmp_path / "copy.zip") as archive:
        names = archive.namelist()
        assert set(names) == {f"copy/{name}" for name in files_in(tmp_path / "copy")}
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_a_file_that_is_missing_is_said_and_all_else_is_written(meeting, tmp_path):
    lost = meeting.materials.first()
    lost.file.storage.delete(lost.file.name)

    with pytest.raises(CommandError) as failed:
        export(tmp_path / "copy")

    address = f"{SITE}/15/documents/{lost.pk}/Paper%20by%20Ana.pdf"
    assert str(failed.value) == (
        f"{address} is linked to and missing: perhaps its file is not where files are"
        " kept."
    )
    assert walk(tmp_path / "copy") == files_in(tmp_path / "copy")
    page = (tmp_path / "copy/documents/index.html").read_text()
    assert "The paper" in page
    assert "Paper%20by%20Ana" not in page


def test_a_page_that_fails_is_said(meeting, tmp_path, settings):
    # Nobody can write where papers are kept.
    (tmp_path / "stored").mkdir(exist_ok=True)
    (tmp_path / "stored" / "papers").write_text("")

    with pytest.raises(CommandError) as failed:
        export(tmp_path / "copy")

    lines = sorted(str(failed.value).splitlines())
    assert len(lines) == 4
    line = f"{SITE}/15/agenda.docx could not be copied: the site answered 500."
    assert lines[0] == line
    assert walk(tmp_path / "copy") == files_in(tmp_path / "copy")


def test_a_release_meanwhile_is_said(meeting, tmp_path):
    class Releasing(StringIO):
        def write(self, text):
            if meeting.releases.count() == 2:
                make_item(meeting.sessions.get(), released=False)
                Release.objects.make(meeting)

    with pytest.raises(CommandError, match="released anew while it was copied"):
        call_command(
            "export_site",
            "15",
            to=tmp_path / "c",
            stderr=Releasing(),
            stdout=StringIO(),
        )


def test_an_unknown_meeting_is_said(tmp_path):
    make_meeting()

    with pytest.raises(CommandError, match=r"There is no meeting “99”.*: 15\."):
        export(tmp_path / "copy", slug="99")
    assert not (tmp_path / "copy").exists()


def test_a_meeting_that_nobody_sees_is_not_copied(tmp_path):
    make_meeting(is_published=False)

    with pytest.raises(CommandError, match="Meeting 15 is not published"):
        export(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_folder_that_has_something_in_it_stays_as_it_is(meeting, tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine.txt").write_text("mine")

    with pytest.raises(CommandError, match="is there already"):
        export(tmp_path / "copy")

    assert files_in(tmp_path / "copy") == {"mine.txt"}


def test_a_file_is_not_written_over(meeting, tmp_path):
    for name in ("copy", "copy.zip"):
        (tmp_path / name).write_text("mine")

    for is_packed in (False, True):
        with pytest.raises(CommandError, match="is there already"):
            export(tmp_path / "copy", is_packed=is_packed)
    assert (tmp_path / "copy.zip").read_text() == "mine"


def test_an_empty_folder_is_filled(meeting, tmp_path):
    (tmp_path / "copy").mkdir()

    export(tmp_path / "copy")

    assert (tmp_path / "copy/index.html").is_file()


@contextmanager
def disk_that_takes_files_of(size):
    """The system refuses what is longer, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_full_disk_leaves_no_half_copy(meeting, tmp_path, is_packed):
    megabytes = 8 * 1024**2
    film = meeting.materials.first()
    film.file = ContentFile(b"%PDF-1.7\n" + b"x" * megabytes, "film.pdf")
    film.save()

    with (
        disk_that_takes_files_of(megabytes),
        pytest.raises(CommandError, match="could not be written, and nothing is left"),
    ):
        export(tmp_path / "copies" / "copy", is_packed=is_packed)

    assert list((tmp_path / "copies").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(meeting, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match=r"could not be written.*: File exists\."):
        export(tmp_path / "file" / "copy")


def test_every_public_route_is_copied_or_left_out():
    assert PUBLIC.keys() == COPIED | LEFT_OUT
    assert COPIED.isdisjoint(LEFT_OUT)


def test_dump_and_export_name_the_same_meetings(tmp_path):
    for command in ("dump_meeting", "export_site"):
        with pytest.raises(CommandError, match="There is no meeting “1”; there are: –"):
            call_command(command, "1")
    assert not Path("meeting-1").exists()
