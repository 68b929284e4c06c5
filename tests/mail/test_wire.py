"""Whatever stands in a field, the server gets one mail to one person, with our headers."""

from email import policy
from email.parser import BytesHeaderParser

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from meeting.mail.models import Message
from tests.making import make_registration

HEADERS = {
    "content-type",
    "content-transfer-encoding",
    "mime-version",
    "subject",
    "from",
    "to",
    "reply-to",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "list-unsubscribe",
    "list-unsubscribe-post",
}
BITS = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x0b",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u200f",
    "\ud800",
    ",",
    ";",
    ":",
    '"',
    "<",
    ">",
    " ",
    "\t",
    ".",
    "\r\n.\r\n",
    "\r\nBcc: all@example.org",
    "\nSubject: Another",
    "\r\n\r\nMAIL FROM:<x@example.org>",
    "Ana <ana@example.org>",
    "ben@example.org",
    "=?utf-8?q?=0D=0ABcc=3A?=",
    "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
    "Ünïcode 中国 العربية",
    "x" * 1200,
]
NASTY = st.lists(st.sampled_from(BITS) | st.text(max_size=5), max_size=6).map("".join)


def around(plain):
    """Right, or with something in front, in the middle or behind."""
    whole = st.tuples(NASTY, st.sampled_from(plain), NASTY).map("".join)
    return st.sampled_from(plain) | whole | NASTY


ADDRESSES = around(["ana@example.org", "o'neill@example.org"])
FIELDS = {
    "to": ADDRESSES,
    "reply_to": ADDRESSES,
    "subject": NASTY,
    "text": NASTY,
    "html": NASTY,
    "calendar": NASTY,
    "unsubscribe": around(["https://example.org/off?a=1"]),
    "language": NASTY,
    "kind": NASTY,
}


# Every example has a mail server that is there already, and rows are no matter.
@pytest.mark.django_db
@hypothesis(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.fixed_dictionaries(FIELDS))
def test_no_field_adds_a_header_or_a_recipient(about, mail_goes_out, fields):
    mail_goes_out.arrived.clear()
    # Hypothesis has chance repeat itself, and Message-IDs with it.
    Message.objects.all().delete()
    to = fields["to"]
    try:
        message = Message.owe(about, at_once=False, **fields)
    except ValidationError:
        # The mail must be refused for its address alone.
        with pytest.raises(ValidationError):
            Message.written(about, "test", to=to, subject="", text="")
        return

    assert message.deliver() == "sent", message.last_error

    (arrived,) = mail_goes_out.arrived
    assert arrived.recipients == [to]
    assert arrived.sender == "no-reply@localhost"
    head = arrived.content.partition(b"\r\n\r\n")[0]
    mail = BytesHeaderParser(policy=policy.compat32).parsebytes(head)
    names = [name.lower() for name in mail]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert mail["To"] == to
    assert mail.defects == []
    # No line ends but by CR LF, and none is longer than may be.
    assert b"\r" not in arrived.content.replace(b"\r\n", b"")
    assert b"\n" not in arrived.content.replace(b"\r\n", b"")
    assert max(len(line) for line in arrived.content.split(b"\r\n")) <= 998


@pytest.fixture
def about(db):
    return make_registration()
