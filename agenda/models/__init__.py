"""The programme of a meeting."""

from agenda.models.contributing import Contributor, Request, Submission
from agenda.models.desk_work import DeskStep, DeskWork
from agenda.models.edit import ConflictError, Draft, Edit, editing
from agenda.models.item import Item, Presentation, Role
from agenda.models.mark import Mark
from agenda.models.material import Material, Version
from agenda.models.own_agenda import OwnAgenda
from agenda.models.release import Release
from agenda.models.session import Day, Session
from agenda.models.snapshot import Snapshot
from agenda.models.speaker import FormerSpeaker, Speaker

__all__ = [
    "ConflictError",
    "Contributor",
    "Day",
    "DeskStep",
    "DeskWork",
    "Draft",
    "Edit",
    "FormerSpeaker",
    "Item",
    "Mark",
    "Material",
    "OwnAgenda",
    "Presentation",
    "Release",
    "Request",
    "Role",
    "Session",
    "Snapshot",
    "Speaker",
    "Submission",
    "Version",
    "editing",
]
