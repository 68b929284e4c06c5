"""Files as people send them, and as those do who mean harm."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms

from meeting.files.kinds import KINDS, OPEN_DOCUMENT

FOLDERS = {
    ".docx": "word/document",
    ".pptx": "ppt/presentation",
    ".xlsx": "xl/workbook",
}


def make_zip(parts, *, compression=zipfile.ZIP_DEFLATED):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def make_office(kind=".docx", *, says=None, **more):
    """`says` is the type that the file claims; `more` are other parts, by name."""
    main = f"{says or KINDS[kind]}.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>',
        f"{FOLDERS[kind]}.xml": "<document/>",
    }
    return make_zip(parts | more)


def make_open_document(kind=".odt", *, manifest="<manifest/>", **more):
    parts = {
        "mimetype": KINDS[kind],
        "content.xml": "<content/>",
        "META-INF/manifest.xml": manifest,
    }
    assert KINDS[kind].startswith(OPEN_DOCUMENT)
    return make_zip(parts | more)


def make_picture(form="JPEG", *, mode="RGB", size=(60, 40), colour=None, **options):
    output = io.BytesIO()
    colour = colour or {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 0)}.get(mode, 90)
    Image.new(mode, size, colour).save(output, form, **options)
    return output.getvalue()


def make_huge_png(width=20_000, height=20_000):
    """One that says so in its first bytes, and is far smaller than what it unpacks to."""
    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data))
        + name
        + data
        + struct.pack("!I", zlib.crc32(name + data))
        for name, data in chunks
    )


def make_exif():
    """Taken lying on the side, in Geneva, by Ana."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Ana Photographer"
    exif.get_ifd(0x8825).update({1: "N", 2: (46.0, 13.0, 36.0), 3: "E"})
    return exif


def make_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(content):
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
    return picture
