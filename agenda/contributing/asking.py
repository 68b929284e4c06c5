"""Asking speakers and organizations for something, and reminding them of it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.contributing import mails
from agenda.models import Contributor, Item, Presentation, Request, Speaker
from agenda.models.contributing import RequestQuerySet
from meeting.models import Meeting


def contributor_for(
    meeting: Meeting, *, speaker: Speaker | None = None, organization: str = ""
) -> Contributor:
    """The one of this meeting, made where there is none yet."""
    wanted = {"speaker": speaker} if speaker else {"organization": organization}
    return Contributor.objects.get_or_create(meeting=meeting, **wanted)[0]


@transaction.atomic
def ask(
    contributor: Contributor,
    kind: str,
    *,
    due_at: datetime,
    place: Item | Presentation | None = None,
    max_pages: int | None = None,
    takes_late: bool = True,
    note: str = "",
) -> Request:
    """Ask for one thing; the mail is owed by `tell`, once for all that is asked.

    Raises ValidationError where the same has been asked for already.
    """
    # Two of the desk who ask for the same at once have asked once.
    Contributor.objects.select_for_update().get(pk=contributor.pk)
    where = {
        "presentation": place if isinstance(place, Presentation) else None,
        "item": place if isinstance(place, Item) else None,
    }
    request = Request(
        contributor=contributor,
        kind=kind,
        due_at=due_at,
        max_pages=max_pages,
        takes_late=takes_late,
        note=note,
        **where,
    )
    if contributor.requests.filter(kind=kind, **where).exists():
        sentence = _("%(who)s is asked for this already: %(what)s.")
        facts = {"who": contributor, "what": request}
        raise ValidationError(sentence, "asked", facts)
    request.save()
    return request


@transaction.atomic
def tell(contributor: Contributor, *, line: str = "") -> None:
    """Write to them what they are asked for and have not been told of yet.

    Raises ValidationError where no address is known; nothing counts as asked then.
    """
    new = list(_locked(contributor).filter(asked_at=None))
    if new:
        words = "\n\n".join(filter(None, [*notes_of(new), line]))
        mails.owe(contributor, mails.ASKED, new, line=words)
        pks = [request.pk for request in new]
        Request.objects.filter(pk__in=pks).update(asked_at=timezone.now())


def notes_of(requests: Iterable[Request]) -> list[str]:
    """What is asked for in words, each said once."""
    return list(dict.fromkeys(request.note for request in requests if request.note))


@transaction.atomic
def remind(contributor: Contributor, *, line: str = "") -> int:
    """Write to them what is awaited still; say of how many requests that was.

    Raises ValidationError where no address is known.
    """
    awaited = list(_locked(contributor).awaited())
    if awaited:
        mails.owe(contributor, mails.REMINDED, awaited, line=line)
        for request in awaited:
            request.reminded_at = timezone.now()
            request.asked_at = request.asked_at or request.reminded_at
            request.reminders += 1
        columns = ["reminded_at", "asked_at", "reminders"]
        Request.objects.bulk_update(awaited, columns)
    return len(awaited)


def remind_late(contributors: Iterable[Contributor], *, line: str = "") -> int:
    """Remind each who is late of all that is awaited; say to how many was written.

    Who has no known address is passed over: the desk's list says so.
    """
    pks = [contributor.pk for contributor in contributors]
    late = Request.objects.late().filter(contributor__in=pks)
    those = Contributor.objects.filter(pk__in=late.values("contributor"))
    count = 0
    for contributor in those.select_related("meeting", "speaker"):
        if contributor.mail_address and remind(contributor, line=line):
            count += 1
    return count


def _locked(contributor: Contributor) -> RequestQuerySet:
    Contributor.objects.select_for_update().get(pk=contributor.pk)
    requests = contributor.requests.select_related("item", "presentation")
    return requests.prefetch_related("submissions")
