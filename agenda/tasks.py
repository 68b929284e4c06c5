"""What beat and pages ask for; safe to run twice, and at once."""

from celery import shared_task

from agenda.contributing.working import work_off
from agenda.models import DeskWork


@shared_task
def work_on_desk(pk: int) -> None:
    work_off(pk)


@shared_task
def go_on_with_desks() -> None:
    """Take up what nobody was asked for, or whose worker died."""
    for pk in list(DeskWork.objects.to_do().values_list("pk", flat=True)):
        work_off(pk)
