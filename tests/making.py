"""Plain functions that make what a test needs, with defaults where it does not matter.

A meeting made so is to come, with registration open; readers see its programme, unless
a part of it is made with `released=False`.
"""

from datetime import datetime, time, timedelta
from email.utils import make_msgid
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from agenda.models import (
    Contributor,
    DeskWork,
    Item,
    Material,
    Presentation,
    Release,
    Request,
    Role,
    Session,
    Speaker,
    Submission,
)
from meeting.mail.models import Heartbeat, Message
from meeting.models import Meeting, Page
from registration.answers import Answers
from registration.mails.kinds import KINDS
from registration.models import (
    Answer,
    BulkWork,
    Category,
    Choice,
    Correction,
    Import,
    Mailing,
    MailText,
    Option,
    PrivacyNotice,
    Question,
    Registration,
)
from registration.references import reference_of

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def make_meeting(**fields: Any) -> Meeting:
    """The first of a test is /15/, the next /16/."""
    today = timezone.now().date()
    starts_on = fields.setdefault("starts_on", today + timedelta(days=42))
    number = 15 + Meeting.objects.count()
    defaults = {
        "slug": str(number),
        "title": f"Meeting {number} on International Migration",
        "ends_on": starts_on + timedelta(days=1),
        "venue": "United Nations Headquarters",
        "room": "Conference Room 4",
        "contact_email": "secretariat@example.org",
        "registration_opens_at": timezone.now() - timedelta(days=1),
    }
    return Meeting.objects.create(**defaults | fields)


def make_page(meeting: Meeting | None = None, **fields: Any) -> Page:
    meeting = meeting or make_meeting()
    number = meeting.pages.count() + 1
    defaults = {"title": f"Page {number}", "slug": f"page-{number}", "body": "A text."}
    return Page.objects.create(meeting=meeting, **defaults | fields)


def make_session(
    meeting: Meeting | None = None, *, released: bool = True, **fields: Any
) -> Session:
    """From ten to one on the meeting's first day, unless told otherwise."""
    meeting = meeting or make_meeting()
    date = fields.setdefault("date", meeting.starts_on)
    defaults = {"title": "Morning session", "position": meeting.sessions.count() + 1}
    if date:
        for name, hour in (("starts_at", time(10)), ("ends_at", time(13))):
            defaults[name] = datetime.combine(date, hour, tzinfo=meeting.zone)
    session = Session.objects.create(meeting=meeting, **defaults | fields)
    if released:
        make_release(meeting)
    return session


def make_item(
    session: Session | None = None, *, released: bool = True, **fields: Any
) -> Item:
    session = session or make_session(released=False)
    position = session.items.count() + 1
    defaults = {"title": f"Item {position}", "position": position}
    item = Item.objects.create(session=session, **defaults | fields)
    if released:
        make_release(session.meeting)
    return item


def make_presentation(
    item: Item | None = None, *, released: bool = True, **fields: Any
) -> Presentation:
    item = item or make_item(released=False)
    position = item.presentations.count() + 1
    defaults = {"title": f"Presentation {position}", "position": position}
    presentation = Presentation.objects.create(item=item, **defaults | fields)
    if released:
        make_release(item.meeting)
    return presentation


def make_picture(colour: str = "navy", name: str = "photo.png") -> ContentFile:
    """A photo of one colour."""
    output = BytesIO()
    Image.new("RGB", (40, 40), colour).save(output, "PNG")
    return ContentFile(output.getvalue(), name)


def make_speaker(name: str = "WU Hongbo", **fields: Any) -> Speaker:
    return Speaker.objects.create(name=name, **fields)


def make_role(
    place: Item | Presentation, *, released: bool = True, **fields: Any
) -> Role:
    """What a speaker, or a new one, does in an item or presentation."""
    where = "item" if isinstance(place, Item) else "presentation"
    speaker = fields.pop("speaker", None) or make_speaker()
    role = Role.objects.create(**{where: place, "speaker": speaker} | fields)
    if released:
        make_release(place.meeting)
    return role


def make_release(meeting: Meeting) -> Release:
    """Have readers see the programme as it is now, as its one release."""
    meeting.releases.all().delete()
    return Release.objects.make(meeting)


def make_material(meeting: Meeting | None = None, **fields: Any) -> Material:
    """A link, or a file where `file` gives its bytes."""
    meeting = meeting or make_meeting()
    content = fields.pop("file", None)
    if content is not None:
        name = fields.pop("filename", "paper.pdf")
        fields["file"] = ContentFile(content, name=name)
    else:
        fields.setdefault("url", "https://example.org/paper.pdf")
    return Material.objects.create(meeting=meeting, **{"title": "A paper"} | fields)


def make_contributor(meeting: Meeting | None = None, **fields: Any) -> Contributor:
    """A speaker, or an organization where `organization` names it."""
    meeting = meeting or make_meeting()
    if "speaker" not in fields and "organization" not in fields:
        fields["speaker"] = make_speaker()
    defaults = {"email": f"c-{uuid4().hex[:8]}@example.org"}
    return Contributor.objects.create(meeting=meeting, **defaults | fields)


def make_request(contributor: Contributor | None = None, **fields: Any) -> Request:
    """A paper, due in a week, unless told otherwise."""
    contributor = contributor or make_contributor()
    now = timezone.now()
    defaults = {"kind": "paper", "due_at": now + timedelta(days=7), "asked_at": now}
    return Request.objects.create(contributor=contributor, **defaults | fields)


def make_submission(request: Request | None = None, **fields: Any) -> Submission:
    """A PDF, as if it had come by the private link."""
    request = request or make_request()
    content = fields.pop("file", PDF)
    defaults = {"title": "Counting people on the move"}
    if not request.is_text:
        name = f"paper-{request.submissions.count() + 1}.pdf"
        defaults |= {"file": ContentFile(content, name), "filename": name}
        defaults |= {"size": len(content), "sha256": sha256(content).hexdigest()}
    number = request.submissions.count() + 1
    return Submission.objects.create(
        request=request, number=number, **defaults | fields
    )


def make_desk_work(meeting: Meeting | None = None, **fields: Any) -> DeskWork:
    """Reminding nobody, done."""
    said = {"line": "", "at": None, "tells": False, "shown_at": None, "language": "en"}
    defaults = {"action": "remind", "said": said, "state": "done", "key": uuid4().hex}
    meeting = meeting or make_meeting()
    return DeskWork.objects.create(meeting=meeting, **defaults | fields)


def make_category(meeting: Meeting | None = None, **fields: Any) -> Category:
    """Of one meeting, or of all; people of it name an organization."""
    defaults = {"name": f"Category {Category.objects.count() + 1}"}
    return Category.objects.create(meeting=meeting, **defaults | fields)


def make_registration(meeting: Meeting | None = None, **fields: Any) -> Registration:
    """Received, in person, for all days; nobody is written to."""
    meeting = meeting or make_meeting()
    submission = fields.get("submission", uuid4().hex)
    number = Registration.objects.count() + 1
    beneath = {
        "needs_correction": {"held": "received"},
        "offered": {"offer_until": timezone.now() + timedelta(days=2)},
    }
    if "category" not in fields:
        fields["category"] = Category.objects.of(meeting).first() or make_category()
    defaults = {
        "submission": submission,
        "reference": reference_of(submission),
        "organization": "Organization for Tests",
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "days": [day.isoformat() for day in meeting.days],
        **beneath.get(fields.get("status"), {}),
    }
    return Registration.objects.create(meeting=meeting, **defaults | fields)


def make_question(meeting: Meeting | None = None, **fields: Any) -> Question:
    """Asks for a short text; `options` are the words of a list, or words with places."""
    meeting = meeting or make_meeting()
    options = fields.pop("options", [])
    number = meeting.questions.count() + 1
    defaults = {"text": f"Question {number}?", "position": number}
    question = Question.objects.create(meeting=meeting, **defaults | fields)
    for position, option in enumerate(options, start=1):
        text, capacity = option if isinstance(option, tuple) else (option, None)
        Option.objects.create(
            question=question, text=text, capacity=capacity, position=position
        )
    return question


def make_answer(
    registration: Registration, question: Question, value: Any, **fields: Any
) -> Answer:
    """A text, sealed where the question is sensitive; bytes are those of a file."""
    if isinstance(value, bytes):
        value = SimpleUploadedFile(fields.pop("name", "letter.pdf"), value)
    Answers({question: value}).save(registration)
    return registration.answers.get(question=question)


def make_choice(registration: Registration, subject: Any, **fields: Any) -> Choice:
    """Of a session or an option."""
    name = "session" if isinstance(subject, Session) else "option"
    return Choice.objects.create(registration=registration, **{name: subject} | fields)


def make_notice(meeting: Meeting | None = None, **fields: Any) -> PrivacyNotice:
    """The next version; published, unless told otherwise."""
    is_published = fields.pop("is_published", True)
    defaults = {
        "text": "## Why\n\nWe keep what we need.",
        "published_at": timezone.now() if is_published else None,
    }
    meeting = meeting or make_meeting()
    return PrivacyNotice.objects.create(meeting=meeting, **defaults | fields)


def make_correction(registration: Registration, **fields: Any) -> Correction:
    """Made by the person, and not checked yet."""
    changes = [{"key": "name", "label": "Name", "before": "Ann", "after": "Ann Bell"}]
    defaults = {"changes": changes, "made_at": timezone.now()}
    return Correction.objects.create(registration=registration, **defaults | fields)


def make_bulk_work(meeting: Meeting | None = None, **fields: Any) -> BulkWork:
    """An approval of nobody, done."""
    defaults = {"action": "approve", "parameters": {"said": {}}, "state": "done"}
    meeting = meeting or make_meeting()
    return BulkWork.objects.create(meeting=meeting, **defaults | fields)


def make_import(meeting: Meeting | None = None, **fields: Any) -> Import:
    """A file that was looked through, with a row that is good and one that is not."""
    reasons = [{"column": "Name", "reason": "Write the name."}]
    report = {
        "language": "en",
        "is_sealed": False,
        "headings": ["Name"],
        "ignored": [],
        "is_guessed": False,
        "good": 1,
        "first": [{"row": 2, "cells": [{"label": "Name", "value": "Ann Bell"}]}],
        "known": [],
        "bad": [{"row": 3, "cells": ["-"], "reasons": reasons}],
    }
    defaults = {"file_name": "people.csv", "state": "done", "report": report}
    return Import.objects.create(meeting=meeting or make_meeting(), **defaults | fields)


def make_mailing(meeting: Meeting | None = None, **fields: Any) -> Mailing:
    """News to all who are registered, written and not begun; `subject` and `body`."""
    meeting = meeting or make_meeting()
    text = {
        "subject": fields.pop("subject", "News of the {title}"),
        "body": fields.pop("body", "There is news.\n\nThe room has changed."),
    }
    mailing = Mailing.objects.create(meeting=meeting, **{"name": "News"} | fields)
    if not mailing.kind:
        MailText.objects.create(meeting=meeting, mailing=mailing, **text)
    return mailing


def make_mail_text(meeting: Meeting | None = None, **fields: Any) -> MailText:
    """The secretariat's own words for the mail "confirmed", or the next kind."""
    meeting = meeting or make_meeting()
    taken = set(meeting.mail_texts.values_list("kind", flat=True))
    kind = next(name for name in ["confirmed", *KINDS] if name not in taken)
    defaults = {"kind": kind, "subject": "Own", "body": "You come, {name}."}
    return MailText.objects.create(meeting=meeting, **defaults | fields)


def make_user(username: str = "", **fields: Any) -> User:
    """Staff with no permission; `is_superuser=True` may do everything."""
    username = username or f"user{get_user_model().objects.count() + 1}"
    defaults = {"email": f"{username}@example.org", "is_staff": True}
    return get_user_model().objects.create_user(username, **defaults | fields)


def make_message(about: Any = None, **fields: Any) -> Message:
    """Owed and due, about a registration; no worker is asked to send it."""
    defaults = {
        "about": about or make_registration(),
        "kind": "test",
        "to": "person@example.org",
        "subject": "A subject",
        "text": "A text.\n",
        "message_id": make_msgid(domain="localhost"),
    }
    return Message.objects.create(**defaults | fields)


def make_heartbeat(part: str = "queue", ago: timedelta = timedelta(0)) -> Heartbeat:
    return Heartbeat.objects.create(name=part, at=timezone.now() - ago)
