"""Each variable refuses a wrong value by its name, and says what is expected."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from meeting import environment as env

PATH = Path("/nowhere/plenary.sqlite3")
KEY = "only for this test, thirty-two or more"


def start(tmp_path, **variables):
    """What `manage.py check` answers in this environment."""
    return subprocess.run(
        [sys.executable, env.BASE / "manage.py", "check"],
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "SECRET_KEY": KEY,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", "maybe", "1 or 0"),
        ("BEHIND_PROXY", "maybe", "1 or 0"),
        ("SECRET_KEY", "short", "32 or more random characters"),
        ("PORT", "http", "a whole number, 1 or more"),
        ("MAIL_LEASE", "0", "a whole number, 1 or more"),
        ("SITE_URL", "meetings.example.org", "the address people see"),
        ("DATABASE_URL", "mysql://localhost/x", "postgresql://"),
        ("REDIS_URL", "http://localhost", "redis://"),
        ("EMAIL_URL", "mail.example.org", "smtp://"),
        ("STORAGE_URL", "ftp://files", "s3://"),
        ("BOUNCES_URL", "mailbox", "imaps://user"),
        ("MAIL_RETURN_PATH", "bounces", "bounces@example.org"),
        ("ANYMAIL_PROVIDER", "nobody", "one of brevo, mailgun"),
        ("LANGUAGES", "en,tlh", "some of ar"),
        ("SENDFILE_PREFIX", "stored", "the beginning of an address"),
        ("WEB_THREADS", "0", "a whole number, 1 or more"),
    ],
)
def test_a_wrong_value_stops_the_start_in_one_line(tmp_path, name, value, expected):
    answer = start(tmp_path, **{name: value})

    assert answer.returncode == 1
    (line,) = answer.stderr.splitlines()
    assert line.startswith(f"plenary: {name} in the environment: expected ")
    assert expected in line
    assert answer.stdout == ""


def test_right_values_start(tmp_path):
    answer = start(
        tmp_path,
        DEBUG="1",
        SITE_URL="https://meetings.example.org/",
        REDIS_URL="rediss://redis.example.org:6379/0",
        EMAIL_URL="smtp+tls://user:p%40ss@mail.example.org",
        STORAGE_URL="s3://key:secret@bucket?region=eu-west-1",
        LANGUAGES="en,fr",
    )

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_start_without_a_key_says_how_to_get_one(tmp_path):
    answer = start(tmp_path, SECRET_KEY="")

    assert answer.returncode == 1
    assert "SECRET_KEY" in answer.stderr
    assert "manage.py up" in answer.stderr


def test_the_library_of_a_provider_is_not_needed_without_a_provider(tmp_path):
    (tmp_path / "anymail.py").write_text("raise ImportError('not installed')")

    answer = start(tmp_path, PYTHONPATH=str(tmp_path))
    with_provider = start(
        tmp_path,
        PYTHONPATH=str(tmp_path),
        ANYMAIL_PROVIDER="mailgun",
        ANYMAIL_SECRET="a key",
    )

    assert answer.returncode == 0, answer.stderr
    assert "not installed" in with_provider.stderr


@pytest.mark.parametrize("value", ["1", "true", "Yes", " ON "])
def test_flag_on(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)

    assert env.flag("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "off"])
def test_flag_off(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)

    assert env.flag("DEBUG", default=True) is False


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_is_none(monkeypatch, value):
    for name in ("DEBUG", "PORT", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, value)

    assert env.flag("DEBUG", default=True) is True
    assert env.number("PORT", 8000) == 8000
    assert env.redis_url() == ""
    assert env.email() == {}
    assert env.words("ALLOWED_HOSTS", "localhost, 127.0.0.1,") == [
        "localhost",
        "127.0.0.1",
    ]


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "0x10", "²"])
def test_number_is_whole_and_not_below_the_least(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(ImproperlyConfigured, match=r"PORT .* whole number, 1 or more"):
        env.number("PORT", 8000, least=1)


@pytest.mark.parametrize(
    "value",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/meetings",
        "https://[::1",
        "https://example.org:port",
        "https://user@example.org",
        "https://example.org?a=1",
    ],
)
def test_site_url_is_an_address_without_a_path(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"SITE_URL .* the address people"):
        env.site_url("http://localhost:8000")


def test_site_url_loses_its_last_slash(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://example.org:8443/")

    assert env.site_url("http://localhost:8000") == "https://example.org:8443"


@pytest.mark.parametrize(
    "value",
    [
        "mysql://localhost/plenary",
        "postgres",
        "nosuch://localhost/x",
        "sqlite://",
        "sqlite://:memory:",
        "postgresql://localhost",
        "postgresql://localhost:port/x",
    ],
)
def test_database_url_names_one_of_the_two(monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .* postgresql://"):
        env.database(PATH)


def test_sqlite_takes_its_locks_at_once(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    config = env.database(PATH)

    assert config["NAME"] == str(PATH)
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_by_a_socket(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres:@%2Frun%2Fpg/plenary")

    config = env.database(PATH)

    assert (config["HOST"], config["NAME"]) == ("/run/pg", "plenary")
    assert config["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("value", ["localhost:6379", "http://localhost", "redis"])
def test_redis_url_has_a_scheme_of_redis(monkeypatch, value):
    monkeypatch.setenv("REDIS_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL .* redis://"):
        env.redis_url()


@pytest.mark.parametrize(
    "value",
    ["mail", "http://mail", "smtp://", "smtp://mail:port", "smtp://mail:99999"],
)
def test_email_url_is_a_mail_server(monkeypatch, value):
    monkeypatch.setenv("EMAIL_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL .* smtp://user"):
        env.email()


@pytest.mark.parametrize(
    ("value", "port", "tls", "ssl"),
    [
        ("smtp://mail", 25, False, False),
        ("smtp+tls://mail", 587, True, False),
        ("smtps://mail", 465, False, True),
        ("smtp://mail:2525", 2525, False, False),
    ],
)
def test_email_url_says_how_it_is_encrypted(monkeypatch, value, port, tls, ssl):
    monkeypatch.setenv("EMAIL_URL", value)

    found = env.email()

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


def test_email_url_may_hold_a_password_with_any_sign(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://ana%40example.org:p%3A%2F%40@mail")

    found = env.email()

    assert found["EMAIL_HOST_USER"] == "ana@example.org"
    assert found["EMAIL_HOST_PASSWORD"] == "p:/@"


@pytest.mark.parametrize("value", ["files", "file://", "s3://", "s3:///x", "ftp://x"])
def test_storage_url_is_a_folder_or_a_bucket(monkeypatch, value):
    monkeypatch.setenv("STORAGE_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"STORAGE_URL .* s3://key"):
        env.storage(Path("/nowhere/files"))


def test_storage_url_names_a_bucket_and_how_to_reach_it(monkeypatch):
    url = "s3://key:se%2Fcret@bucket/papers?region=eu-west-1&endpoint=https://s3.local"
    monkeypatch.setenv("STORAGE_URL", url)

    options = env.storage(Path("/nowhere/files"))["OPTIONS"]

    assert (options["access_key"], options["secret_key"]) == ("key", "se/cret")
    assert (options["bucket_name"], options["location"]) == ("bucket", "papers")
    assert options["region_name"] == "eu-west-1"
    assert options["endpoint_url"] == "https://s3.local"
    assert (options["default_acl"], options["file_overwrite"]) == (None, False)


def test_make_keys_are_kept_and_for_the_owner_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setattr(env, "VAR", tmp_path / "var")

    env.make_keys()
    key = env.secret_key()
    env.make_keys()

    assert env.secret_key() == key
    assert len(key) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "value",
    ["mailbox", "https://a:b@mail", "imaps://mail/INBOX", "imap://a:b@mail:port"],
)
def test_bounces_url_is_a_mailbox(monkeypatch, value):
    monkeypatch.setenv("BOUNCES_URL", value)

    with pytest.raises(ImproperlyConfigured, match=r"BOUNCES_URL .* imaps://user"):
        env.bounces_mailbox()


@pytest.mark.parametrize(
    ("scheme", "port"), [("imaps", 993), ("imap+tls", 143), ("imap", 143)]
)
def test_bounces_url_says_where_the_mailbox_is(monkeypatch, scheme, port):
    url = f"{scheme}://ana%40example.org:p%3A%2F@mail/Bounces%20of%20mail"
    monkeypatch.setenv("BOUNCES_URL", url)

    assert env.bounces_mailbox() == {
        "scheme": scheme,
        "host": "mail",
        "port": port,
        "user": "ana@example.org",
        "password": "p:/",
        "folder": "Bounces of mail",
    }


def test_bounces_url_means_the_inbox_where_it_names_no_folder(monkeypatch):
    monkeypatch.setenv("BOUNCES_URL", "imaps://ana:secret@mail:9993")

    found = env.bounces_mailbox()

    assert (found["folder"], found["port"]) == ("INBOX", 9993)


@pytest.mark.parametrize(
    "value",
    ["bounces", "@example.org", "a b@example.org", f"{'a' * 31}@example.org"],
)
def test_the_return_path_is_an_address_with_room_for_more(monkeypatch, value):
    monkeypatch.setenv("MAIL_RETURN_PATH", value)

    with pytest.raises(ImproperlyConfigured, match=r"MAIL_RETURN_PATH .* bounces@"):
        env.return_path()


@pytest.mark.parametrize(
    ("provider", "secret"),
    [("mailgun", ""), ("mailgun", "clé"), ("postmark", "key"), ("postmark", "user:")],
)
def test_a_provider_has_to_prove_itself(monkeypatch, provider, secret):
    monkeypatch.setenv("ANYMAIL_PROVIDER", provider)
    monkeypatch.setenv("ANYMAIL_SECRET", secret)

    with pytest.raises(ImproperlyConfigured, match=r"ANYMAIL_SECRET .* signing key"):
        env.anymail()


def test_a_provider_needs_its_library(monkeypatch):
    monkeypatch.setenv("ANYMAIL_PROVIDER", "mailgun")
    monkeypatch.setenv("ANYMAIL_SECRET", "a key")
    # As where requirements-anymail.txt is not installed.
    monkeypatch.setattr(env, "find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match=r"requirements-anymail\.txt"):
        env.anymail()
