"""What workers do for the outbox; any of it may be lost, or run twice."""

import logging
import time

from celery import Task, shared_task
from kombu.exceptions import OperationalError
from kombu.pools import producers

from meeting.mail import delivery
from meeting.mail.bounces.mailbox import read_mailbox
from meeting.mail.models import Heartbeat, Message

log = logging.getLogger(__name__)

# Somebody's browser waits for this: one try, and a broker that is silent is given up
# like one that is gone. `retry=False` alone does not stop kombu from reconnecting.
PATIENCE = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "max_retries": 0}
# After a broker that does not answer, do without it for so many seconds: whoever
# approves 500 people should not wait 500 times. The sweep sends what was not asked for.
BROKER_REST = 5
_rests_until = 0.0


def ask_for(task: Task, *arguments: int) -> None:
    """Ask for some work; return at once, and without error, when the broker is down.

    So it must be work that beat looks for as well.
    """
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    broker = task.app.connection_for_write(transport_options=PATIENCE)
    try:
        with producers[broker].acquire(block=True) as producer:
            task.apply_async(arguments, producer=producer, retry=False)
    except (OperationalError, OSError) as error:
        _rests_until = time.monotonic() + BROKER_REST
        log.warning("The broker does not answer; beat will see to it: %s", error)


def ask(message_id: int) -> None:
    ask_for(deliver, message_id)


@shared_task
def deliver(message_id: int) -> None:
    # Of a server that keeps us waiting, each of a hundred would wait as long.
    if not delivery.server_is_silent():
        for message in Message.objects.claimable().filter(pk=message_id):
            message.deliver()


@shared_task
def sweep() -> int:
    return delivery.sweep()


@shared_task
def beat() -> None:
    Heartbeat.note(Heartbeat.Part.QUEUE)


@shared_task
def read_bounces() -> int:
    return read_mailbox()
