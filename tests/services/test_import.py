"""A file of a thousand registrations through a real worker, which is killed in it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from registration.models import Import, Registration
from tests.making import make_meeting
from tests.parts.plenary import Plenary
from tests.parts.staff import make_member
from tests.parts.visitor import Visitor
from tests.parts.waiting import wait_for
from tests.registration.importing.files import make_csv, make_row

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, SEATS = 1000, 400
# In the installation, which has a folder for files and a broker of its own.
BEGIN = f"""
from meeting.models import Meeting
from registration.importing import working
from tests.registration.importing.files import make_csv, make_row

file = make_csv(*(make_row(number) for number in range({ROWS})))
working.begin(Meeting.objects.get(), file, None)
"""
CONFIRM = """
from registration.importing import working
from registration.models import Import

job = Import.objects.get()
assert job.confirm(is_seated=True, writes_mails=False)
working.ask(job)
"""
AS_BEAT_DOES = """
from registration.tasks import go_on_with_imports

go_on_with_imports.delay()
"""


@pytest.fixture(params=["plenary", "embedded"])
def installation(request) -> Plenary:
    return request.getfixturevalue(request.param)


def state(job, *stages):
    return Import.objects.filter(pk=job.pk, stage__in=stages, state="done").exists()


def test_a_worker_killed_in_the_middle_takes_each_once(installation):
    make_meeting(capacity=SEATS)
    installation.start("worker")
    installation.manage("shell", "--command", BEGIN)
    job = Import.objects.get()
    wait_for(lambda: state(job, "check"), 90, named="looked through")
    job.refresh_from_db()
    assert job.report["good"] == ROWS

    installation.manage("shell", "--command", CONFIRM)
    wait_for(lambda: Registration.objects.count() >= 200, 60, named="the first rows")
    installation.kill("worker")
    assert Registration.objects.count() < ROWS
    # Its lease runs out, as it does after a minute.
    long_ago = timezone.now() - timedelta(minutes=2)
    Import.objects.filter(pk=job.pk).update(claimed_at=long_ago)
    installation.start("worker")
    installation.manage("shell", "--command", AS_BEAT_DOES)
    wait_for(lambda: state(job, "take"), 90, named="taken in")

    people = Registration.objects.order_by("arrived_at", "pk")
    emails = list(people.values_list("email", flat=True))
    assert emails == [f"row{number}@example.org" for number in range(ROWS)]
    statuses = list(people.values_list("status", flat=True))
    assert statuses == ["confirmed"] * SEATS + ["waiting"] * (ROWS - SEATS)
    assert not Message.objects.exists()


def test_a_file_is_sent_confirmed_taken_and_written_about(installation, mail_server):
    meeting = make_meeting(is_current=True)
    member = make_member("Secretariat")
    member.set_password("correct horse")
    member.save()
    installation.start("web", "worker", "beat")
    visitor = Visitor(installation.url)
    visitor.open("/admin/login/")
    login = visitor.hidden_fields | {
        "username": member.username,
        "password": "correct horse",
    }
    visitor.open("/admin/login/?next=/admin/", login)

    page = "/admin/registration/registration/import/"
    visitor.open(page)
    visitor.send(page, visitor.hidden_fields, file=make_csv(make_row()))
    own = visitor.address.removeprefix(installation.url)
    assert re.fullmatch(rf"{page}\d+/", own)
    wait_for(lambda: Import.objects.filter(state="done").exists(), named="a look")
    visitor.open(own)
    assert "Take in 1 registration" in visitor.page
    choice = {"status": "received", "writes_mails": "on"}
    visitor.open(f"{own}take/", visitor.hidden_fields | choice)

    mail = mail_server.wait_for_mail_to("row1@example.org")
    reference = meeting.registrations.get().reference
    assert reference in mail.get_body(["plain"]).get_content()
