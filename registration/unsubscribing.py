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
MODELS: dict[str, type[Model]] = {"r": Registration, "s": Speaker}


def address_for(person: Model, meeting: Meeting) -> str:
    """Where this person asks for no more news; it opens nothing else."""
    sign = "s" if isinstance(person, Speaker) else "r"
    token = LINK.sign(f"{sign}{person.pk}")
    return Address(
        settings.SITE_URL + reverse("unsubscribe", args=[meeting.slug, token])
    )


def person_of(token: str) -> Model | None:
    """Whose address this is; None where it is wrong, or the person was erased."""
    try:
        named = LINK.unsign(token)
    except signing.BadSignature:
        return None
    return MODELS[named[0]].objects.filter(pk=named[1:]).first()
