"""Asking speakers and organizations for something, and reminding them of it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.contributing import mails
from agenda.models import Contributor, Item, Presentation, Request, Speaker
from agenda.models.contributing import RequestQuerySet
from meeting.letters import Written
from meeting.models import Meeting


def contributor_for(
    meeting: Meeting, *, speaker: Speaker | None = None, organization: str = ""
) -> Contributor:
    """The one of this meeting, made where there is none yet."""
    wanted = {"speaker": speaker} if speaker else {"organization": organization}
    found, _is_new = Contributor.objects.get_or_create(meeting=meeting, **wanted)
    found.meeting, found.speaker = meeting, speaker
    return found


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
def tell(contributor: Contributor, *, line: str = "", is_bulk: bool = False) -> None:
    """Write to them what they are asked for and have not been told of yet.

    Raises ValidationError where no address is known; nothing counts as asked then.
    """
    new = list(_locked(contributor).filter(asked_at=None))
    if new:
        words = "\n\n".join(filter(None, [*notes_of(new), line]))
        mails.owe(contributor, mails.ASKED, new, line=words, is_bulk=is_bulk)
        pks = [request.pk for request in new]
        Request.objects.filter(pk__in=pks).update(asked_at=timezone.now())


def rehearse(contributor: Contributor) -> Written:
    """The mail by which they would be told, without their private link."""
    new = list(_locked(contributor).filter(asked_at=None))
    line = "\n\n".join(notes_of(new))
    link = _("[the private link of %s]") % contributor
    return mails.write(contributor, mails.ASKED, new, line=line, link=link)


def notes_of(requests: Iterable[Request]) -> list[str]:
    """What is asked for in words, each said once."""
    return list(dict.fromkeys(request.note for request in requests if request.note))


@transaction.atomic
def remind(contributor: Contributor, *, line: str = "", is_bulk: bool = False) -> int:
    """Write to them what is awaited still; say of how many requests that was.

    Raises ValidationError where no address is known.
    """
    awaited = list(_locked(contributor).awaited())
    if awaited:
        mails.owe(contributor, mails.REMINDED, awaited, line=line, is_bulk=is_bulk)
        now, pks = timezone.now(), [request.pk for request in awaited]
        Request.objects.filter(pk__in=pks).update(
            reminded_at=now,
            asked_at=Coalesce("asked_at", now),
            reminders=F("reminders") + 1,
        )
    return len(awaited)


@transaction.atomic
def move_deadline(
    contributor: Contributor,
    pks: Iterable[int],
    due_at: datetime,
    *,
    tells: bool,
    line: str = "",
    is_bulk: bool = False,
) -> int:
    """Give these of their requests another deadline; say of how many it is another.

    Raises ValidationError where they are to be told, and no address is known.
    """
    those = _locked(contributor).filter(pk__in=pks)
    moved = [request for request in those if request.due_at != due_at]
    for request in moved:
        request.due_at = due_at
        request.save(update_fields=["due_at"])
    if moved and tells:
        mails.owe(contributor, mails.MOVED, moved, line=line, is_bulk=is_bulk)
    return len(moved)


def unpublished() -> ValidationError:
    """Why nobody is written to yet."""
    text = _(
        "The meeting is not published: the private link in the mail would lead nowhere."
        " Publish the meeting first."
    )
    return ValidationError(text, code="unpublished")


@transaction.atomic
def withdraw(request: Request) -> None:
    """Ask for it no longer; raises ValidationError where something has come."""
    _locked(request.contributor)
    if request.submissions.exists():
        sentence = _(
            "Something has been sent for this, and stays. It cannot be withdrawn any"
            " longer."
        )
        raise ValidationError(sentence, code="sent")
    request.delete()


def send_link(contributor: Contributor) -> None:
    """Write to them where they see all that they are asked for."""
    requests = contributor.requests.select_related("item", "presentation__item")
    mails.owe(contributor, mails.LINK, requests.prefetch_related("submissions"))


def _locked(contributor: Contributor) -> RequestQuerySet:
    Contributor.objects.select_for_update().get(pk=contributor.pk)
    requests = contributor.requests.select_related("item", "presentation__item")
    return requests.prefetch_related("submissions")
