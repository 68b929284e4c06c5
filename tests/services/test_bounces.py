"""From a real mailbox, and from a provider's request, to what staff read."""

import json
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from meeting.mail.models import Message
from tests.mail.events import SIGNING_KEY, of_mailgun
from tests.mail.notifications import TO, answer, postfix
from tests.making import make_message
from tests.parts.imap import Mailbox
from tests.parts.plenary import CELERY, Plenary
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
READ = "meeting.mail.tasks.read_bounces"


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path) as server:
        yield server


def test_a_mail_goes_out_comes_back_and_is_noted(redis, mail_server, mailbox, tmp_path):
    message = make_message()
    with Plenary(
        tmp_path,
        REDIS_URL=redis.url,
        EMAIL_URL=mail_server.url,
        BOUNCES_URL=mailbox.url,
        MAIL_RETURN_PATH=TO,
    ) as plenary:
        plenary.start("worker", "beat")
        mail_server.wait_for_mail_to(message.to)
        wait_for(Message.objects.filter(state="sent").exists, named="state sent")
        sender = mail_server.arrived[0].sender
        mailbox.put(answer(to=sender), postfix(name="<changed@mx>", to=sender))
        # As beat does each five minutes.
        call = [*CELERY, "call", READ]
        subprocess.run(call, env=plenary.environment, check=True, capture_output=True)
        wait_for(Message.objects.filter(state="bounced").exists, named="the bounce")

    assert Message.objects.get().bounce.startswith("550 5.1.1")
    assert mailbox.flags == [set(), {"\\Seen"}]


@pytest.mark.parametrize(
    ("url", "expected"), [("", None), ("imaps://user:secret@mail.example.org", READ)]
)
def test_beat_reads_the_mailbox_where_there_is_one(tmp_path, url, expected):
    plenary = Plenary(tmp_path, BOUNCES_URL=url)
    ask = "from meeting import settings as s; import json;"
    ask += "print(json.dumps(s.CELERY_BEAT_SCHEDULE.get('bounces', {}).get('task')))"

    said = subprocess.run(
        [sys.executable, "-c", ask],
        env=plenary.environment,
        check=True,
        capture_output=True,
    )

    assert json.loads(said.stdout) == expected


def tell(url, events):
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(events).encode(), headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def test_a_provider_tells_what_came_back(tmp_path):
    message = make_message(state="sent")
    with Plenary(
        tmp_path, ANYMAIL_PROVIDER="mailgun", ANYMAIL_SECRET=SIGNING_KEY
    ) as plenary:
        plenary.start("web")
        url = f"{plenary.url}/anymail/mailgun/tracking/"

        assert tell(url, of_mailgun(message, key="another")) == 400
        assert Message.objects.get().state == "sent"
        assert tell(url, of_mailgun(message)) == 200

    assert Message.objects.get().state == "bounced"
