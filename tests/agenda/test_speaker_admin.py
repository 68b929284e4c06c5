"""What the secretariat keeps of a speaker: biography and photo."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from agenda.models import Speaker
from agenda.portraits import version_of
from tests.making import make_picture, make_speaker
from tests.parts.pictures import colour_of
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
NAVY, RED = (0, 0, 128), (255, 0, 0)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def speaker(client):
    sign_in(client)
    return make_speaker("Ana LIMA", biography="Born.", photo=make_picture())


def upload(content=None, name="new.png"):
    content = make_picture("red").read() if content is None else content
    return SimpleUploadedFile(name, content)


def address(speaker):
    return f"/admin/agenda/speaker/{speaker.pk}/change/"


def send(client, speaker, **typed):
    """The page as it was opened, with this typed into it."""
    shown = {"name": speaker.name, "slug": speaker.slug, "email": speaker.email}
    shown["biography"] = speaker.biography
    hidden = {f"initial-{name}": value for name, value in shown.items()}
    seen = {"seen-photo": version_of(speaker)}
    return client.post(address(speaker), {**shown, **hidden, **seen, **typed})


def codes(response):
    errors = response.context["adminform"].form.errors.as_data()
    return {name: [error.code for error in each] for name, each in errors.items()}


def test_page_shows_the_photo_that_is_there(client, speaker):
    html = client.get(address(speaker)).text

    place = f"/admin/agenda/speaker/{speaker.pk}/photo/"
    assert f'<img src="{place}?v={version_of(speaker)}"' in html
    assert 'alt="Photo of Ana LIMA"' in html
    assert colour_of(client.get(place).getvalue()) == NAVY
    assert speaker.photo.name not in html


def test_biography_is_saved_in_its_paragraphs(client, speaker):
    send(client, speaker, biography="Born by the sea.\r\n\r\nA poet.")

    speaker.refresh_from_db()
    assert speaker.paragraphs == ["Born by the sea.", "A poet."]


def test_saving_without_a_file_keeps_the_photo(client, speaker):
    before = speaker.photo.name

    assert send(client, speaker, name="Ana LIMAS").status_code == 302

    speaker.refresh_from_db()
    assert (speaker.name, speaker.photo.name) == ("Ana LIMAS", before)


def test_photo_is_replaced(client, speaker):
    assert send(client, speaker, photo=upload()).status_code == 302

    speaker.refresh_from_db()
    assert colour_of(speaker.photo.read()) == RED


def test_photo_is_taken_away(client, speaker):
    assert send(client, speaker, **{"photo-clear": "on"}).status_code == 302

    speaker.refresh_from_db()
    assert not speaker.photo


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (upload(name="ana.gif"), "extension"),
        (upload(b"%PDF-1.7\n", "ana.pdf"), "extension"),
        (upload(b"<svg onload='alert(1)'/>", "ana.png"), "content"),
        (upload(make_picture().read()[:60], "ana.png"), "broken"),
        (upload(b"", "ana.png"), "empty"),
    ],
)
def test_what_is_no_photo_is_refused_and_the_typing_kept(client, speaker, file, code):
    response = send(client, speaker, biography="Typed.", photo=file)

    assert codes(response) == {"photo": [code]}
    assert "Typed." in response.text
    speaker.refresh_from_db()
    assert colour_of(speaker.photo.read()) == NAVY


def test_photo_of_too_many_pixels_is_refused(client, speaker):
    output = BytesIO()
    Image.new("1", (9_000, 9_000)).save(output, "PNG")
    file = upload(output.getvalue())

    assert codes(send(client, speaker, photo=file)) == {"photo": ["pixels"]}


def test_replacing_and_taking_away_at_once_is_asked_about(client, speaker):
    response = send(client, speaker, photo=upload(), **{"photo-clear": "on"})

    assert codes(response) == {"photo": ["contradiction"]}


def change_meanwhile(speaker):
    other = Speaker.objects.get(pk=speaker.pk)
    other.photo = make_picture("green")
    other.save()
    return other


@pytest.mark.parametrize("typed", [{"photo": "a file"}, {"photo-clear": "on"}])
def test_photo_of_somebody_else_is_not_overwritten_unseen(client, speaker, typed):
    other = change_meanwhile(speaker)
    typed = {name: upload() if name == "photo" else "on" for name in typed}

    response = send(client, speaker, biography="Typed.", **typed)

    assert codes(response) == {"photo": ["changed_meanwhile"]}
    assert "Typed." in response.text
    # The page shows that one now, so that it can be replaced.
    assert f'name="seen-photo" value="{version_of(other)}"' in response.text
    assert send(client, other, photo=upload()).status_code == 302
    other.refresh_from_db()
    assert colour_of(other.photo.read()) == RED


def test_photo_of_somebody_else_stays_where_none_is_chosen(client, speaker):
    other = change_meanwhile(speaker)

    assert send(client, speaker, biography="Typed.").status_code == 302

    speaker.refresh_from_db()
    assert speaker.photo.name == other.photo.name
    assert speaker.biography == "Typed."


def test_biography_of_somebody_else_is_not_overwritten_unseen(client, speaker):
    other = Speaker.objects.get(pk=speaker.pk)
    other.biography = "Theirs."
    other.save()

    response = send(client, speaker, biography="Mine.")

    assert codes(response) == {"biography": ["changed_meanwhile"]}
    assert "Mine." in response.text


def test_organizer_sees_the_photo_and_changes_nothing(client):
    sign_in(client, "Organizer")
    speaker = make_speaker("Ana LIMA", biography="Born.", photo=make_picture())

    html = client.get(address(speaker)).text

    assert f'<img src="/admin/agenda/speaker/{speaker.pk}/photo/' in html
    assert 'type="file"' not in html


def test_speaker_is_added_with_a_photo(client):
    sign_in(client)

    client.post(
        "/admin/agenda/speaker/add/",
        {"name": "Ana LIMA", "biography": "Born.", "photo": upload()},
    )

    speaker = Speaker.objects.get()
    assert colour_of(speaker.photo.read()) == RED


def test_a_photo_with_nothing_in_it_is_refused_with_what_to_do(client, speaker):
    page = send(client, speaker, photo=upload(b""))

    assert "There is nothing in this file. Choose another." in page.text
