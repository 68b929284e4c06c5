"""The Celery application; its settings are the `CELERY_…` ones of `settings`."""

import os

from celery import Celery

from meeting import queue
from meeting.mail import alive  # noqa: F401 (listens to Celery's signals)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meeting.settings")

queue.use()
app = Celery("plenary")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
