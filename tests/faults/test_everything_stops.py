"""A thousand mails arrive, whatever is killed or restarted on the way."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.faults.conftest import MAILS, PRODUCTION, QUICK
from tests.making import make_registration
from tests.parts.postgresql import restart

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 5


def kill_worker(run):
    run.plenary.kill("worker")
    run.plenary.start("worker")


def restart_broker(run):
    """Whatever it should have remembered is forgotten."""
    if "REDIS_URL" in run.plenary.environment:
        run.redis.stop()
        run.redis.start()
    else:
        for file in Path(run.plenary.environment["VAR_DIR"], "queue").iterdir():
            file.unlink(missing_ok=True)


def restart_database(run):
    """As after a crash; or, where there is no server, nobody can write for a while."""
    if connection.vendor == "postgresql":
        restart(Path(connection.settings_dict["HOST"]))
        connections.close_all()
        return
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, timeout=20, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(3)
        other.execute("ROLLBACK")


def test_five_kills_and_broker_and_database_restarted(run):
    run.plenary.environment |= PRODUCTION if MAILS else QUICK
    make_registration()
    run.plenary.start("worker", "beat")
    chance = random.Random(4)
    faults = [kill_worker] * KILLS + [restart_broker, restart_database]
    chance.shuffle(faults)
    mails = MAILS or 1000
    moments = sorted(chance.sample(range(mails // 20, mails - mails // 20), 7))

    run.owe(mails)
    for moment, fault in zip(moments, faults, strict=True):
        run.wait_until(moment)
        fault(run)
    restarted = time.time()
    run.wait_until_all_is_sent()

    assert run.lost == 0
    assert run.server.arrived[-1].at - restarted < 120
    assert run.doubled <= KILLS
    # Each double has the Message-ID of the first: one for each person.
    people = {recipient for mail in run.server.arrived for recipient in mail.recipients}
    assert len(people) == len(run.counts) == mails
