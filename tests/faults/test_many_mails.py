"""A thousand mails, when all goes well, and when there is too much of everything."""

import pytest

from meeting.mail.models import Message
from tests.faults.conftest import PRODUCTION
from tests.making import make_registration

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 1000


def test_a_thousand_mails_leave_within_20_seconds(run):
    run.plenary.environment |= PRODUCTION
    make_registration()
    run.plenary.start("worker")

    run.owe(MAILS)
    run.wait_until(MAILS)

    run.wait_until_all_is_sent()
    assert (run.lost, run.doubled) == (0, 0)
    assert run.seconds < 20
    # One conversation for many of them.
    assert run.server.connections <= 4
    assert set(Message.objects.values_list("tries", flat=True)) == {1}


def test_two_beats_and_two_workers_send_nothing_twice(run):
    make_registration()
    run.plenary.start("worker", "other_worker", "beat", "other_beat")

    run.owe(MAILS)
    run.wait_until(MAILS)

    run.wait_until_all_is_sent()
    assert (run.lost, run.doubled) == (0, 0)
    assert set(Message.objects.values_list("tries", flat=True)) == {1}


# In the one set-up with two workers on two machines.
@pytest.mark.parametrize("installation", ["plenary"], indirect=True)
def test_the_limit_holds_for_two_workers(run):
    run.plenary.environment["MAIL_PER_MINUTE"] = "600"
    make_registration()
    run.plenary.start("worker", "other_worker", "beat")

    run.owe(40)
    run.wait_until_all_is_sent()

    assert (run.lost, run.doubled) == (0, 0)
    times = [mail.at for mail in run.server.arrived]
    # Ten mails take nine pauses; some come a little late, and the next in time.
    in_ten = [later - time for time, later in zip(times, times[9:], strict=False)]
    assert min(in_ten) > 0.6
    assert times[-1] - times[0] > 3.5


# In the one that `up` asks to end.
@pytest.mark.parametrize("installation", ["embedded"], indirect=True)
def test_a_worker_asked_to_end_leaves_nothing_half_done(run):
    make_registration()
    run.plenary.start("worker")
    run.owe(MAILS)
    run.wait_until(MAILS // 5)

    assert run.plenary.stop("worker")

    assert not Message.objects.filter(state="sending").exists()
    assert Message.objects.filter(state="queued").exists()
    run.plenary.start("worker", "beat")
    run.wait_until_all_is_sent()
    assert (run.lost, run.doubled) == (0, 0)
