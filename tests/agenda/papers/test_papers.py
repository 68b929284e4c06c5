import io
import time
from datetime import time as hour
from datetime import timedelta
from functools import partial
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from docx import Document

from agenda.models import Item, Release, Role
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
    make_user,
)

pytestmark = pytest.mark.django_db

PAPERS = ["organization-of-work", "agenda"]
HOSTILE = ["#import", "*bold*", "$x$", "<b>", "\\n", "= a", "@ref", "`raw`", '"q"']


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


def make_programme(**fields):
    """Two sessions with a pause, a break, speakers and a moderator, all released."""
    meeting = make_meeting(
        organizer_name="Population Division",
        organizer_parent="Department of Tests",
        city="New York",
        **fields,
    )
    morning = make_session(meeting, released=False)
    opening = make_item(morning, title="Opening", released=False)
    make_item(morning, title="Coffee", kind="break", is_numbered=False, released=False)
    panel = make_item(morning, title="Data for all", released=False)
    panel.set_hours(hour(11, 15), hour(12, 45))
    panel.is_complete = False
    panel.save()
    remarks = make_presentation(opening, title="A first look", released=False)
    make_role(
        remarks,
        speaker=make_speaker("Juan José GÓMEZ CAMACHO"),
        style="H.E. Mr.",
        function="Permanent Representative",
        affiliation="Mexico",
        released=False,
    )
    make_role(
        panel, kind="moderator", speaker=make_speaker("WU Hongbo"), released=False
    )
    Role.objects.create(presentation=make_presentation(panel, released=False))
    afternoon = make_session(
        meeting,
        title="Afternoon session",
        room="Conference Room 8",
        tbc=["start"],
        released=False,
    )
    afternoon.set_hours(hour(15), hour(18))
    afternoon.save()
    make_session(
        meeting,
        kind="side_event",
        title="Reception",
        starts_at=None,
        ends_at=None,
        organizers="Ghana\nMalta",
        released=False,
    )
    make_release(meeting)
    return meeting


def get(client, paper="organization-of-work.pdf", slug="15", **headers):
    return client.get(f"/{slug}/{paper}", headers=headers)


def words_of(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf:
            text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    else:
        body = Document(io.BytesIO(content)).element.body
        paragraphs = body.iter("{*}p")
        text = " ".join(
            "".join(t.text or "" for t in paragraph.iter("{*}t"))
            for paragraph in paragraphs
        )
    return " ".join(text.replace("\ufffe", "-").split())


EVERYTHING = [
    "DEPARTMENT OF TESTS",
    "POPULATION DIVISION",
    "Meeting 15 on International Migration",
    "United Nations Headquarters, New York",
    "Provisional organization of work",
    "Release 1, ",
    "10.00–13.00 Morning session Conference Room 4",
    "I. Opening",
    "H.E. Mr. Juan José GÓMEZ CAMACHO, Permanent Representative, Mexico",
    "A first look",
    "Coffee",
    "11.15–12.45 II. Data for all",
    "Name to be confirmed",
    "Moderator: WU Hongbo",
    "Further speakers to be confirmed",
    "13.00–15.00 Pause",
    "15.00–18.00 (to be confirmed) Afternoon session Conference Room 8",
    "Hours to be confirmed Side event: Reception",
    "Organized by Ghana, Malta",
]


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_organization_of_work_says_all_of_the_programme(client, form):
    make_programme()

    words = words_of(get(client, f"organization-of-work.{form}").content)

    assert [each for each in EVERYTHING if each not in words] == []


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_agenda_has_the_items_alone(client, form):
    make_programme()

    words = words_of(get(client, f"agenda.{form}").content)

    assert "Provisional agenda" in words
    assert "I. Opening II. Data for all" in words
    assert "Coffee" not in words
    assert "WU Hongbo" not in words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_final_release_is_not_called_provisional(client, form):
    meeting = make_programme()
    Release.objects.make(meeting, is_final=True)

    for paper in PAPERS:
        words = words_of(get(client, f"{paper}.{form}").content)
        assert "rovisional" not in words
        assert "Release 2, " in words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_what_somebody_typed_arrives_as_typed(client, form):
    text = " ".join(HOSTILE)
    item = make_item(title=f"Title {text}", released=False)
    make_role(item, speaker=make_speaker(f"Name {text}"), function=f"Office {text}")

    words = words_of(get(client, f"organization-of-work.{form}").content)

    for kind in ("Title", "Name", "Office"):
        assert f"{kind} {text}" in words


def test_pdf_is_tagged_titled_and_in_a_language(client):
    make_programme()

    for paper in PAPERS:
        response = get(client, f"{paper}.pdf")
        pdf = pypdf.PdfReader(io.BytesIO(response.content))
        catalog = pdf.trailer["/Root"]
        assert response["Content-Type"] == "application/pdf"
        assert catalog["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in catalog
        assert catalog["/Lang"] == "en"
        assert pdf.metadata.title.endswith("– Meeting 15 on International Migration")
        assert b"pdfuaid:part" in pdf.xmp_metadata.stream.get_data()


def test_docx_has_headings_repeated_rows_and_page_numbers(client):
    meeting = make_programme()

    docx = Document(io.BytesIO(get(client, "organization-of-work.docx").content))

    styles = [p.style.name for p in docx.paragraphs if p.style.name != "Normal"]
    assert styles == ["Title", "Heading 1", "Heading 2"]
    assert docx.core_properties.title.endswith(meeting.title)
    assert docx.core_properties.language == "en-GB"
    [table] = docx.tables
    assert table.rows[0]._tr.trPr.find("{*}tblHeader") is not None
    foot = docx.sections[0].footer._element
    fields = [each.attrib.values()[0] for each in foot.iter("{*}fldSimple")]
    assert fields == ["PAGE", "NUMPAGES"]


def test_docx_has_arabic_names_from_right_to_left(client):
    item = make_item(released=False)
    make_role(item, speaker=make_speaker("محمد العربي"), function="Director")

    docx = Document(io.BytesIO(get(client, "organization-of-work.docx").content))

    runs = [
        run
        for cell in docx.tables[0].rows[2].cells
        for paragraph in cell.paragraphs
        for run in paragraph.runs
    ]
    assert {run.text: run.font.rtl for run in runs}["محمد العربي"]
    assert not {run.text: run.font.rtl for run in runs}["Director"]


@pytest.mark.parametrize("name", ["محمد العربي", "吴红波", "Сергей ЛАВРОВ"])
def test_pdf_has_names_of_many_scripts_with_tags(client, name):
    make_role(make_item(released=False), speaker=make_speaker(name))

    pdf = pypdf.PdfReader(io.BytesIO(get(client).content))

    assert "/StructTreeRoot" in pdf.trailer["/Root"]


def test_letters_that_no_font_has_cost_the_tags_alone_and_staff_are_told(client):
    make_role(
        make_item(title="Opening", released=False), speaker=make_speaker("ᚠ RUNE")
    )

    response = get(client)

    assert response.status_code == 200
    assert "Opening" in words_of(response.content)
    client.force_login(make_user(is_superuser=True))
    index = client.get("/admin/").content.decode()
    assert "ᚠ RUNE" in index


def test_staff_are_told_nothing_where_all_letters_print(client):
    make_role(make_item(released=False), speaker=make_speaker("吴红波"))

    client.force_login(make_user(is_superuser=True))

    assert "cannot be printed" not in client.get("/admin/").content.decode()


def test_download_is_named_after_meeting_and_release(client):
    make_programme()

    for form in ("pdf", "docx"):
        found = get(client, f"organization-of-work.{form}")["Content-Disposition"]
        assert (
            found == f'attachment; filename="organization-of-work-15-release-1.{form}"'
        )


def test_whoever_has_the_newest_is_told_so(client, django_assert_num_queries):
    make_programme()
    etag = get(client)["ETag"]

    with django_assert_num_queries(2):
        again = get(client, **{"If-None-Match": etag})

    assert again.status_code == 304


def test_paper_is_made_once(client, files, django_assert_num_queries):
    make_programme()
    first = get(client)
    [kept] = files.rglob("*.pdf")

    kept.write_bytes(b"%PDF kept")

    assert first.content != b"%PDF kept"
    with django_assert_num_queries(2):
        assert get(client).content == b"%PDF kept"


@pytest.mark.parametrize("what", ["release", "meeting"])
def test_a_new_release_or_title_makes_it_anew_and_drops_the_old(client, files, what):
    meeting = make_programme()
    etag = get(client)["ETag"]
    if what == "release":
        Item.objects.filter(title="Opening").update(title="Welcome")
        Release.objects.make(meeting)
    else:
        meeting.title = "Welcome to all"
        meeting.save()

    response = get(client, **{"If-None-Match": etag})

    assert response.status_code == 200
    assert "Welcome" in words_of(response.content)
    assert len(list(files.rglob("*.pdf"))) == 1


def test_planned_release_is_in_no_paper_before_its_moment(client):
    meeting = make_programme()
    Item.objects.filter(title="Opening").update(title="Welcome")
    Release.objects.make(meeting, at=timezone.now() + timedelta(hours=1))

    assert "Welcome" not in words_of(get(client).content)


def test_each_language_has_its_own(client, files, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    make_programme()
    get(client)

    arabic = get(client, **{"Accept-Language": "ar"})

    assert pypdf.PdfReader(io.BytesIO(arabic.content)).trailer["/Root"]["/Lang"] == "ar"
    assert len(list(files.rglob("*.pdf"))) == 2


def test_arabic_docx_runs_from_right_to_left(client, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    make_programme()

    response = get(client, "organization-of-work.docx", **{"Accept-Language": "ar"})

    docx = Document(io.BytesIO(response.content))
    assert docx.tables[0]._tbl.tblPr.find("{*}bidiVisual") is not None
    assert all(p._p.pPr.find("{*}bidi") is not None for p in docx.paragraphs)


@pytest.mark.parametrize("paper", PAPERS)
def test_without_a_release_there_is_no_paper(client, paper):
    make_session(released=False)

    assert get(client, f"{paper}.pdf").status_code == 404


def test_files_have_names_that_nobody_guesses(client, files):
    make_programme()
    get(client)

    [kept] = files.rglob("*.pdf")

    assert len(kept.stem) == 65
    assert default_storage.exists(kept.relative_to(files).as_posix())


def test_four_hundred_items_are_made_quickly(client):
    meeting = make_meeting()
    session = make_session(meeting, released=False)
    speakers = [make_speaker(f"Person NUMBER {number}") for number in range(40)]
    items = Item.objects.bulk_create(
        Item(
            meeting=meeting,
            session=session,
            slug=f"i{n}",
            title=f"Item {n}",
            position=n,
        )
        for n in range(400)
    )
    Role.objects.bulk_create(
        Role(item=item, speaker=speakers[n % 40], function="Director", position=n)
        for n, item in enumerate(items)
    )
    make_release(meeting)
    spent = {}

    for form in ("pdf", "docx"):
        started = time.process_time()
        assert get(client, f"organization-of-work.{form}").status_code == 200
        spent[form] = time.process_time() - started
    print(spent)

    assert all(seconds < 2 for seconds in spent.values()), spent


def test_fonts_come_with_their_licence():
    fonts = Path("meeting/data/fonts")

    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text().upper()
    assert sum(each.stat().st_size for each in fonts.iterdir()) < 4.5 * 1024**2


def test_note_that_was_corrected_is_printed_anew(client):
    meeting = make_meeting()
    make_item(make_session(meeting))
    get = partial(client.get, "/15/organization-of-work.pdf")
    etag = get()["ETag"]

    meeting.releases.update(note="Corrected.")

    assert get(headers={"if-none-match": etag}).status_code == 200
