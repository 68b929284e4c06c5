"""The mailbox: what is ours is read and marked, what is for people stays unread."""

import datetime
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.utils import timezone

from meeting import environment as env
from meeting.mail.bounces import mailbox as reader
from meeting.mail.bounces.mailbox import check_mailbox, read_mailbox
from meeting.mail.models import Message
from tests.mail.notifications import BROKEN, NAME, answer, out_of_office, postfix
from tests.making import make_message
from tests.parts.imap import Mailbox

pytestmark = pytest.mark.django_db
SEEN = {"\\Seen"}


def read_from(url, settings, monkeypatch):
    monkeypatch.setenv("BOUNCES_URL", url)
    settings.BOUNCES_MAILBOX = env.bounces_mailbox()


@pytest.fixture
def mailbox(tmp_path, settings, monkeypatch):
    cache.clear()
    with Mailbox(tmp_path) as server:
        read_from(server.url, settings, monkeypatch)
        yield server


def make_sent(name=NAME):
    return make_message(state="sent", message_id=name)


def as_stored(message):
    return Message.objects.get(pk=message.pk)


def test_what_came_back_is_noted_and_marked(mailbox):
    message = make_sent()
    mailbox.put(postfix())

    assert read_mailbox() == 1

    assert as_stored(message).state == "bounced"
    assert mailbox.flags == [SEEN]


def test_mails_for_people_stay_unread(mailbox):
    message = make_sent()
    mailbox.put(answer(), out_of_office(), postfix(name="<not-ours@localhost>"))

    assert read_mailbox() == 0

    assert mailbox.flags == [set(), set(), set()]
    assert as_stored(message).state == "sent"


def test_mails_for_people_are_fetched_once(mailbox, monkeypatch):
    fetched = []
    fetch = reader._fetch
    monkeypatch.setattr(
        reader, "_fetch", lambda client, uid: fetched.append(uid) or fetch(client, uid)
    )
    mailbox.put(answer())
    read_mailbox()
    read_mailbox()
    make_sent()
    mailbox.put(postfix())

    assert read_mailbox() == 1

    assert len(fetched) == len(set(fetched)) == 2


def test_what_is_read_is_not_looked_at_again(mailbox):
    make_sent()
    mailbox.put(postfix())
    read_mailbox()
    # As with a new process, which does not know how far the last one came.
    cache.clear()

    assert read_mailbox() == 0


def test_a_broken_mail_stops_no_other(mailbox):
    first, second = make_sent("<first@localhost>"), make_sent("<second@localhost>")
    mailbox.put(postfix("<first@localhost>"), BROKEN, postfix("<second@localhost>"))

    assert read_mailbox() == 2

    assert {as_stored(first).state, as_stored(second).state} == {"bounced"}
    assert mailbox.flags == [SEEN, set(), SEEN]


def test_a_run_has_an_end_and_the_next_goes_on(mailbox, monkeypatch):
    monkeypatch.setattr(reader, "MOST_MAILS", 2)
    names = [f"<{number}@localhost>" for number in range(3)]
    for name in names:
        make_sent(name)
    mailbox.put(*map(postfix, names))

    assert [read_mailbox(), read_mailbox(), read_mailbox()] == [2, 1, 0]


def test_of_a_large_mail_the_beginning_is_read(mailbox):
    message = make_sent()
    head, end = postfix().rsplit(b"\n--", 1)
    mailbox.put(head + b"\nX-Large: " + b"x" * (3 * 1024**2) + b"\n--" + end)

    assert read_mailbox() == 1

    assert as_stored(message).state == "bounced"


def test_a_mail_deleted_meanwhile_is_passed_over(mailbox, monkeypatch):
    message = make_sent()
    mailbox.put(answer(), postfix())
    fetch = reader._fetch

    def fetch_too_late(client, uid):
        if len(mailbox.flags) == 2:
            mailbox.delete(uid)
        return fetch(client, uid)

    monkeypatch.setattr(reader, "_fetch", fetch_too_late)

    assert read_mailbox() == 1

    assert as_stored(message).state == "bounced"


def test_without_a_mailbox_nothing_is_read():
    assert read_mailbox() == 0
    assert check_mailbox() == "No mailbox is set."


def test_a_mailbox_that_is_gone_is_told(mailbox, caplog):
    mailbox.stop()

    assert read_mailbox() == 0

    assert "ConnectionRefusedError" in check_mailbox()
    (record,) = [each for each in caplog.records if each.name == reader.__name__]
    assert "cannot be read: ConnectionRefusedError" in record.getMessage()


def test_check_mailbox_changes_nothing(mailbox):
    mailbox.put(postfix())

    assert check_mailbox() == "ok"

    assert mailbox.flags == [set()]


def test_check_mailbox_says_that_the_password_is_wrong(mailbox, settings):
    settings.BOUNCES_MAILBOX = settings.BOUNCES_MAILBOX | {"password": "secret"}

    said = check_mailbox()

    assert "AUTHENTICATIONFAILED" in said
    assert "secret" not in said


def test_check_mailbox_says_that_the_folder_is_not_there(mailbox, settings):
    settings.BOUNCES_MAILBOX = settings.BOUNCES_MAILBOX | {"folder": "Bounces"}

    assert "Mailbox does not exist" in check_mailbox()


@pytest.fixture
def certificate(tmp_path):
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now, day = timezone.now(), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return file


@pytest.mark.parametrize("is_trusted", [True, False])
def test_the_certificate_of_the_server_is_checked(
    tmp_path, certificate, settings, monkeypatch, is_trusted
):
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Mailbox(tmp_path, certificate) as server:
        read_from(server.url.replace("imap:", "imap+tls:"), settings, monkeypatch)
        said = check_mailbox()

    assert said == "ok" if is_trusted else "SSLCertVerificationError" in said
