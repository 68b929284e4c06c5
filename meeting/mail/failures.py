"""What a failure means for a mail: whether it is tried again, when, and what is kept."""

import random
import re
import smtplib
from datetime import timedelta

from django.conf import settings

from meeting.mail.cleaning import lines

# The first pause is MAIL_RETRY seconds, and so on: ten tries in a day at the most.
PAUSES = [1, 3, 8, 20, 45, 90, 180, 360, 600]
SPREAD = 0.1
ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
# The server wants a log-in or encryption: it is set up wrongly, the mail is right.
OURS = {530, 534, 535, 538}
# Of a provider's HTTP interface: a wrong key, too slow, too many.
OURS_BY_HTTP = {401, 403, 408, 425, 429}


def is_final(error: Exception) -> bool:
    """Whether it is no use to try this mail again."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _said in error.recipients.values()) >= 500
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500 and error.smtp_code not in OURS
    if status := getattr(error, "status_code", None):
        return 400 <= status < 500 and status not in OURS_BY_HTTP
    # A conversation that broke off; whatever else goes wrong is wrong with the mail.
    return not isinstance(error, OSError)


def pause_after(tries: int) -> timedelta | None:
    """Until the next try, with some spread; None where there is none."""
    if tries > len(PAUSES):
        return None
    seconds = settings.MAIL_RETRY * PAUSES[max(tries, 1) - 1]
    # Thousands that were refused in one second should not come back in one.
    return timedelta(seconds=seconds * random.uniform(1 - SPREAD, 1 + SPREAD))


def words_of(error: Exception) -> str:
    """The server's own, or what Python says of it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        replies = [(error.smtp_code, error.smtp_error)]
    else:
        return lines(f"{type(error).__name__}: {error}")[:2000]
    return lines("\n".join(f"{code} {_text(said)}" for code, said in replies))[:2000]


def without_addresses(said: str) -> str:
    """For a log, which outlives whoever asks to be erased."""
    return ADDRESS.sub("…", said)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
