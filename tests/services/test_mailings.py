"""A mail to thousands, from the button in the admin to the outbox, by a real worker."""

import re
import time

import pytest

from meeting.mail.models import Message
from registration.models import Mailing, Registration
from tests.making import make_category, make_mailing, make_meeting
from tests.parts.plenary import Plenary
from tests.parts.staff import make_member
from tests.parts.visitor import Visitor
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 5_000
# Five are promised, on a machine that has nothing else to do.
SECONDS = 20
BODY = "Dear {person},\n\nThe papers for the {title} are on its site: {site}\n\n{days}"


@pytest.fixture(params=["plenary", "embedded"])
def installation(request) -> Plenary:
    return request.getfixturevalue(request.param)


def make_people(meeting):
    category = make_category(meeting)
    Registration.objects.bulk_create(
        Registration(
            meeting=meeting,
            category=category,
            status="confirmed",
            reference=f"{number:05}-MAILS",
            submission=f"mails {number}",
            name=f"Person {number}",
            organization="Organization for Tests",
            email=f"person{number}@example.org",
            days=[day.isoformat() for day in meeting.days],
        )
        for number in range(PEOPLE)
    )


def log_in(installation) -> Visitor:
    member = make_member("Secretariat")
    member.set_password("correct horse")
    member.save()
    visitor = Visitor(installation.url)
    visitor.open("/admin/login/")
    typed = {"username": member.username, "password": "correct horse"}
    # The installation does not know how quickly tests hash passwords.
    visitor.open("/admin/login/", visitor.hidden_fields | typed)
    return visitor


def test_five_thousand_are_owed_within_seconds_of_the_press(installation, capsys):
    meeting = make_meeting()
    make_people(meeting)
    mailing = make_mailing(meeting, people={"status": ["confirmed"]}, body=BODY)
    installation.start("web", "worker")
    visitor = log_in(installation)
    page = f"/admin/registration/mailing/{mailing.pk}/"
    visitor.open(page)
    assert "Send to 5000 people now" in visitor.page
    digest = re.search(r'name="digest" value="(\w+)"', visitor.page)[1]
    form = {**visitor.hidden_fields, "digest": digest}

    start = time.monotonic()
    visitor.open(f"{page}begin/", form)
    answered = time.monotonic() - start
    wait_for(
        lambda: Message.objects.filter(once=mailing.once).count() == PEOPLE,
        60,
        named="5,000 mails owed",
    )
    owed = time.monotonic() - start

    with capsys.disabled():
        print(f"\n5,000 mails owed in {owed:.1f} s, answered in {answered:.1f} s")
    assert owed < SECONDS
    assert answered < SECONDS / 4
    wait_for(
        lambda: Mailing.objects.get(pk=mailing.pk).state == "done", named="all done"
    )
    assert Message.objects.values("object_id").distinct().count() == PEOPLE
