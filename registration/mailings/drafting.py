"""Mails to many begun from what is there: from a list of people, or from another one."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registration.mailings.choosing import to_write
from registration.models import Mailing, MailText, Registration

# What a copy has of the one it is made from.
COPIED = ["meeting", "to", "people", "when", "anchor", "days", "hour"]
COPIED += ["includes_latecomers", "is_news"]
# What decides whom it reaches, and when.
TO_WHOM = {"to", "people", "is_news"}
REACHING = TO_WHOM | {"when", "send_at", "anchor", "days", "hour"}
REACHING |= {"includes_latecomers"}


@transaction.atomic
def pick(registrations: QuerySet[Registration], by: User) -> Mailing:
    """A draft to these people, all of one meeting."""
    pks = list(registrations.order_by("pk").values_list("pk", flat=True))
    meeting = registrations.order_by("pk")[0].meeting
    # What the same person picked before, and has written nothing to.
    unwritten = Mailing.objects.filter(state=Mailing.State.DRAFT, created_by=by)
    unwritten.filter(texts=None, people__has_key="registrations").delete()
    day = formats.date_format(timezone.localtime(timezone=meeting.zone), "j M Y")
    name = ngettext("%(n)d person, %(day)s", "%(n)d people, %(day)s", len(pks))
    return Mailing.objects.create(
        meeting=meeting,
        name=name % {"n": len(pks), "day": day},
        people={"registrations": pks},
        created_by=by,
    )


@transaction.atomic
def copy(mailing: Mailing, by: User, **changes: Any) -> Mailing:
    """A draft with the same words, for the same choice of people."""
    fields = {name: getattr(mailing, name) for name in COPIED}
    if mailing.when == Mailing.When.AT:
        # That time was its own.
        fields["when"] = Mailing.When.NOW
    name = _("Copy of %s") % mailing.name
    fields |= {"name": name[:200], "created_by": by} | changes
    draft = Mailing.objects.create(**fields)
    MailText.objects.bulk_create(
        MailText(
            meeting=mailing.meeting,
            mailing=draft,
            language=text.language,
            subject=text.subject,
            body=text.body,
        )
        for text in mailing.texts.all()
    )
    return draft


def copy_to_rest(mailing: Mailing, by: User) -> Mailing:
    """A draft to those of its choice who have not got it."""
    name = _("%s: to those who have not got it") % mailing.name
    people = {**mailing.people, "without": mailing.pk}
    return copy(mailing, by, name=name[:200], people=people, when=Mailing.When.NOW)


@transaction.atomic
def revise(mailing: Mailing, changed: set[str]) -> bool:
    """Keep what was changed of it, and say whether it has to be looked at first.

    What would go out at once by the change waits until somebody has seen to whom.
    """
    # A worker that is at it, or somebody who stops it, waits, or has been before.
    locked = Mailing.objects.select_for_update().get(pk=mailing.pk)
    mailing.state = locked.state
    if changed & TO_WHOM:
        mailing.done_for = None
        changed = changed | {"done_for"}
    mailing.save(update_fields=[*changed, "updated_at"])
    is_running = mailing.state == Mailing.State.ACTIVE and mailing.is_due
    if is_running and changed & REACHING and to_write(mailing).exists():
        return mailing.stop()
    return False
