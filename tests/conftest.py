"""What every test has: rows of the migrations, and parts to ask for."""

from collections.abc import Iterator
from pathlib import Path

import dns.resolver
import pytest
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker

from tests.parts.dns import DNSServer
from tests.parts.plenary import Plenary
from tests.parts.redis import Redis
from tests.parts.restoring import Kept
from tests.parts.smtp import MailServer

# The same examples each time, however slow the machine, and no file of them.
hypothesis.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database",
        action="store_true",
        help="leave out the tests that ask no database, which are the same on each",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if config.getoption("with_database"):
        left_out = [item for item in items if not asks_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if asks_database(item)]


def asks_database(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or "django_db_setup" in item.fixturenames


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """What migrations wrote stands in each test, also after one that committed."""
    with django_db_blocker.unblock():
        kept = Kept()
    with pytest.MonkeyPatch.context() as patched:
        name = "_fixture_teardown"
        patched.setattr(TransactionTestCase, name, lambda _case: kept.put_back())
        yield


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def mail_goes_out(mail_server: MailServer, settings) -> MailServer:
    """The mail server, with this process's settings pointing to it."""
    settings.EMAIL_BACKEND = "meeting.mail.smtp.EmailBackend"
    settings.EMAIL_URL = mail_server.url
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    return mail_server


@pytest.fixture
def dns_server(monkeypatch) -> Iterator[DNSServer]:
    """A DNS server that this process asks, instead of the machine's own."""
    with DNSServer() as server:
        monkeypatch.setattr(dns.resolver, "default_resolver", server.resolver)
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path) as server:
        yield server


@pytest.fixture
def plenary(
    transactional_db, tmp_path: Path, redis: Redis, mail_server: MailServer
) -> Iterator[Plenary]:
    """The production set-up on this test's database; the test starts its processes."""
    with Plenary(tmp_path, REDIS_URL=redis.url, EMAIL_URL=mail_server.url) as all_parts:
        yield all_parts


@pytest.fixture
def embedded(
    transactional_db, tmp_path: Path, mail_server: MailServer
) -> Iterator[Plenary]:
    """The same without Redis, as on a laptop: the queue is a folder."""
    with Plenary(tmp_path, EMAIL_URL=mail_server.url) as all_parts:
        yield all_parts
