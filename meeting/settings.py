"""One file for every place: they differ by environment variables alone.

The README's table lists each variable; `meeting.environment` reads and checks them.
"""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from meeting import environment as env
from meeting.environment import BASE, VAR

VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key()
# Sensitive answers are sealed with the first of these; each of them opens.
DATA_KEYS = env.data_keys()
PORT = env.number("PORT", 8000, least=1)

# The address that people see; mails carry it, since a worker has no request.
SITE_URL = env.site_url(f"http://localhost:{PORT}")
IS_HTTPS = SITE_URL.startswith("https:")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{urlsplit(SITE_URL).hostname}"
)

INSTALLED_APPS = [
    "meeting.admin_config.PlenaryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "adminsortable2",
    "auditlog",
    "csp",
    "django_htmx",
    "meeting.mail",
    "meeting",
    "agenda",
    "registration",
]
MIDDLEWARE = [
    "meeting.stack.give_room",
    "meeting.private.mark_private",
    "meeting.views.refuse_nul",
    "django.middleware.security.SecurityMiddleware",
    # Also for static files that nobody has compressed beforehand.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "meeting.auditing.LazyAuditlogMiddleware",
    "meeting.files.keeping.forget_orphans",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "meeting.urls"
WSGI_APPLICATION = "meeting.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "plenary"
CRISPY_TEMPLATE_PACK = "plenary"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.database(VAR / "plenary.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Static files. STATIC_ROOT (filled by collectstatic) is for production; without it
# they are served from where they lie.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "static"]
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = not STATIC_ROOT
STORAGES = {
    "default": env.storage(VAR / "files"),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Largest paper or slide deck, in bytes. Keep the proxy's limit above it.
MATERIAL_MAX_BYTES = env.number("MATERIAL_MAX_BYTES", 50 * 1024**2, least=1)
# A form of the papers desk names each of those ticked, and each speaker.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = ["meeting.files.receiving.BoundedUpload"]
# The virus scanner that looks at each file before it is taken; none without CLAMD_URL.
CLAMD = env.clamd()

# Files on disk are sent by the proxy before us (X-Accel-Redirect), from this prefix of
# its own addresses, such as /stored/; empty: we send them. See docs/operation.md.
SENDFILE_PREFIX = env.prefix("SENDFILE_PREFIX")

# A thread for each who reads or sends at a moment, over however slow a line; and so many
# requests that are worked on at a time (meeting/gate.py).
WEB_THREADS = env.number("WEB_THREADS", 256, least=1)
WEB_AT_WORK = env.number("WEB_AT_WORK", 4, least=1)

# Public pages are made anew after so many seconds, and given to everybody meanwhile.
KEPT_SECONDS = 1

# Languages. A language is offered once its translation is whole; participants may
# name any of the six official ones as theirs.
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
OFFICIAL_LANGUAGES = {
    "ar": _("Arabic"),
    "zh-hans": _("Chinese"),
    "en": _("English"),
    "fr": _("French"),
    "ru": _("Russian"),
    "es": _("Spanish"),
}
if unknown := set(env.words("LANGUAGES", "en")) - OFFICIAL_LANGUAGES.keys():
    raise env.wrong("LANGUAGES", f"some of ar, zh-hans, en, fr, ru, es, not {unknown}")
LANGUAGES = [(code, OFFICIAL_LANGUAGES[code]) for code in env.words("LANGUAGES", "en")]
LOCALE_PATHS = [BASE / "locale"]

# Security.
SECURE_CSP = {
    "default-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": SECURE_CSP}
# Sites whose films may be shown within the page of a session, and there alone.
WEBCAST_HOSTS = env.origins(
    "WEBCAST_HOSTS", "webtv.un.org,www.youtube-nocookie.com,player.vimeo.com"
)
# The programme does not know who is registered: it asks, by the name of who answers.
PARTICIPANTS_ASKED_BY = "registration.documents.is_participant"
CSRF_FAILURE_VIEW = "registration.views.registering.not_from_here"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = IS_HTTPS
# Answered over plain HTTP too, to the machine that watches.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
# Only a proxy of our own may say that the visitor came by HTTPS.
if env.flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# The audit trail names accounts, not addresses of machines.
AUDITLOG_DISABLE_REMOTE_ADDR = True

# Against spam. So many trusted proxies stand before us; with 0, what a visitor writes
# into X-Forwarded-For is not read.
PROXIES = env.number("PROXIES", 0)
# Forms that may come from one machine's address in 10 minutes: a whole conference hall
# may share it. And with one e-mail address in an hour.
REGISTRATIONS_PER_ADDRESS = env.number("REGISTRATIONS_PER_ADDRESS", 600, least=1)
REGISTRATIONS_PER_EMAIL = env.number("REGISTRATIONS_PER_EMAIL", 5, least=1)
# Nobody fills in the form in fewer seconds.
FORM_MIN_SECONDS = env.number("FORM_MIN_SECONDS", 3)

# Private links work until so many days after the meeting.
LINK_DAYS_AFTER_MEETING = env.number("LINK_DAYS_AFTER_MEETING", 60)

# Mail. Without EMAIL_URL messages are kept, and leave once it is set.
EMAIL_URL = env.text("EMAIL_URL")
EMAIL_BACKEND = "meeting.mail.smtp.EmailBackend"
for _name, _value in env.email().items():
    globals()[_name] = _value
# So long a server may think about one word of ours.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Plenary <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What comes back: to which address, in which mailbox, by whose webhook.
MAIL_RETURN_PATH = env.return_path()
BOUNCES_MAILBOX = env.bounces_mailbox()
for _name, _value in env.anymail().items():
    globals()[_name] = _value
# A message claimed for longer than this was lost with its worker, and is sent again.
# Longer than a slow SMTP conversation takes.
MAIL_LEASE = env.number("MAIL_LEASE", 90, least=1)
MAIL_SWEEP = env.number("MAIL_SWEEP", 20, least=1)
# At most so many mails in a minute, as the server's owner asks; 0: no limit.
MAIL_PER_MINUTE = env.number("MAIL_PER_MINUTE", 0)
# So many conversations with the mail server at a time.
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", 4, least=1)
# Seconds before the second try of a mail that the server refused for now; the pauses
# grow from there.
MAIL_RETRY = env.number("MAIL_RETRY", 60, least=1)

# Background work. Correctness rests on the database: any task may be lost, or run
# twice. See docs/architecture.md.
REDIS_URL = env.redis_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_ACKS_LATE = True
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 0.5,
        "socket_timeout": 5,
    }
else:
    _queue = str(VAR / "queue")
    CELERY_BROKER_URL = "filesystem://"
    CELERY_WORKER_PREFETCH_MULTIPLIER = 4
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": _queue,
        "data_folder_out": _queue,
        "processed_folder": _queue,
        "control_folder": str(VAR / "queue-control"),
        "polling_interval": 0.1,
    }
    for _folder in (VAR / "queue", VAR / "queue-control"):
        _folder.mkdir(exist_ok=True)
# Work that somebody waits for is done at once; a look finds what was left behind.
WORK_SWEEP = env.number("WORK_SWEEP", 20, least=1)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "files": {
        "task": "meeting.tasks.sweep_files",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "sweep": {
        "task": "meeting.mail.tasks.sweep",
        "schedule": MAIL_SWEEP,
        "options": {"expires": MAIL_SWEEP * 0.9},
    },
    "beat": {
        "task": "meeting.mail.tasks.beat",
        "schedule": WORK_SWEEP,
        "options": {"expires": WORK_SWEEP * 0.9},
    },
    "links": {
        "task": "registration.tasks.send_links",
        "schedule": WORK_SWEEP,
        "options": {"expires": WORK_SWEEP * 0.9},
    },
    "imports": {
        "task": "registration.tasks.go_on_with_imports",
        "schedule": WORK_SWEEP,
        "options": {"expires": WORK_SWEEP * 0.9},
    },
    "places": {
        "task": "registration.tasks.give_places",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "purge": {
        "task": "registration.tasks.purge",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "bulk": {
        "task": "registration.tasks.go_on_with_bulk",
        "schedule": WORK_SWEEP,
        "options": {"expires": WORK_SWEEP * 0.9},
    },
    "desk": {
        "task": "agenda.tasks.go_on_with_desks",
        "schedule": WORK_SWEEP,
        "options": {"expires": WORK_SWEEP * 0.9},
    },
    "calendars": {
        "task": "registration.tasks.watch_calendars",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "releases": {
        "task": "registration.tasks.tell_of_releases",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "mailings": {
        "task": "registration.tasks.run_mailings",
        "schedule": 60,
        "options": {"expires": 55},
    },
}
if BOUNCES_MAILBOX:
    CELERY_BEAT_SCHEDULE["bounces"] = {
        "task": "meeting.mail.tasks.read_bounces",
        "schedule": 300,
        "options": {"expires": 290},
    }

LOG_LEVEL = env.choice(
    "LOG_LEVEL", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "filters": {"private": {"()": "meeting.private.WithoutLinks"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["private"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
