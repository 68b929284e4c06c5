"""Every address again: forms that no page of ours sent, reading, and staff without rights."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from tests.making import make_user
from tests.meeting.test_routes import (
    OURS,
    OWN,
    PUBLIC,
    admin_names,
    world,  # noqa: F401 (a fixture)
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
# The address in the mail is the key, and mail programs send no cookie (RFC 8058).
WITHOUT_COOKIE = {"unsubscribe"}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def addresses(site):
    """Of each route, its name and an address that opens it."""
    for name in PUBLIC:
        yield name, site.address(name)
    for name in OWN:
        yield name, site.address(name, site.registration.token)
    for name in admin_names():
        yield f"admin:{name}", site.address(f"admin:{name}")


@contextmanager
def written():
    """What is written meanwhile, but for what sessions note of whoever looks around."""
    found = []

    def note(execute, sql, *args):
        if sql.startswith(WRITES) and "django_session" not in sql:
            found.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        yield found


def test_no_form_is_taken_that_came_from_elsewhere(world):  # noqa: F811
    client = Client(enforce_csrf_checks=True)
    sign_in(client)
    for name, address in addresses(world):
        if name in WITHOUT_COOKIE:
            continue
        with written() as found:
            answer = client.post(address, {"_save": "1", "sure": "1", "post": "yes"})
        assert answer.status_code in {403, 405}, name
        assert not found, name


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_changes_nothing(world, client, method):  # noqa: F811
    sign_in(client)
    for name, address in addresses(world):
        with written() as found:
            client.generic(method, f"{address}?_save=1&action=withdraw&post=yes")
        assert not found, name


def test_staff_who_may_do_nothing_get_nothing(world, client):  # noqa: F811
    client.force_login(make_user())
    for name in OURS:
        address = world.address(f"admin:{name}")
        for method in ("GET", "POST"):
            answer = client.generic(method, address)
            assert answer.status_code in {403, 405}, (name, method)
