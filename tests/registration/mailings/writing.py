"""Mails to many, as the staff write them and let them go."""

from meeting.mail.models import Message
from tests.making import make_mailing

LIST = "/admin/registration/mailing/"
ADD = f"{LIST}add/"
TYPED = {
    "name": "News",
    "to": "registered",
    "when": "now",
    "is_news": "on",
    "text-subject_en": "News of the {title}",
    "text-body_en": "Dear {person}, there is news.",
}


def page_of(mailing):
    return f"{LIST}{mailing.pk}/"


def text_of(response):
    return " ".join(response.content.decode().split())


def begin(client, mailing, digest=None):
    shown = client.get(page_of(mailing)).context["reach"].digest
    url = f"{page_of(mailing)}begin/"
    return client.post(url, {"digest": digest or shown}, follow=True)


def owe(person, once, state):
    number = Message.objects.count()
    return Message.objects.create(
        about=person,
        kind="mailing",
        to=person.email,
        once=once,
        state=state,
        message_id=f"<{number}@example.org>",
    )


def make_rule(meeting, **fields):
    defaults = {"when": "relative", "anchor": "start", "days": -7, "state": "active"}
    return make_mailing(meeting, **defaults | fields)
