"""What became of a mail, in words."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meeting.mail.models import TEST, Message

State = Message.State
COLOURS = {
    State.QUEUED: "open",
    State.SENDING: "open",
    State.SENT: "good",
    State.FAILED: "bad",
    State.STOPPED: "off",
    State.BOUNCED: "bad",
}
# What mails of each kind are; whoever writes through the outbox adds theirs.
KINDS: dict[str, str | Promise] = {TEST: gettext_lazy("Test mail")}


def tag(kind: str, text: str) -> SafeString:
    """A word in a small box; `kind` gives its colour."""
    return format_html('<span class="tag tag-{}">{}</span>', kind, text)


def state_tag(message: Message) -> SafeString:
    return tag(COLOURS[message.state], message.get_state_display())


def kind_in_words(message: Message) -> str:
    return str(KINDS.get(message.kind, message.kind))


def moment(time: datetime | None) -> str:
    """On the clock of the page."""
    if time is None:
        return ""
    return formats.date_format(timezone.localtime(time), "j M Y, H.i")


def ago(time: datetime) -> str:
    seconds = max(0, int((timezone.now() - time).total_seconds()))
    if seconds < 60:
        return ngettext("%d second ago", "%d seconds ago", seconds) % seconds
    return _("%s ago") % timesince(time, depth=1)


def what_became(message: Message) -> Iterator[str]:
    """Sentences beside the state: since when, what was said, what comes next."""
    said = message.last_error.strip()
    match message.state:
        case State.QUEUED:
            yield from _waiting(message, said)
        case State.SENDING:
            yield _("Since %s.") % moment(message.claimed_at)
        case State.SENT:
            yield _("At %s.") % moment(message.sent_at)
            if message.bounce:
                yield _("Since then another server said: %s") % message.bounce
        case State.FAILED:
            yield said or _("Nobody has said why.")
            yield _("It is not tried again by itself.")
        case State.STOPPED:
            yield _("With the mail to many that it belongs to. It does not leave.")
        case State.BOUNCED:
            yield _("At %s.") % moment(message.bounced_at)
            yield message.bounce.strip() or _("Nobody has said why.")


def _waiting(message: Message, said: str) -> Iterator[str]:
    yield _("Since %s.") % moment(message.created_at)
    if not settings.EMAIL_URL:
        yield _("It is kept here, because no mail server is set.")
        return
    if said:
        yield said
    if message.due_at > timezone.now():
        words = _("Next try at %s.") if message.tries else _("It leaves at %s.")
        yield words % moment(message.due_at)
