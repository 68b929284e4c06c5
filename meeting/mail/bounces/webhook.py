"""What a provider tells of mails by HTTP (django-anymail); only where one is set.

Anymail's view proves that it is the provider, and calls the receiver below.
"""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from anymail.urls import urlpatterns as all_of_anymail
from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver

from meeting.mail.bounces.naming import pk_of
from meeting.mail.cleaning import NO_TEXT
from meeting.mail.models import Message

PERMANENT = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
TOLD = {*PERMANENT, EventType.DEFERRED, EventType.COMPLAINED}

# Of the many routes, none of a provider that is not ours.
OURS = f"{settings.ANYMAIL_PROVIDER}_tracking_webhook"
urlpatterns = [route for route in all_of_anymail if route.name == OURS]


class TooEarly(Exception):  # noqa: N818 (no error of ours: the provider comes again)
    """A mail came back before we noted that it had left."""


@receiver(tracking)
def note_event(event: AnymailTrackingEvent, **more: Any) -> None:
    if event.event_type not in TOLD:
        return
    message = _message_of(event)
    if message is None:
        return
    if message.state == Message.State.SENDING:
        raise TooEarly
    is_permanent = event.event_type in PERMANENT
    message.note_bounce(_words(event), is_permanent=is_permanent)


def _message_of(event: AnymailTrackingEvent) -> Message | None:
    carried = event.metadata if isinstance(event.metadata, dict) else {}
    # In JSON there may be signs that are none, which a database does not look for.
    pk = pk_of(NO_TEXT.sub("", str(carried.get("plenary", ""))))
    if pk is not None:
        return Message.objects.filter(pk=pk).first()
    named = NO_TEXT.sub("", str(event.message_id or ""))
    if not named:
        return None
    # What the provider calls it, or what we do.
    names = Q(provider_id=named) | Q(message_id=named)
    return Message.objects.filter(names).first()


def _words(event: AnymailTrackingEvent) -> str:
    said = [event.description, event.mta_response]
    if not any(said):
        # Mailjet's, which Anymail leaves where they are.
        said = [event.esp_event.get(name) for name in ("error", "comment")]
    if event.event_type == EventType.COMPLAINED:
        said.insert(0, "Reported as spam.")
    return " ".join(str(text) for text in said if text) or str(event.reject_reason)
