"""Worker and beat say every 20 seconds that they live, and know when they should end."""

import logging
import threading
import time
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutting_down
from django.db import DatabaseError, InterfaceError, connections

log = logging.getLogger(__name__)

EVERY = 20


@worker_ready.connect
def worker_lives(**kwargs: Any) -> None:
    from meeting.mail.models import ask_for_sweep

    _start("worker")
    # What it left when it died should not wait for beat.
    ask_for_sweep()


@beat_init.connect
def beat_lives(**kwargs: Any) -> None:
    _start("beat")


@worker_shutting_down.connect
def stop_sending(**kwargs: Any) -> None:
    """What is being sent is sent, and nothing new begun: whoever waits kills us soon."""
    from meeting.mail import (
        delivery,  # Models cannot be read before Celery has started.
    )

    delivery.ending.set()


def say_so(part: str) -> None:
    """Note it; a database that is away now has not been away for long, next time."""
    from meeting.mail.models import Heartbeat

    try:
        Heartbeat.note(part)
    except (DatabaseError, InterfaceError) as error:
        log.warning("The %s lives, but could not say so: %s", part, error)
    finally:
        # This thread asks once in a while; nobody else would close it for us.
        connections.close_all()


def _start(part: str) -> None:
    thread = threading.Thread(target=_go_on_saying, args=[part], daemon=True)
    thread.start()


def _go_on_saying(part: str) -> None:
    while True:
        say_so(part)
        time.sleep(EVERY)
