"""The papers desk, made up: requests in each state, and a few papers of one page."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from agenda.contributing import asking, deciding
from agenda.models import Contributor, Request, Submission
from meeting.files.facts import facts_of
from meeting.models import Meeting

NOTE = (
    "At most four pages, single spacing. This request was made up for a demonstration."
)
LINE = "Please shorten it to four pages, and add your sources."
# An organization, what it is asked for, and what became of it.
DESK = [
    ("Institute for Demonstrations", "paper", ["posted"]),
    ("Society for Made-up Papers", "paper", ["change", "received"]),
    ("Office for Examples", "paper", ["accepted"]),
    ("Network of Samples", "statement", ["planned"]),
    ("Association of Placeholders", "paper", ["change"]),
    ("Bureau of Late Papers", "paper", ["late"]),
    ("Council of Things to Come", "presentation", []),
    ("Union without an Address", "statement", ["unknown"]),
]


def fill_the_desk(meeting: Meeting) -> None:
    """Ask made-up organizations and one speaker; nobody is owed a mail."""
    if meeting.contributors.exists():
        return
    for name, kind, outcomes in DESK:
        contributor = asking.contributor_for(meeting, organization=name)
        _go_through(_ask(contributor, kind, outcomes), outcomes)
    _ask_a_speaker(meeting)
    # Known only now, so that what was decided above is written to nobody.
    for contributor in meeting.contributors.filter(speaker=None):
        if contributor.organization != DESK[-1][0]:
            word = contributor.organization.split()[-1].lower()
            contributor.contact = "Desk officer (made up)"
            contributor.email = f"papers@{word}.example"
            contributor.save()


def _ask(contributor: Contributor, kind: str, outcomes: list[str]) -> Request:
    now = timezone.now()
    away = timedelta(days=-2 if "late" in outcomes else 14)
    is_document = kind in Request.DOCUMENTS
    rules = {"max_pages": 4, "note": NOTE} if is_document else {}
    request = asking.ask(contributor, kind, due_at=now + away, **rules)
    if "unknown" not in outcomes:
        request.asked_at = now - timedelta(days=16)
    if "late" in outcomes:
        request.reminded_at, request.reminders = now - timedelta(days=5), 1
    request.save()
    return request


def _go_through(request: Request, outcomes: list[str]) -> None:
    for outcome in outcomes:
        if outcome in ("late", "unknown"):
            continue
        sent = _send(request, pages=6 if outcome == "change" else 4)
        match outcome:
            case "change":
                deciding.ask_change(sent, LINE, by=None)
            case "accepted":
                deciding.accept(sent, by=None)
            case "posted":
                deciding.post(sent, by=None)
            case "planned":
                at = timezone.now() + timedelta(days=20)
                deciding.post(sent, by=None, at=at)


def _ask_a_speaker(meeting: Meeting) -> None:
    role = next(_speakers(meeting), None)
    if role is None:
        return
    contributor = asking.contributor_for(meeting, speaker=role.speaker)
    # The demonstration knows no address of theirs.
    _ask(contributor, Request.Kind.SLIDES, ["unknown"])
    _ask(contributor, Request.Kind.BIOGRAPHY, ["unknown"])


def _speakers(meeting: Meeting) -> Iterator[Any]:
    for presentation in meeting.presentations.prefetch_related("roles__speaker"):
        yield from (role for role in presentation.roles.all() if role.speaker)


def _send(request: Request, *, pages: int) -> Submission:
    """As if it had come by the private link, without the mail that says so."""
    number = request.submissions.count() + 1
    name = f"made-up-paper-{number}.pdf"
    file = ContentFile(_pdf(f"{request.contributor}, version {number}", pages), name)
    size, sha256, found = facts_of(file)
    return Submission.objects.create(
        request=request,
        number=number,
        title=f"A made-up {request.get_kind_display().lower()} for a demonstration",
        file=file,
        filename=name,
        size=size,
        sha256=sha256,
        pages=found,
        language="en",
    )


def _pdf(words: str, pages: int) -> bytes:
    """Each page says whose it is, and that it was made up."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F"): font})
    for number in range(1, pages + 1):
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        text = StreamObject()
        said = f"{words}. Made up for a demonstration. Page {number} of {pages}"
        text.set_data(f"BT /F 12 Tf 72 760 Td ({said}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(text)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
