"""The documents that participants may open: those whose registration is confirmed."""

from typing import TYPE_CHECKING

from agenda.models import Material
from agenda.models.material import MaterialQuerySet

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
