"""No more news: the address in a mail by which a person says so (RFC 8058)."""

from django.conf import settings
from django.core import signing
from django.db.models import Model
from django.urls import reverse

from agenda.models import Speaker
from meeting.letters import Address
from meeting.models import Meeting
from registration.models import Registration

LINK = signing.Signer(salt="registration.unsubscribe")


def address_for(person: Model, meeting: Meeting) -> str:
    """Where this person asks for no more news; it opens nothing else."""
    sign = "s" if isinstance(person, Speaker) else "r"
    token = LINK.sign(f"{sign}{person.pk}")
    return Address(
        settings.SITE_URL + reverse("unsubscribe", args=[meeting.slug, token])
    )


def person_of(meeting: Meeting, token: str) -> Registration | Speaker | None:
    """Whose address this is; None where it is wrong, or the person was erased."""
    try:
        named = LINK.unsign(token)
    except signing.BadSignature:
        return None
    sign, pk = named[0], named[1:]
    # Of one that was merged, the one that it is now.
    if sign == "s":
        known = Speaker.objects
        return known.filter(pk=pk).first() or known.filter(former__former=pk).first()
    mine = meeting.registrations
    found = mine.filter(pk=pk).first() or mine.filter(former_links__former=pk).first()
    if found:
        found.is_own_doing = True
    return found
