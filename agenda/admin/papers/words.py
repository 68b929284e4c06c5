"""How the desk calls what it does to many."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.contributing.together import ACTIONS, WRITE, Group
from agenda.contributing.working import ASK
from agenda.models import DeskWork


def name_of(work: DeskWork) -> str:
    return (
        _("Ask for papers") if work.action == ASK else str(ACTIONS[work.action].label)
    )


def counted(action: str, groups: Sequence[Group]) -> str:
    """Of what is to be done: so many mails, or requests."""
    requests = sum(len(group.picks) for group in groups)
    return in_numbers(action, len(groups), requests)


def in_numbers(action: str, people: int, requests: int) -> str:
    if action in (ASK, *WRITE):
        return ngettext("%d mail", "%d mails", people) % people
    return ngettext("%d request", "%d requests", requests) % requests
