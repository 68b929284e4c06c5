"""The desk as its pages are used: what is sent to them, and what they say."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from meeting.models import Meeting
from tests.making import (
    make_contributor,
    make_meeting,
    make_presentation,
    make_request,
    make_role,
    make_speaker,
)


def address(name, pk):
    return reverse(f"admin:agenda_{name}", args=[pk])


def said(response):
    return [str(message) for message in response.context["messages"]]


def became(page):
    """What the page of the result says of each."""
    return {str(step): f"{step.outcome}: {step.why}" for step in page.context["page"]}


def codes(form):
    return {
        name: [error.code for error in errors]
        for name, errors in form.errors.as_data().items()
    }


def in_days(days):
    """As a browser sends it, on a clock of the meeting."""
    moment = timezone.now() + timedelta(days=days)
    return moment.astimezone(Meeting.objects.first().zone).strftime("%Y-%m-%dT%H:%M")


def make_speaking():
    """A meeting with one speaker, of whom an address is known."""
    presentation = make_presentation(title="Counting")
    make_role(presentation, speaker=make_speaker(email="wu@example.org"))
    return presentation.meeting


def asking(**fields):
    """What the form of asking sends."""
    return {"whom": "all", "kinds": ["paper"], "due_at": in_days(7), **fields}


def remind_all(client, meeting, show="late"):
    """Both pages, without looking."""
    many = address("papers_many", meeting.pk) + f"?show={show}"
    shown = client.post(many, {"do": "remind", "all": "1"}).context
    picks = [f"{pick.request.pk}:" for pick in shown["picks"]]
    sent = {"do": "remind", "r": picks, "shown_at": shown["shown_at"], "sure": "1"}
    return client.post(many, sent, follow=True)


def make_late(count, **fields):
    meeting = make_meeting()
    due_at = timezone.now() - timedelta(days=1)
    for n in range(count):
        contributor = make_contributor(meeting, organization=f"Name {n:03}", **fields)
        make_request(contributor, due_at=due_at)
    return meeting


def decide(client, sent, do, **fields):
    pk = sent.request_id
    data = {f"{do}-{pk}-{name}": value for name, value in fields.items()}
    return client.post(
        address("request_decide", pk), {"do": do, "seen": sent.pk, **data}
    )
