"""What the mail server does badly harms nobody but the mail that it befalls."""

import time
from dataclasses import replace
from itertools import count

import pytest

from meeting.mail.models import Message
from tests.faults.conftest import MAILS
from tests.making import make_meeting, make_message, make_registration
from tests.parts.registering import register
from tests.parts.smtp import Moods
from tests.parts.staff import sign_in
from tests.parts.visitor import Visitor
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
OFTEN = {"refusals": 0.3, "drops": 0.1, "lost": 0.05}


def moods_for(mails, tries):
    """Of a server that nobody needs to ask more often than so many times."""
    people = [f"person{number}@example.org" for number in range(mails)]
    for seed in count():
        moods = Moods(seed, **OFTEN)
        if max(moods.tries_needed(person) for person in people) <= tries:
            return replace(moods, delays=0.1, seconds=10)


def test_refusals_dropped_connections_lost_acknowledgements_delays(run):
    mails, tries, connections = (MAILS, 6, "40") if MAILS else (150, 4, "16")
    run.server.moods = moods_for(mails, tries)
    run.plenary.environment |= {"MAIL_RETRY": "1", "MAIL_LEASE": "90"}
    # A server that takes its time is called by more of us.
    run.plenary.environment["MAIL_CONNECTIONS"] = connections
    make_registration()
    run.plenary.start("worker", "beat")

    run.owe(mails)
    run.wait_until_all_is_sent(900)

    assert run.lost == 0
    assert run.doubled <= run.server.moods.lost_so_far


def test_refused_for_good_is_not_tried_again_and_staff_see_it(run, client):
    run.server.answers["person3@example.org"] = "550 5.1.1 No such person here"
    make_registration()
    run.plenary.start("worker", "beat")

    run.owe(20)
    failed = Message.objects.filter(state="failed")
    wait_for(failed.exists, 60, named="one failed")
    run.wait_until_all_is_sent()

    assert (run.lost, len(run.counts)) == (1, 19)
    assert failed.get().last_error == "550 5.1.1 No such person here"
    assert run.server.asked["person3@example.org"] == 1
    sign_in(client)
    assert "message could not be sent" in client.get("/admin/").content.decode()


def open_messages(plenary, client):
    """How long a member of the staff waits for the list of messages."""
    sign_in(client)
    session = client.cookies["sessionid"].value
    visitor = Visitor(plenary.url, {"Cookie": f"sessionid={session}"})
    start = time.monotonic()
    visitor.open("/admin/mail/message/")
    assert "person@example.org" in visitor.page
    return time.monotonic() - start


def test_server_that_never_speaks_slows_no_page(installation, mail_server, client):
    meeting = make_meeting()
    mail_server.fall_silent()
    make_message()
    installation.start("web", "worker", "beat")
    wait_for(mail_server.is_kept_waiting, named="a worker that waits for the server")

    seconds = [register(installation, meeting, f"p{n}@example.org") for n in range(5)]
    seconds.append(open_messages(installation, client))

    assert max(seconds) < 1, seconds
    assert Message.objects.unsent().count() == 6
    assert mail_server.received == []
