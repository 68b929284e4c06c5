"""What stands above every page of the admin when mail does not go out."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meeting.mail.models import Heartbeat
from meeting.mail.signs import Signs
from meeting.mail.words import moment

Part = Heartbeat.Part


def banner(request: HttpRequest) -> dict[str, object] | None:
    """Its sentences and where more is said; None where all is well. One query."""
    signs = Signs.read()
    if signs.all_is_well:
        return None
    may_look = request.user.has_perm("mail.view_message")
    return {
        "lines": [*filter(None, [late_in_words(signs), silence_in_words(signs)])],
        "url": reverse("admin:mail_message_going") if may_look else "",
    }


def late_in_words(signs: Signs) -> str:
    if not signs.is_mail_late:
        return ""
    text = ngettext(
        "Mail is not going out: %(count)d mail has been waiting since %(since)s.",
        "Mail is not going out: %(count)d mails have been waiting since %(since)s.",
        signs.late,
    )
    return text % {"count": signs.late, "since": moment(signs.since)}


def silence_in_words(signs: Signs) -> str:
    """Which part is not heard, and what that keeps from being done."""
    silent = signs.silent
    if not silent:
        return ""
    since = {"since": moment(signs.heard(silent[0]))}
    match silent:
        case [Part.WORKER, Part.BEAT]:
            words = _(
                "Worker and beat have not been heard since %(since)s: no mail leaves,"
                " and no bulk work or import is done."
            )
        case [Part.WORKER]:
            words = _(
                "The worker has not been heard since %(since)s: no mail leaves, and no"
                " bulk work or import is done."
            )
        case [Part.BEAT]:
            words = _(
                "Beat has not been heard since %(since)s: what waits for its time, such"
                " as a reminder or a second try, does not leave."
            )
        case _queue:
            words = _(
                "Nothing has come through the queue since %(since)s, although worker"
                " and beat live: mail leaves late, or not at all."
            )
    return words % since
