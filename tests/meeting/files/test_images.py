"""Pictures are made fit for the web, and tell nothing of who took them, and where."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from meeting.files.images import for_the_web
from tests.making import make_material, make_speaker
from tests.meeting.files.making import (
    make_exif,
    make_huge_png,
    make_picture,
    make_profile,
    opened,
)
from tests.parts.measuring import cost_of


def web(content, name="photo.jpg", side=300):
    large, small = for_the_web(ContentFile(content, name), side)
    return large.read(), small.read()


def test_a_large_picture_is_made_smaller():
    large, small = web(make_picture(size=(900, 600)), side=600)

    assert (opened(large).size, opened(small).size) == ((600, 400), (320, 213))


def test_a_small_picture_stays_as_small_as_it_is():
    large, _small = web(make_picture(size=(60, 40)))

    assert opened(large).size == (60, 40)


def test_a_picture_that_lies_on_its_side_is_set_upright():
    large, _small = web(make_picture(size=(60, 40), exif=make_exif()))

    assert opened(large).size == (40, 60)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_nothing_is_left_but_pixels(form):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Ana at home</x:xmpmeta>'
    options = {"exif": make_exif(), "icc_profile": make_profile()}
    if form == "JPEG":
        options |= {"xmp": xmp, "comment": b"Ana at home"}
    content = make_picture(form, **options)
    assert b"Ana" in content

    for made in web(content, f"photo.{form.lower()}"):
        picture = opened(made)
        assert b"Ana" not in made
        assert not picture.getexif()
        assert not {"icc_profile", "xmp", "comment", "exif"} & picture.info.keys()


def test_colours_are_those_of_the_web_whatever_the_profile(monkeypatch):
    content = make_picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0), quality=100)

    large, _small = web(content)

    red, green, blue = opened(large).getpixel((20, 20))
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_a_profile_that_is_none_does_no_harm():
    large, _small = web(make_picture(icc_profile=b"no profile at all"))

    assert opened(large).getpixel((20, 20))[0] > 190


@pytest.mark.parametrize(
    ("content", "form", "mode"),
    [
        (make_picture("PNG", mode="RGBA"), "PNG", "RGBA"),
        (make_picture("PNG", mode="P", transparency=90), "PNG", "RGBA"),
        (make_picture("PNG"), "JPEG", "RGB"),
        (make_picture("PNG", mode="P"), "JPEG", "RGB"),
        (make_picture("PNG", mode="L"), "JPEG", "RGB"),
        (make_picture("PNG", mode="LA", colour=(90, 0)), "PNG", "RGBA"),
        (make_picture("PNG", mode="1", colour=1), "JPEG", "RGB"),
    ],
)
def test_only_what_can_be_seen_through_stays_a_png(content, form, mode):
    large, small = for_the_web(ContentFile(content, "Photo of Ana.png"), 300)

    picture = opened(large.read())
    assert (picture.format, picture.mode) == (form, mode)
    ending = ".png" if form == "PNG" else ".jpg"
    assert large.name == f"Photo of Ana{ending}"
    assert small.name.startswith("thumbnails/")
    assert small.name.endswith(ending)


def test_grey_in_sixteen_bits_stays_grey():
    output = io.BytesIO()
    Image.new("I;16", (60, 40), 0x8000).save(output, "PNG")

    large, _small = web(output.getvalue(), "scan.png")

    assert opened(large).getpixel((20, 20)) == (128, 128, 128)


def test_a_picture_that_is_too_large_is_not_opened():
    with pytest.raises(ValidationError) as refused:
        web(make_huge_png(), "photo.png")

    assert refused.value.code == "pixels"


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "P", {"transparency": 0}),
        ("JPEG", "CMYK", {"progressive": True}),
    ],
)
def test_the_dearest_pictures_that_are_taken_have_room(tmp_path, form, mode, options):
    path = tmp_path / f"photo.{form.lower()}"
    path.write_bytes(make_picture(form, mode=mode, size=(3500, 3500), **options))

    cost = cost_of(path, makes_pictures=True)

    assert cost.said == ""
    assert cost.megabytes < 150


def many_segments():
    photo = make_picture()
    return photo[:2] + b"\xff\xfe\0\2" * 300 + photo[2:]


def padded():
    photo = make_picture()
    return photo[:2] + b"\xff" * 300 + photo[2:]


def many_scans():
    """Its last scan is there again and again: each goes over all of the picture."""
    photo = make_picture(progressive=True)
    scan = photo[photo.rindex(b"\xff\xda") : -2]
    return photo[:-2] + scan * 20 + photo[-2:]


def many_chunks():
    photo = make_picture("PNG")
    return photo[:33] + make_chunk(b"tEXt", b"") * 20_000 + photo[33:]


def much_beside_the_pixels():
    photo = make_picture("PNG")
    return photo[:33] + make_chunk(b"teST", b"x" * 9 * 1024**2) + photo[33:]


def make_chunk(kind, data):
    check = zlib.crc32(kind + data)
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", check)


@pytest.mark.parametrize(
    "make", [many_segments, padded, many_scans, many_chunks, much_beside_the_pixels]
)
def test_a_picture_of_too_many_parts_is_not_opened(make):
    with pytest.raises(ValidationError) as refused:
        web(make())

    assert refused.value.code == "broken"


def test_a_photo_of_several_scans_is_held_as_a_whole(monkeypatch):
    monkeypatch.setattr("meeting.files.images.MOST_PIXELS_HELD", 100)
    monkeypatch.setattr("meeting.files.images.count_scans", lambda content: 3)

    with pytest.raises(ValidationError) as refused:
        web(make_picture())

    assert refused.value.code == "pixels"


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"restart_marker_rows": 1}]
)
def test_photos_as_cameras_make_them_are_taken(options):
    large, _small = web(make_picture(exif=make_exif(), **options))

    # Set upright.
    assert opened(large).size == (40, 60)


def test_a_material_has_the_picture_and_a_thumbnail(db):
    content = make_picture("PNG", size=(2600, 1300), exif=make_exif())

    material = make_material(file=content, filename="Opening.png", kind="photo")

    material.refresh_from_db()
    assert material.filename == "Opening.jpg"
    # It lay on its side.
    with material.file.open() as file, Image.open(file) as picture:
        assert picture.size == (1200, 2400)
    with material.thumbnail.open() as file, Image.open(file) as picture:
        assert picture.size == (160, 320)
    assert material.size == material.file.size


def test_a_material_that_is_no_picture_any_more_has_no_thumbnail(db):
    material = make_material(file=make_picture(), filename="Opening.jpg")

    material.file = ContentFile(b"%PDF-1.7\n", "opening.pdf")
    material.save()

    material.refresh_from_db()
    assert not material.thumbnail


def test_a_speaker_has_the_picture_and_a_thumbnail(db):
    content = make_picture(size=(1500, 3000))
    speaker = make_speaker(photo=ContentFile(content, "me.jpg"))

    speaker.refresh_from_db()
    with speaker.photo.open() as file, Image.open(file) as picture:
        assert picture.size == (500, 1000)
    with speaker.thumbnail.open() as file, Image.open(file) as picture:
        assert picture.size == (160, 320)


def test_a_speaker_s_photo_stays_when_something_else_is_saved(db):
    speaker = make_speaker(photo=ContentFile(make_picture(), "me.jpg"))
    before = (speaker.photo.name, speaker.thumbnail.name)

    speaker.biography = "Speaks."
    speaker.save()

    speaker.refresh_from_db()
    assert (speaker.photo.name, speaker.thumbnail.name) == before


def test_a_speaker_s_photo_is_looked_at_by_any_form(db):
    speaker = make_speaker()
    speaker.photo = ContentFile(b"<script>", "me.jpg")

    with pytest.raises(ValidationError) as refused:
        speaker.full_clean()

    assert [error.code for error in refused.value.error_dict["photo"]] == ["content"]


def test_a_speaker_without_the_photo_has_no_thumbnail(db):
    speaker = make_speaker(photo=ContentFile(make_picture(), "me.jpg"))

    speaker.photo = ""
    speaker.save()

    speaker.refresh_from_db()
    assert not speaker.thumbnail
