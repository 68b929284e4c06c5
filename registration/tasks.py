"""What beat and pages ask for; safe to run twice, and at once."""

from celery import shared_task
from django.utils import timezone

from registration.bulk.working import work_off
from registration.calendar import watching
from registration.changes import telling
from registration.importing import working
from registration.mailings import sending
from registration.models import BulkWork, Import, LinkRequest, Mailing, Registration
from registration.purging import Purge


@shared_task
def give_places() -> None:
    """Pass on what was offered in vain, and give what is free to those who wait."""
    for pk in Registration.objects.meetings_with_a_queue():
        Registration.pass_on_offers(pk)


@shared_task
def send_links() -> None:
    """Send the private link to those who asked for it and are registered."""
    for request in LinkRequest.objects.order_by("pk").select_related("meeting"):
        request.answer()


@shared_task
def purge() -> None:
    """Erase what is past its time."""
    Purge(timezone.now()).run()


@shared_task
def work_on_import(pk: int) -> None:
    working.work_on(pk)


@shared_task
def go_on_with_imports() -> None:
    """Take up what nobody was asked for, or whose worker died."""
    for pk in list(Import.objects.to_do().values_list("pk", flat=True)):
        working.work_on(pk)


@shared_task
def work_on_mailing(pk: int) -> None:
    sending.work_on(pk)


@shared_task
def run_mailings() -> None:
    """Write what is due to those who are to get it, and have not got it."""
    Mailing.objects.make_reminders()
    sending.work_on_all()


@shared_task
def watch_calendars() -> None:
    """Tell people whose meeting has moved, once nobody changes it any more."""
    watching.watch()


@shared_task
def tell_of_release(pk: int) -> None:
    telling.tell(pk)


@shared_task
def tell_of_releases() -> None:
    """Write to those concerned by a release that readers see by now."""
    telling.tell_of_all()


@shared_task
def work_on_bulk(pk: int) -> None:
    work_off(pk)


@shared_task
def go_on_with_bulk() -> None:
    """Take up what nobody was asked for, or whose worker died."""
    for pk in list(BulkWork.objects.to_do().values_list("pk", flat=True)):
        work_off(pk)
