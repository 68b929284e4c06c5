"""The settings under test, read from an environment of their own.

Whatever the shell says, tests write to no broker, mail server or bucket but their own.
"""

import atexit
import os
import shutil
import tempfile

OURS = {
    # Tests send forms as soon as they have opened them.
    "FORM_MIN_SECONDS": "0",
    "DATA_KEYS": "dGhlIGtleSBvZiB0aGUgdGVzdHMsIG5vIHNlY3JldCE=",
    "SECRET_KEY": "for tests only, and known to everybody",
    "SITE_URL": "http://localhost:8000",
}
# What the shell says of these is forgotten; of DATABASE_URL and VAR_DIR it is kept.
FORGOTTEN = {
    "ALLOWED_HOSTS",
    "ANYMAIL_PROVIDER",
    "ANYMAIL_SECRET",
    "BEHIND_PROXY",
    "BOUNCES_URL",
    "CLAMD_URL",
    "DEBUG",
    "EMAIL_URL",
    "HSTS_SECONDS",
    "LANGUAGES",
    "LINK_DAYS_AFTER_MEETING",
    "MAIL_FROM",
    "MAIL_CONNECTIONS",
    "MAIL_LEASE",
    "MAIL_PER_MINUTE",
    "MAIL_RETRY",
    "MAIL_RETURN_PATH",
    "MAIL_SWEEP",
    "MATERIAL_MAX_BYTES",
    "PORT",
    "PROXIES",
    "REDIS_URL",
    "REGISTRATIONS_PER_ADDRESS",
    "REGISTRATIONS_PER_EMAIL",
    "SENDFILE_PREFIX",
    "STATIC_ROOT",
    "STORAGE_URL",
    "WEBCAST_HOSTS",
    "WEB_AT_WORK",
    "WEB_THREADS",
    "WORK_SWEEP",
}


def make_environment() -> None:
    for name in FORGOTTEN:
        os.environ.pop(name, None)
    os.environ.update(OURS)
    if "VAR_DIR" not in os.environ:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="plenary-")
        atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)


make_environment()

from meeting.settings import *  # noqa: E402, F403
from meeting.settings import DATABASES, VAR  # noqa: E402

# No test waits for a broker, and none is asked but by the service tests' processes.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in life: threads and processes get connections and locks of their own.
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test.sqlite3"}

# A test that changes something sees it at once.
KEPT_SECONDS = 0
# Each test's client would read every static file before its first page.
WHITENOISE_AUTOREFRESH = True

PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
