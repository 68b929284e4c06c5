"""The limits against spam through a real web server, and several of its processes."""

from contextlib import contextmanager
from urllib.error import HTTPError

import pytest

from registration.models import Registration
from tests.making import make_meeting
from tests.parts.plenary import Plenary
from tests.parts.registering import register

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def site(folder, **environment):
    limits = {"REGISTRATIONS_PER_ADDRESS": "2", "WEB_CONCURRENCY": "2"}
    with Plenary(folder, **limits, **environment) as plenary:
        plenary.start("web")
        yield plenary


def send(plenary, meeting, number, forwarded):
    """The answer to a form that says of itself that it was forwarded so."""
    try:
        register(
            plenary,
            meeting,
            f"person{number}@example.org",
            headers={"X-Forwarded-For": forwarded},
        )
    except HTTPError as error:
        return error.code
    return 200


def test_a_forged_header_does_not_get_around_the_limit(tmp_path):
    meeting = make_meeting()
    with site(tmp_path) as plenary:
        answers = [send(plenary, meeting, n, f"203.0.113.{n}") for n in range(4)]

    assert answers == [200, 200, 429, 429]
    assert Registration.objects.count() == 2


def test_behind_a_proxy_only_what_the_proxy_adds_counts(tmp_path):
    meeting = make_meeting()
    with site(tmp_path, PROXIES="1") as plenary:
        # The visitor makes up the first; the proxy writes the last.
        of_one = [send(plenary, meeting, n, f"10.0.0.{n}, 203.0.113.1") for n in "123"]
        of_another = send(plenary, meeting, 4, "10.0.0.1, 203.0.113.2")

    assert (of_one, of_another) == ([200, 200, 429], 200)
