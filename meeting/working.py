"""Long work of any app, carried on by a worker."""

import logging
from collections.abc import Callable

from django.db import DatabaseError

from meeting.models import Job

log = logging.getLogger(__name__)


def carry_on(
    job: Job, do_chunk: Callable[[Job], int], finish: Callable[[Job], None]
) -> None:
    """Do what is left of claimed work, chunk by chunk, until a chunk finds nothing.

    Safe to be killed at any time, where each chunk is a transaction that says what is
    done.
    """
    try:
        while do_chunk(job):
            pass
        finish(job)
    except DatabaseError:
        raise  # Gone or busy: taken up again once the claim has run out.
    except Exception as error:
        log.exception("%s %s stopped", job._meta.verbose_name, job.pk)
        job.finish(error=f"{type(error).__name__}: {error}")
