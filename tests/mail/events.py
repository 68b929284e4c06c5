"""What providers say of a mail, in the shapes of each."""

import hashlib
import hmac
import json

from meeting.mail.bounces.naming import token_of

SIGNING_KEY, USER = "a signing key", "plenary:let me in"
SAID = "550 5.1.1 No such person here"


def of_mailgun(message, event="failed", key=SIGNING_KEY, **fields):
    """Without what the mail carried: by its Message-ID, as Mailgun writes it."""
    time, token = "1764000000", "0123456789abcdef"
    signed = hmac.new(key.encode(), f"{time}{token}".encode(), hashlib.sha256)
    return {
        "signature": {
            "timestamp": time,
            "token": token,
            "signature": signed.hexdigest(),
        },
        "event-data": {
            "event": event,
            "severity": "permanent",
            "timestamp": float(time),
            "recipient": message.to,
            "message": {"headers": {"message-id": message.message_id.strip("<>")}},
            "delivery-status": {"code": 550, "message": SAID, "description": ""},
            "user-variables": {},
        }
        | fields,
    }


def of_postmark(message, **fields):
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Description": "The server was unable to deliver your message.",
        "Details": SAID,
        "Email": message.to,
        "BouncedAt": "2026-11-24T12:00:00Z",
        "Metadata": {"plenary": token_of(message.pk)},
    } | fields


def of_mailjet(message):
    return [
        {
            "event": "bounce",
            "hard_bounce": True,
            "email": message.to,
            "time": 1764000000,
            "error": "user unknown",
            "comment": SAID,
            "MessageID": 1,
            "Payload": json.dumps({"plenary": token_of(message.pk)}),
        }
    ]


def of_brevo(message):
    return {
        "event": "hard_bounce",
        "email": message.to,
        "ts_event": 1764000000,
        "reason": SAID,
        "message-id": "<1@smtp-relay.example>",
        "X-Mailin-custom": json.dumps({"plenary": token_of(message.pk)}),
    }


EVENTS = {
    "brevo": of_brevo,
    "mailgun": of_mailgun,
    "mailjet": of_mailjet,
    "postmark": of_postmark,
}
