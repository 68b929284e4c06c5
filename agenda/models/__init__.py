"""The programme of a meeting."""

from agenda.models.item import Item, Presentation, Role
from agenda.models.material import Material
from agenda.models.session import Day, Session
from agenda.models.speaker import Speaker

__all__ = ["Day", "Item", "Material", "Presentation", "Role", "Session", "Speaker"]
