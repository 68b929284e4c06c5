"""Which agenda is this browser's own: the one whose token its cookie has."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from agenda.models import OwnAgenda
from agenda.models.own_agenda import kept_until
from meeting.machines import client_address, network_of
from meeting.models import Meeting

# New ones that one machine's address may make: a whole hall may share it. Counted by
# each process, for whoever gets by a little more does no harm.
MOST_NEW = 600
NEW_WITHIN = timedelta(minutes=10)


def cookie_of(meeting: Meeting) -> str:
    return f"agenda_{meeting.pk}"


def begun_cookie(meeting: Meeting) -> str:
    """What tells scripts that there is an agenda, and nothing about it."""
    return f"{cookie_of(meeting)}_begun"


def own_agenda(request: HttpRequest, meeting: Meeting) -> OwnAgenda | None:
    token = request.COOKIES.get(cookie_of(meeting), "")
    agenda = OwnAgenda.objects.of(meeting, token)
    if agenda:
        agenda.meeting = meeting
    return agenda


def is_open(meeting: Meeting) -> bool:
    """Whether readers may have agendas of their own still."""
    return timezone.now() < kept_until(meeting)


def new_agenda(request: HttpRequest, meeting: Meeting) -> OwnAgenda:
    """One for this browser, at its first star."""
    if not is_open(meeting):
        text = _("The meeting is over: nothing can be put on an agenda any more.")
        raise ValidationError(text, code="over")
    if _count(network_of(client_address(request))) > MOST_NEW:
        text = _(
            "Very many agendas were begun from your network just now. Please try again"
            " in ten minutes."
        )
        raise ValidationError(text, code="too_many_agendas")
    return OwnAgenda.objects.create(meeting=meeting)


def keep(response: HttpResponse, agenda: OwnAgenda) -> None:
    """Have the browser know its agenda until that is deleted."""
    meeting = agenda.meeting
    options = {
        "max_age": kept_until(meeting) - timezone.now(),
        "path": meeting.get_absolute_url(),
        "secure": settings.IS_HTTPS,
        "samesite": "Lax",
    }
    response.set_cookie(cookie_of(meeting), agenda.token, httponly=True, **options)
    response.set_cookie(begun_cookie(meeting), "1", **options)


def _count(network: str) -> int:
    """How many agendas this network has begun within the time, this one included."""
    key = f"new-agendas-{salted_hmac('own agendas', network).hexdigest()}"
    cache.add(key, 0, NEW_WITHIN.total_seconds())
    try:
        return cache.incr(key)
    except ValueError:  # Its time ended in between.
        return 1
