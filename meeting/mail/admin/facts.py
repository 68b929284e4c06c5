"""How mail goes, line by line: what is so, since when, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from kombu.exceptions import OperationalError

from meeting.mail.models import Heartbeat, MailServer, Message
from meeting.mail.signs import Signs, greet
from meeting.mail.words import ago, moment, tag

Part = Heartbeat.Part
State = Message.State
LEVELS = {
    "good": gettext_lazy("In order"),
    "open": gettext_lazy("Look at this"),
    "bad": gettext_lazy("Not working"),
    "off": gettext_lazy("Not set"),
}


@dataclass(frozen=True)
class Line:
    name: str
    level: str
    said: tuple[str, ...]
    to_do: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def tag(self) -> SafeString:
        return tag(self.level, str(LEVELS[self.level])) if self.level else SafeString()


def lines(signs: Signs) -> Iterator[Line]:
    """Two queries, and a word with the broker."""
    counts = _counts()
    server = MailServer.objects.first() or MailServer()
    yield _mail_server(server)
    yield _waiting(signs, counts)
    yield _sent(counts)
    yield _lost(counts)
    yield from (_part(signs, part) for part in (Part.WORKER, Part.BEAT, Part.QUEUE))
    yield _broker()
    yield _limit(server)
    yield _comes_back()
    yield Line(_("Sender"), "", (settings.DEFAULT_FROM_EMAIL,))


def _counts() -> dict[str, Any]:
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    unsent = Q(state__in=[State.QUEUED, State.SENDING])
    failed = Q(state=State.FAILED, claimed_at__gt=day)
    return Message.objects.aggregate(
        waiting=Count("pk", filter=unsent),
        of_many=Count("pk", filter=unsent & Q(is_bulk=True)),
        again=Count("pk", filter=unsent & Q(tries__gt=0, due_at__gt=now)),
        oldest=Min("created_at", filter=unsent),
        hour=Count("pk", filter=Q(sent_at__gt=hour)),
        day=Count("pk", filter=Q(sent_at__gt=day)),
        last=Max("sent_at"),
        failed=Count("pk", filter=failed),
        bounced=Count("pk", filter=Q(state=State.BOUNCED, bounced_at__gt=day)),
    )


def server_in_words() -> str:
    """Host and port, and how the conversation is kept secret; never the password."""
    if settings.EMAIL_USE_SSL:
        secrecy = "TLS"
    elif settings.EMAIL_USE_TLS:
        secrecy = "STARTTLS"
    else:
        secrecy = _("not encrypted")
    return _("%(host)s, port %(port)s, %(secrecy)s.") % {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "secrecy": secrecy,
    }


def _mail_server(server: MailServer) -> Line:
    name = _("Mail server")
    if not settings.EMAIL_URL:
        said = _("None is set, so mails are kept here.")
        to_do = _(
            "Set EMAIL_URL and start Plenary again. What has been kept leaves then."
        )
        return Line(name, "off", (said,), to_do)
    answered, failed = server.answered_at, server.failed_at
    said = [server_in_words()]
    if answered:
        said.append(_("It answered last at %s.") % moment(answered))
    if failed:
        said.append(
            _("It failed last at %(time)s: %(said)s")
            % {"time": moment(failed), "said": server.said}
        )
    if failed and not (answered and answered >= failed):
        to_do = _(
            "See whether the server runs and can be reached from this machine, and"
            " whether the name and password in EMAIL_URL are right. Mails wait"
            " meanwhile; none is lost."
        )
        return Line(name, "bad", tuple(said), to_do)
    if answered:
        return Line(name, "good", tuple(said))
    said.append(_("It has not been asked yet."))
    return Line(name, "open", tuple(said), _("Send a test mail, below."))


def _waiting(signs: Signs, counts: dict[str, Any]) -> Line:
    name, count = _("Waiting"), counts["waiting"]
    if not count:
        return Line(name, "good", (_("No mail waits."),))
    text = ngettext(
        "%(count)d mail, the oldest since %(since)s.",
        "%(count)d mails, the oldest since %(since)s.",
        count,
    )
    said = [text % {"count": count, "since": moment(counts["oldest"])}]
    if counts["of_many"]:
        said.append(_("Of mails to many: %d.") % counts["of_many"])
    if counts["again"]:
        said.append(
            _("To be tried again later, since the server refused for now: %d.")
            % counts["again"]
        )
    url = reverse("admin:mail_message_changelist") + "?state__exact=queued"
    links = ((url, _("See them")),)
    if not signs.is_mail_late:
        return Line(name, "good" if settings.EMAIL_URL else "", tuple(said), "", links)
    text = _("Over 5 minutes late: %d.") % signs.late
    to_do = _(
        "See which of the other lines is not in order. Where all are, open the oldest"
        " and read what was said to it."
    )
    return Line(name, "bad", (*said, text), to_do, links)


def _sent(counts: dict[str, Any]) -> Line:
    name = _("Sent")
    if not counts["last"]:
        return Line(name, "", (_("None yet."),))
    said = _("%(hour)d in the last hour, %(day)d in the last 24 hours.") % counts
    return Line(name, "", (said, _("The last at %s.") % moment(counts["last"])))


def _lost(counts: dict[str, Any]) -> Line:
    name, failed, bounced = _("Not arrived"), counts["failed"], counts["bounced"]
    if not (failed or bounced):
        return Line(name, "good", (_("None in the last 24 hours."),))
    said = (
        _("In the last 24 hours %(failed)d failed, and %(bounced)d came back.") % counts
    )
    to_do = _(
        "Open each: the other server's words say why. Often the address is wrong."
    )
    url = reverse("admin:mail_message_changelist")
    links = (
        (f"{url}?state__exact=failed", _("See what failed")),
        (f"{url}?state__exact=bounced", _("See what came back")),
    )
    return Line(name, "open", (said,), to_do, links)


NAMES = {
    Part.WORKER: gettext_lazy("Worker"),
    Part.BEAT: gettext_lazy("Beat"),
    Part.QUEUE: gettext_lazy("From beat through the queue to a worker"),
}
START = {
    Part.WORKER: gettext_lazy(
        "Start it again, and read its log. It sends the mails, and does bulk work and"
        " imports: celery --app=meeting worker. Under “manage.py up” it starts by itself."
    ),
    Part.BEAT: gettext_lazy(
        "Start it again, and read its log. It sees to what is due, and to mails that"
        " are tried again: celery --app=meeting beat. Under “manage.py up” it starts by"
        " itself."
    ),
    Part.QUEUE: gettext_lazy(
        "Where worker and beat are in order, see to the broker; and whether the worker"
        " is busy with something that does not end."
    ),
}


def _part(signs: Signs, part: Part) -> Line:
    heard = signs.heard(part)
    if heard is None:
        return Line(str(NAMES[part]), "open", (_("Not heard yet."),), str(START[part]))
    times = {"time": moment(heard), "ago": ago(heard)}
    if signs.is_silent(part):
        said = _("Not heard since %(time)s, %(ago)s.") % times
        return Line(str(NAMES[part]), "bad", (said,), str(START[part]))
    return Line(str(NAMES[part]), "good", (_("Heard %(ago)s.") % times,))


def _broker() -> Line:
    name, said = _("Broker"), broker_in_words()
    try:
        greet(current_app)
    except (OperationalError, OSError) as error:
        to_do = _(
            "Start it again. Meanwhile mails leave with the next sweep, as soon as beat"
            " and worker can speak with each other."
        )
        return Line(name, "bad", (said, f"{type(error).__name__}: {error}"), to_do)
    return Line(name, "good", (said,))


def broker_in_words() -> str:
    if not settings.REDIS_URL:
        return _("A queue of files.")
    parts = urlsplit(settings.REDIS_URL)
    # The address may hold a password.
    place = parts.hostname or parts.path
    return _("Redis at %s.") % (f"{place}:{parts.port}" if parts.port else place)


def _comes_back() -> Line:
    name, ways = _("What comes back"), []
    if box := settings.BOUNCES_MAILBOX:
        place = {"folder": box["folder"], "host": box["host"]}
        ways.append(_("Read from the mailbox %(folder)s on %(host)s.") % place)
    if provider := settings.ANYMAIL_PROVIDER:
        ways.append(_("Told by %s.") % provider.capitalize())
    if ways:
        return Line(name, "", tuple(ways))
    said = _("Nobody reads it: what another server refuses later counts as sent.")
    to_do = _("Set BOUNCES_URL or ANYMAIL_PROVIDER; docs/operation.md says how.")
    return Line(name, "open", (said,), to_do)


def _limit(server: MailServer) -> Line:
    name, limit = _("Rate limit"), settings.MAIL_PER_MINUTE
    if not limit:
        return Line(name, "", (_("None. MAIL_PER_MINUTE sets one."),))
    text = ngettext("At most %d mail a minute.", "At most %d mails a minute.", limit)
    said = [text % limit]
    if server.next_at and server.next_at > timezone.now():
        said.append(_("The next leaves at %s.") % moment(server.next_at))
    return Line(name, "", tuple(said))
