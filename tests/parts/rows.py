"""Rows that many tests look at, written once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def kept(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written at first stays for all tests within, and is taken back then.

    For a fixture of a module. Each test goes on in a transaction of its own, and takes
    back what it changes itself.
    """
    around = transaction.atomic()
    # As that of Django's own test cases: what lasts beyond it is theirs to say.
    around._from_testcase = True
    with django_db_blocker.unblock(), around:
        yield
        transaction.set_rollback(True)
