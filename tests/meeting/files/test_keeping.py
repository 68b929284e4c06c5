"""Files are whole or not there, and each has a row."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from meeting.files import sweeping
from meeting.files.facts import facts_of
from meeting.files.keeping import NotKeptError, columns, forget_orphans
from meeting.files.names import FOLDERS
from meeting.files.sweeping import sweep
from meeting.tasks import sweep_files
from tests.making import (
    PDF,
    make_answer,
    make_import,
    make_material,
    make_question,
    make_registration,
    make_session,
    make_speaker,
    make_submission,
)
from tests.meeting.files.making import make_picture
from tests.parts.staff import form_data, sign_in


@pytest.fixture
def folder(settings, tmp_path):
    """An empty folder for the files of this test."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": str(tmp_path)}
    settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": options}}
    return tmp_path


def files_in(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


def make_old(folder, name, content=b"x"):
    """A file that nobody names, from the day before yesterday."""
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    age(path)
    return path


def age(path):
    then = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(path, (then, then))


class Breaking(ContentFile):
    """Cannot be read to its end."""

    def chunks(self, chunk_size=None):
        yield b"half of it"
        raise OSError("broken")


class Short(ContentFile):
    """Has less in it than it says."""

    def chunks(self, chunk_size=None):
        yield b"half of it"


@pytest.mark.parametrize("kind", [Breaking, Short])
def test_of_a_file_that_cannot_be_kept_nothing_is_left(folder, kind):
    with pytest.raises(NotKeptError) as refused:
        default_storage.save("materials/a.pdf", kind(b"all of it, which is more"))

    assert refused.value.code == "not_kept"
    assert files_in(folder) == []


def test_a_folder_that_cannot_be_written_is_said(folder):
    Path(folder, "materials").write_bytes(b"in the way")

    with pytest.raises(NotKeptError):
        default_storage.save("materials/a.pdf", ContentFile(b"x"))

    assert files_in(folder) == ["materials"]


def test_a_kept_file_can_be_read_by_the_web_server(folder):
    name = default_storage.save("materials/a.pdf", ContentFile(b"x"))

    assert Path(folder, name).stat().st_mode & 0o777 == 0o644


# A file without a row.


def write_and(then):
    """A request that writes a file, and then does something else."""

    def view(request):
        default_storage.save("materials/a.pdf", ContentFile(PDF))
        default_storage.save("papers/1/a.pdf", ContentFile(PDF))
        then()
        return HttpResponse()

    return forget_orphans(view)


def test_what_a_request_wrote_for_no_row_goes_with_it(db, folder, rf):
    write_and(lambda: None)(rf.post("/"))

    assert files_in(folder) == ["papers/1/a.pdf"]


def test_what_a_row_names_stays(db, folder, rf):
    material = make_material()

    def name_it():
        type(material).objects.filter(pk=material.pk).update(file="materials/a.pdf")

    write_and(name_it)(rf.post("/"))

    assert files_in(folder) == ["materials/a.pdf", "papers/1/a.pdf"]


def test_a_request_that_writes_no_file_asks_nothing(db, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        forget_orphans(lambda request: HttpResponse())(rf.post("/"))


def test_a_request_that_writes_files_asks_once(
    db, folder, rf, django_assert_num_queries
):
    with django_assert_num_queries(1):
        write_and(lambda: None)(rf.post("/"))


# The sweep.


def test_every_file_of_every_model_stays(db, folder):
    registration = make_registration()
    question = make_question(registration.meeting, kind="file")
    make_answer(registration, question, PDF)
    make_import(registration.meeting, file=ContentFile(b"x", "list.csv"))
    make_speaker(photo=ContentFile(make_picture(), "me.jpg"))
    make_submission()
    material = make_material(file=PDF)
    material.file = ContentFile(make_picture(), "new.jpg")
    material.save()
    question.uploads.create(file=ContentFile(b"x", "x.pdf"), file_name="x.pdf")
    before = files_in(folder)
    for name in before:
        age(Path(folder, name))

    assert sweep(timezone.now()) == []

    # Of each column, one, and the version that was replaced.
    assert len(before) == len(columns())
    assert files_in(folder) == before


def test_what_no_row_names_goes_after_a_day(db, folder):
    for name in ("materials/a.pdf", "thumbnails/a.jpg", ".aside/half"):
        make_old(folder, name)
    young = default_storage.save("materials/young.pdf", ContentFile(b"x"))
    make_old(folder, "papers/1/release.pdf")
    make_old(folder, "somebody-elses.txt")

    sweep_files()

    assert files_in(folder) == [young, "papers/1/release.pdf", "somebody-elses.txt"]


def test_the_file_of_a_row_that_was_deleted_goes(db, folder):
    material = make_material(file=PDF)
    age(material.file.path)
    material.delete()

    assert sweep(timezone.now()) == [material.file.name]
    assert files_in(folder) == []


def test_the_sweep_asks_once_for_many_files(db, folder, django_assert_num_queries):
    for number in range(40):
        make_old(folder, f"materials/{number}.pdf")

    with django_assert_num_queries(1):
        assert len(sweep(timezone.now())) == 40


def test_the_command_says_what_would_go_and_leaves_it(db, folder):
    make_old(folder, "materials/a.pdf")
    output = StringIO()

    call_command("sweep_files", dry_run=True, stdout=output)

    assert output.getvalue() == "materials/a.pdf\n1 files would go.\n"
    assert files_in(folder) == ["materials/a.pdf"]


def test_a_database_that_is_not_that_of_the_files_costs_none_of_them(
    db, folder, caplog
):
    for number in range(sweeping.FEW + 1):
        make_old(folder, f"materials/{number}.pdf")

    sweep_files()
    with pytest.raises(CommandError, match="--sure"):
        call_command("sweep_files")

    assert len(files_in(folder)) == sweeping.FEW + 1
    assert "None was deleted" in caplog.text
    call_command("sweep_files", sure=True, stdout=StringIO())
    assert files_in(folder) == []


def test_a_form_of_the_programme_comes_again_where_its_file_cannot_be_kept(
    db, folder, client
):
    Path(folder, "materials").write_bytes(b"in the way")
    session = make_session()
    sign_in(client)
    page = reverse("admin:agenda_session_change", args=[session.pk])
    inline = {"materials-TOTAL_FORMS": "1", "materials-0-kind": "paper"}
    inline |= {"materials-0-visibility": "public", "materials-0-position": "0"}
    typed = {"title": "Closing session", "materials-0-title": "A paper"}
    data = form_data(client.get(page)) | inline | typed

    file = SimpleUploadedFile("paper.pdf", PDF, "application/pdf")
    answer = client.post(page, data | {"materials-0-file": file})

    form = answer.context["adminform"].form
    assert [error.code for error in form.non_field_errors().as_data()] == ["not_kept"]
    assert form["title"].value() == "Closing session"
    assert "A paper" in answer.content.decode()
    session.refresh_from_db()
    assert session.title == "Morning session"
    assert not session.materials.exists()


def test_every_model_s_files_lie_in_a_folder_that_is_swept():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and field.upload_to:
                name = field.generate_filename(model(), "a.pdf")
                assert name.partition("/")[0] in FOLDERS, field


def test_files_are_kept_by_a_storage_that_keeps_them_whole():
    assert type(storages["default"]).__name__ == "FolderStorage"


# What a file says of itself.


def pdf_of(pages, *, count=None):
    """A PDF with so many pages, which says that it has `count`."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count or pages} >>",
        *(["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * pages),
    ]
    return _numbered(objects)


def _numbered(objects):
    content, places = b"%PDF-1.7\n", []
    for number, words in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj {words} endobj\n".encode()
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    content += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = (
        f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{start}\n"
    )
    return content + trailer.encode() + b"%%EOF\n"


def test_the_pages_of_a_pdf_are_counted():
    assert facts_of(ContentFile(pdf_of(7), "a.pdf")).pages == 7


def looping():
    """Its pages have themselves as children."""
    catalog = "<< /Type /Catalog /Pages 2 0 R >>"
    return _numbered([catalog, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"])


def many_more_than_it_is():
    """A table that says it lists a thousand million objects."""
    return pdf_of(1).replace(b"xref\n0 4\n", b"xref\n0 1000000000\n")


@pytest.mark.parametrize("make", [looping, many_more_than_it_is])
def test_a_pdf_that_would_keep_us_busy_has_no_known_pages(make):
    start = timezone.now()

    facts = facts_of(ContentFile(make(), "a.pdf"))

    assert facts.pages in {None, 0, 1}
    assert timezone.now() - start < timedelta(seconds=10)


def test_counting_ends_when_its_time_is_over(monkeypatch, tmp_path):
    busy = tmp_path / "busy.py"
    busy.write_text("while True: pass\n")
    monkeypatch.setattr("meeting.files.facts.COUNTING", busy)
    monkeypatch.setattr("meeting.files.facts.PATIENCE", 0.5)

    assert facts_of(ContentFile(pdf_of(1), "a.pdf")).pages is None


def test_a_file_can_be_read_again_after_it_was_looked_at():
    file = File(ContentFile(pdf_of(1)), "a.pdf")

    facts_of(file)

    assert file.read(5) == b"%PDF-"
