"""What beat asks for; safe to run twice, and at once."""

import logging

from celery import shared_task
from django.utils import timezone

from meeting.files.sweeping import TooManyError, sweep

log = logging.getLogger(__name__)


@shared_task
def sweep_files() -> None:
    """Delete files that no row names."""
    try:
        sweep(timezone.now())
    except TooManyError as error:
        log.error("%s None was deleted; see `manage.py sweep_files`.", error)
