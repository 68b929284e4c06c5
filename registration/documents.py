"""The documents that participants may open: those whose registration is confirmed."""

from django.urls import reverse

from agenda.models import Material
from agenda.models.material import MaterialQuerySet
from agenda.reader import Reader
from meeting.models import Meeting
from registration.models import Registration


def documents_of(registration: Registration) -> MaterialQuerySet:
    """What the person may open at this moment, also what everybody may."""
    materials = registration.meeting.materials
    if registration.status != registration.Status.CONFIRMED:
        return materials.none()
    return materials.for_participants()


def reader_of(registration: Registration) -> str:
    """How a key to a document names whose it is; it ends with their private link."""
    return f"{registration.pk}-{registration.link_version}"


def is_participant(meeting: Meeting, reader: str) -> bool:
    """Whether it is still the key of somebody who may open such documents."""
    pk, version = map(int, reader.split("-"))
    found = Registration.by_version(meeting, pk, version)
    return found is not None and found.status == Registration.Status.CONFIRMED


def has_documents(registration: Registration) -> bool:
    """Whether some are for participants alone."""
    alone = Material.Visibility.PARTICIPANTS
    return documents_of(registration).filter(visibility=alone).exists()


class Participant(Reader):
    """Opens files from their own page, by addresses that do not last."""

    def __init__(self, meeting: Meeting, token: str) -> None:
        super().__init__(meeting)
        self._own = reverse("me-documents", args=[meeting.slug, token])

    def opens(self, material: Material) -> str:
        return f"{self._own}{material.pk}/" if material.filename else material.href
