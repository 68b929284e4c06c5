"""The whole draft of a programme on one screen, to be read and edited there."""

from agenda.admin.programme.pages import ProgrammePages

__all__ = ["ProgrammePages"]
