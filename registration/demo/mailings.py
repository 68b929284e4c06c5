"""Two mails to many, made up: a rule that is followed, and a letter not sent yet."""

from datetime import time

from meeting.models import Meeting
from registration.models import Category, Mailing, MailText

PRACTICAL = """\
{starts_for_you} Here is what you need to know before you travel.

Dear {person},

- Days for which you are expected: {days}.
- Bring an identity document with a photograph, and your reference: {reference}.
- The entrance opens an hour before the first session; the queue is shorter then.

The agenda and the papers are on [the meeting's site]({site}). If something has changed for \
you, please correct it on [your own page]({link}).

This text was made up for a demonstration.
"""
PAPERS = """\
The secretariat invites papers for the {title}.

Dear {person},

If {organization} wishes to submit a paper, please send it to {contact}.

This text was made up for a demonstration.
"""


def write_to_many(meeting: Meeting) -> None:
    practical = Mailing.objects.create(
        meeting=meeting,
        name="Practical information",
        people={"status": ["confirmed"], "attendance": "in_person"},
        when=Mailing.When.RELATIVE,
        anchor=Mailing.Anchor.START,
        days=-7,
        hour=time(9),
        includes_latecomers=True,
        is_news=False,
        state=Mailing.State.ACTIVE,
    )
    _say(practical, "Before you travel: {title}", PRACTICAL)
    categories = Category.objects.of(meeting).filter(names=Category.Names.STATE)
    papers = Mailing.objects.create(
        meeting=meeting,
        name="Call for papers",
        people={
            "status": ["confirmed", "waiting"],
            "categories": list(categories.values_list("pk", flat=True)),
        },
    )
    _say(papers, "Papers for the {title}", PAPERS)


def _say(mailing: Mailing, subject: str, body: str) -> None:
    text = MailText(
        meeting=mailing.meeting, mailing=mailing, subject=subject, body=body
    )
    text.clean()
    text.save()
