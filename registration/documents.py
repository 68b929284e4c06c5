"""The documents that participants may open: those whose registration is confirmed."""

from typing import TYPE_CHECKING

from django.urls import reverse

from agenda.models import Material
from agenda.models.material import MaterialQuerySet
from agenda.reader import Reader
from meeting.models import Meeting

if TYPE_CHECKING:
    from registration.models import Registration


def documents_of(registration: "Registration") -> MaterialQuerySet:
    """What the person may open at this moment, also what everybody may."""
    materials = registration.meeting.materials
    if registration.status != registration.Status.CONFIRMED:
        return materials.none()
    return materials.for_participants()


def has_documents(registration: "Registration") -> bool:
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
