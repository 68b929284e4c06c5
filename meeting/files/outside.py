"""Office files that fetch or start something as soon as they are opened.

Links that somebody has to follow are taken, and so are charts with their tables.
"""

import re
from collections.abc import Iterable
from itertools import chain
from typing import IO, NoReturn
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meeting.files.elements import Attributes, Elements, without_prefix
from meeting.files.fields import Fields
from meeting.words import one_line

# Macros and controls, under whatever name they lie in the file.
PROGRAMS = {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "control"}
# Followed by a click alone.
FOLLOWED = {"hyperlink", "a"}
# Fetched at once where they are linked: from the web that tells no more than a visit of a
# page, and slides are full of them. A share of a network is another matter: Windows logs
# in there, and so gives away the password of whoever opens the file.
SHOWN = {
    *("image", "video", "audio", "media"),
    *("fill-image", "background-image", "plugin", "sound"),
}
WEB = re.compile(r"https?:", re.IGNORECASE)
# A disk of the reader's own has nothing of the sender's; the template of a document lies
# there as a rule. Word for macOS writes four slashes.
OWN_DISK = re.compile(
    r"(file:(///|//localhost/|//|/)?)?[a-z]:.*"
    r"|file:(/|//localhost/|///)[^/?].*"
    r"|file:////(users|volumes|applications|library)/.*"
)
MACRO = re.compile(r"(vnd\.sun\.star\.(script|expand)|macro|service|slot|\.uno):", re.I)
DDE_OF_OPEN_DOCUMENT = {"dde-source", "dde-connection-decl"}
# Another file as an icon, which may be a program, by the classes of what shows it.
OLE = b"\xd0\xcf\x11\xe0"
PACKAGES = [
    bytes.fromhex("0c00030000000000c000000000000046"),
    bytes.fromhex("20a70df22fc0ce11927b0800095ae340"),
]
BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"
BEGINNING = 64
# Where these parts lie is set by the formats, and so is what they are called.
RELATIONSHIPS = ".rels"
OPEN_DOCUMENT_PARTS = ("content.xml", "styles.xml", "meta.xml")
LONGEST_PLACE = 100


class Outside:
    """Looks through the parts of one file; raises ValidationError on a bad one."""

    def __init__(self, *, is_office: bool) -> None:
        self.is_office = is_office
        self.fields = Fields()
        self.elements = Elements(_on_office if is_office else _on_open_document)

    def is_read(self, name: str) -> bool:
        """Whether this part is to be gone through, besides a glance at it."""
        ends = RELATIONSHIPS if self.is_office else OPEN_DOCUMENT_PARTS
        return name.lower().endswith(ends)

    def read(self, part: IO[bytes]) -> None:
        self.elements.read(part)

    def glance(self, chunks: Iterable[bytes]) -> None:
        """At a part while it is unpacked."""
        chunks = iter(chunks)
        first = next(chunks, b"")
        if first.startswith(OLE):
            _look_for_packages(chain([first], chunks))
        elif self.is_office and first[:BEGINNING].lstrip(BEFORE_XML).startswith(b"<"):
            self._read_fields(chain([first], chunks))
        for _chunk in chunks:
            pass

    def _read_fields(self, chunks: Iterable[bytes]) -> None:
        self.fields.read(chunks)
        if self.fields.found == "dde":
            _refuse_dde()
        if self.fields.found == "data":
            _refuse_data()
        if self.fields.found == "formula":
            _refuse_formula()


def _look_for_packages(chunks: Iterable[bytes]) -> None:
    last = b""
    for chunk in chunks:
        if any(package in last + chunk for package in PACKAGES):
            _refuse_package()
        last = chunk[-BEGINNING:]


def _on_office(name: str, said: Attributes) -> None:
    if name == "Relationship":
        _check_relationship(said.get("Type", ""), said.get("Target", ""))


def _on_open_document(name: str, said: Attributes) -> None:
    if name in DDE_OF_OPEN_DOCUMENT:
        _refuse_dde()
    if not said:
        return
    place = _value(said, "href")
    is_script = name == "event-listener" and _value(said, "language")
    if is_script or MACRO.match(place.strip()):
        _refuse_starting()
    # Those of slides are for clicks.
    if place and name != "event-listener":
        _check_place(name, place)


def _check_relationship(kind: str, place: str) -> None:
    kind = kind.rpartition("/")[2]
    if kind in PROGRAMS:
        refuse_macros()
    if kind == "aFChunk":
        _refuse_chunk()
    if kind == "attachedTemplate" and _is_outside(place):
        _refuse_template(place)
    _check_place(kind, place)


def _check_place(kind: str, place: str) -> None:
    if kind in FOLLOWED or not _is_outside(place):
        return
    if kind not in SHOWN or not WEB.match(place.strip()):
        _refuse_outside(place)


def _is_outside(place: str) -> bool:
    """Whether it is neither in the file nor on the reader's own disk."""
    place = unquote(one_line(place)).strip().replace("\\", "/").lower()
    if ":" not in place.partition("/")[0]:
        return place.startswith("//")
    return not OWN_DISK.fullmatch(place)


def _value(said: Attributes, name: str) -> str:
    return next((said[key] for key in said if without_prefix(key) == name), "")


def _refuse_outside(place: str) -> NoReturn:
    sentence = _(
        "As soon as it is opened, this file fetches something from elsewhere"
        " (%(place)s), and is not taken. Break the link (in Word, Excel and PowerPoint"
        " under File, Info, Edit Links to Files; in LibreOffice under Edit, Links), or"
        " save it as PDF, and send it again."
    )
    raise ValidationError(sentence, "outside", {"place": _short(place)})


def _refuse_template(place: str) -> NoReturn:
    sentence = _(
        "As soon as it is opened, this file fetches its template from elsewhere"
        " (%(place)s), and is not taken. Give it another (in Word under File, Options,"
        " Add-ins, Templates), or save it as PDF, and send it again."
    )
    raise ValidationError(sentence, "outside", {"place": _short(place)})


def _short(place: str) -> str:
    line = one_line(place)
    return line if len(line) <= LONGEST_PLACE else f"{line[:LONGEST_PLACE]}…"


def _refuse_data() -> NoReturn:
    sentence = _(
        "As soon as it is opened, this file fetches data from elsewhere, and is not"
        " taken. Switch that off (in Excel under Data, Queries & Connections,"
        " Properties), or save it as PDF, and send it again."
    )
    raise ValidationError(sentence, code="outside")


def _refuse_formula() -> NoReturn:
    sentence = _(
        "A formula in this file fetches something from elsewhere (WEBSERVICE), and it is"
        " not taken. Replace the formula by what it shows, or save the file as PDF, and"
        " send it again."
    )
    raise ValidationError(sentence, code="outside")


def _refuse_chunk() -> NoReturn:
    sentence = _(
        "Another document is put into this file as a whole, and is not taken. Open it,"
        " save it again, or save it as PDF, and send that."
    )
    raise ValidationError(sentence, code="outside")


def _refuse_dde() -> NoReturn:
    sentence = _(
        "There is a link to another program (DDE) in this file, and it is not taken."
        " Replace the link by what it shows, or save the file as PDF, and send it again."
    )
    raise ValidationError(sentence, code="dde")


def refuse_macros() -> NoReturn:
    sentence = _(
        "There are macros in this file, and these are not taken. Save it without macros,"
        " or as PDF."
    )
    raise ValidationError(sentence, code="macros")


def _refuse_starting() -> NoReturn:
    sentence = _(
        "Something in this file starts a macro, and it is not taken. Take that away (in"
        " LibreOffice under Tools, Customize, Events), or save it as PDF."
    )
    raise ValidationError(sentence, code="macros")


def _refuse_package() -> NoReturn:
    sentence = _(
        "Another file is packed into this one as an icon, and it is not taken. Take the"
        " icon out, and send that file by itself."
    )
    raise ValidationError(sentence, code="package")
