"""Settings from the environment: each reader checks, and fails by name."""

import os
import re
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from meeting.mail.bounces.naming import HEADERS
from meeting.mail.cleaning import is_address

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or BASE / "var").resolve()

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?", re.IGNORECASE)


def wrong(name: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} in the environment: expected {expected}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str, default: str) -> list[str]:
    """Sites by their hosts; with "http://" before one that has no HTTPS."""
    found = [w if "://" in w else f"https://{w}" for w in words(name, default)]
    if any(not ORIGIN.fullmatch(origin) for origin in found):
        raise wrong(name, "hosts with commas, such as webtv.un.org")
    return [origin.lower() for origin in found]


def prefix(name: str) -> str:
    value = text(name)
    if value and not re.fullmatch(r"/([\w.-]+/)+", value):
        raise wrong(name, "the beginning of an address, such as /stored/")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise wrong(name, "1 or 0")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise wrong(name, f"a whole number, {least} or more")
    return int(value)


def choice(name: str, default: str, choices: set[str]) -> str:
    value = text(name, default).upper()
    if value not in choices:
        raise wrong(name, f"one of {', '.join(sorted(choices))}")
    return value


def make_keys() -> None:
    """Keep keys of our own in `var/`, for an installation that was given none."""
    _make_key("SECRET_KEY", secrets.token_urlsafe(50))
    _make_key("DATA_KEYS", Fernet.generate_key().decode())


def _make_key(name: str, key: str) -> None:
    file = VAR / name.lower()
    if not text(name) and not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(key)


def _key(name: str) -> str:
    file = VAR / name.lower()
    return text(name) or (file.read_text() if file.exists() else "")


def data_keys() -> list[str]:
    """The keys of sensitive answers, newest first; none where nothing is sealed."""
    keys = [key.strip() for key in _key("DATA_KEYS").split(",") if key.strip()]
    try:
        [Fernet(key) for key in keys]
    except ValueError as error:
        raise wrong(
            "DATA_KEYS",
            "one or more Fernet keys with commas, the newest first, kept apart from"
            " the database and its copies (`manage.py up` makes one under var/)",
        ) from error
    return keys


def secret_key() -> str:
    key = _key("SECRET_KEY")
    if len(key) < 32:
        raise wrong(
            "SECRET_KEY",
            "32 or more random characters, kept the same between starts and known"
            " to nobody else (`manage.py up` makes one under var/)",
        )
    return key


def split_url(name: str, expected: str, default: str = "") -> SplitResult:
    """The parts of a URL, among them a port that can be one."""
    try:
        parts = urlsplit(text(name, default))
        _port = parts.port
    except ValueError as error:
        raise wrong(name, expected) from error
    return parts


def site_url(default: str) -> str:
    expected = "the address people see, such as https://meetings.example.org"
    parts = split_url("SITE_URL", expected, default)
    more = (parts.path.strip("/"), parts.query, parts.fragment, parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(more):
        raise wrong("SITE_URL", expected)
    return f"{parts.scheme}://{parts.netloc}"


def database(default: Path) -> dict:
    """The `DATABASE_URL`, with what each of the two databases needs to be safe."""
    expected = "postgresql://user:password@host/name or sqlite:////absolute/path"
    try:
        config = dj_database_url.parse(text("DATABASE_URL", f"sqlite:///{default}"))
    except (ValueError, KeyError) as error:
        raise wrong("DATABASE_URL", expected) from error
    is_file = Path(config["NAME"]).is_absolute()
    if config["ENGINE"].endswith("sqlite3") and is_file:
        config["OPTIONS"] = {
            # Locks are taken when a transaction begins, so that they are locks
            # here too; and a registration is worth one fsync.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif not config["ENGINE"].endswith("postgresql") or not config["NAME"]:
        raise wrong("DATABASE_URL", expected)
    return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def redis_url() -> str:
    expected = "redis://host:6379/0 or rediss://…"
    url, parts = text("REDIS_URL"), split_url("REDIS_URL", expected)
    if url and parts.scheme not in {"redis", "rediss", "redis+socket"}:
        raise wrong("REDIS_URL", expected)
    return url


def email() -> dict:
    """The `EMAIL_*` settings that `EMAIL_URL` names; empty where there is none."""
    if not text("EMAIL_URL"):
        return {}
    expected = (
        "smtp://user:password@host:25, smtp+tls://…:587 (STARTTLS) or smtps://…:465"
    )
    parts = split_url("EMAIL_URL", expected)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise wrong("EMAIL_URL", expected)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def return_path() -> str:
    """The address to which mails come back; each adds its own `+name` to it."""
    address = text("MAIL_RETURN_PATH")
    name, _at, _domain = address.partition("@")
    # With `+name` behind, a mailbox's name has room for so much.
    if address and not (is_address(address) and len(name) <= 30):
        raise wrong(
            "MAIL_RETURN_PATH",
            "an address such as bounces@example.org, with 30 characters or fewer"
            " before the @, whose mailbox takes bounces+anything@example.org too",
        )
    return address


def bounces_mailbox() -> dict | None:
    """The parts of `BOUNCES_URL`; None where there is no such mailbox."""
    if not text("BOUNCES_URL"):
        return None
    expected = "imaps://user:password@host/INBOX or imap+tls://…"
    parts = split_url("BOUNCES_URL", expected)
    ports = {"imaps": 993, "imap+tls": 143, "imap": 143}
    if parts.scheme not in ports or not parts.hostname or not parts.username:
        raise wrong("BOUNCES_URL", expected)
    return {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": parts.port or ports[parts.scheme],
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }


def anymail() -> dict:
    """The provider whose webhook is answered, and what proves that it calls."""
    provider, secret = text("ANYMAIL_PROVIDER").lower(), text("ANYMAIL_SECRET")
    if not provider:
        return {"ANYMAIL_PROVIDER": ""}
    if provider not in HEADERS or not find_spec("anymail"):
        raise wrong(
            "ANYMAIL_PROVIDER",
            f"one of {', '.join(sorted(HEADERS))}, and requirements-anymail.txt"
            " installed",
        )
    signs = provider == "mailgun"
    is_whole = bool(secret) if signs else all(secret.partition(":"))
    if not is_whole or not secret.isascii():
        raise wrong(
            "ANYMAIL_SECRET",
            "the webhook signing key of Mailgun; of others, the user:password that"
            " stands in the address of the webhook",
        )
    name = "MAILGUN_WEBHOOK_SIGNING_KEY" if signs else "WEBHOOK_SECRET"
    return {"ANYMAIL_PROVIDER": provider, "ANYMAIL": {name: secret}}


def storage(default: Path) -> dict:
    """Where uploaded files are kept: a folder, or the S3 bucket of `STORAGE_URL`."""
    expected = "file:///absolute/folder or s3://key:secret@bucket?region=…&endpoint=…"
    parts = split_url("STORAGE_URL", expected, f"file://{default}")
    if parts.scheme == "file" and parts.path:
        return {
            "BACKEND": "meeting.files.folder.FolderStorage",
            "OPTIONS": {"location": parts.path, "base_url": None},
        }
    if parts.scheme != "s3" or not parts.hostname:
        raise wrong("STORAGE_URL", expected)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "BACKEND": "meeting.files.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "region_name": query.get("region"),
            "endpoint_url": query.get("endpoint"),
            "location": parts.path.strip("/"),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_expire": 300,
        },
    }


def clamd() -> tuple[str, int] | str | None:
    """Where the virus scanner listens: host and port, or the path of its socket."""
    if not text("CLAMD_URL"):
        return None
    expected = "tcp://host:3310 or unix:///run/clamav/clamd.ctl"
    parts = split_url("CLAMD_URL", expected)
    if parts.scheme == "unix" and parts.path and not parts.hostname:
        return parts.path
    if parts.scheme != "tcp" or not parts.hostname:
        raise wrong("CLAMD_URL", expected)
    return parts.hostname, parts.port or 3310
