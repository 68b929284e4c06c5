"""Pictures that people send: looked at, made smaller, and freed of what they tell."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from meeting.files.names import stored_name
from meeting.files.segments import count_scans

# Pixels of the longer side.
MATERIAL_SIDE, PORTRAIT_SIDE, THUMBNAIL_SIDE = 2400, 1000, 320
QUALITY = 85
# With as many pixels no picture takes more than 150 MB of memory. A plain JPEG is made
# smaller while it is read; one of several scans is held as a whole, as PNG is.
MOST_PIXELS, MOST_PIXELS_HELD = 64_000_000, 12_500_000
SRGB = ImageCms.createProfile("sRGB")
# What Pillow stumbles over in a picture that is broken.
BROKEN = (OSError, EOFError, SyntaxError, ValueError, TypeError, struct.error)


def check(file: File) -> None:
    """Raises ValidationError where it is too large to be opened, or cannot be."""
    with _opened(file) as picture:
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        picture.load()
    file.seek(0)


def for_the_web(file: File, side: int) -> tuple[ContentFile, ContentFile]:
    """The picture, no larger than this and with nothing but pixels, and a thumbnail.

    Raises ValidationError as `check` does.
    """
    with _opened(file) as picture:
        large = _plain(picture, side)
        small = large.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        stem = PurePosixPath(file.name).stem or "photo"
        large = _written(large, stem)
        return large, _written(small, PurePosixPath(stored_name("thumbnails", "")))


@contextmanager
def _opened(file: File) -> Iterator[Image.Image]:
    file.seek(0)
    try:
        scans = count_scans(file.read())
        file.seek(0)
        with Image.open(file, formats=["JPEG", "PNG"]) as picture:
            _check_pixels(picture, scans)
            yield picture
    except Image.DecompressionBombError:
        _refuse_pixels()
    except BROKEN as error:
        sentence = _(
            "This picture cannot be opened, or has not come whole. Save it again as JPG"
            " or PNG, and send it once more."
        )
        raise ValidationError(sentence, code="broken") from error


def _check_pixels(picture: Image.Image, scans: int) -> None:
    is_held = picture.format == "PNG" or picture.info.get("progressive") or scans > 1
    most = MOST_PIXELS_HELD if is_held else MOST_PIXELS
    if picture.width * picture.height > most:
        _refuse_pixels()


def _refuse_pixels() -> None:
    sentence = _(
        "This picture has too many pixels. Make it smaller, with at most 3,500 pixels on"
        " each side, and send it again."
    )
    raise ValidationError(sentence, code="pixels")


def _plain(picture: Image.Image, side: int) -> Image.Image:
    """Small, upright, in the colours of the web, and without anything beside them."""
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", (side, side))
    is_clear = picture.has_transparency_data
    if picture.mode.startswith("I"):
        # Grey in 16 bits.
        picture = picture.point(lambda grey: grey * (1 / 256)).convert("L")
    elif picture.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        picture = _instead(picture, "RGBA" if is_clear else "RGB")
    if is_clear:
        # Pillow would do so itself, and hold both at once.
        picture = _instead(picture, "RGBa")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    if is_clear:
        picture = picture.convert("RGBA")
    picture = ImageOps.exif_transpose(picture)
    picture = _in_srgb(picture, profile, "RGBA" if is_clear else "RGB")
    picture.info = {}
    return picture


def _instead(picture: Image.Image, mode: str) -> Image.Image:
    converted = picture.convert(mode)
    picture.close()
    return converted


def _in_srgb(picture: Image.Image, profile: bytes | None, mode: str) -> Image.Image:
    if profile:
        try:
            return ImageCms.profileToProfile(
                picture, io.BytesIO(profile), SRGB, outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # A profile of something else: the colours are taken as they are.
    return picture.convert(mode)


def _written(picture: Image.Image, stem: str | PurePosixPath) -> ContentFile:
    is_clear = picture.mode == "RGBA"
    output = io.BytesIO()
    if is_clear:
        picture.save(output, "PNG")
    else:
        picture.save(output, "JPEG", quality=QUALITY, optimize=True)
    return ContentFile(output.getvalue(), f"{stem}{'.png' if is_clear else '.jpg'}")
