"""What beat asks for; safe to run twice, and at once."""

from celery import shared_task
from django.utils import timezone

from meeting.files.sweeping import sweep


@shared_task
def sweep_files() -> None:
    """Delete files that no row names."""
    sweep(timezone.now())
