"""Set-ups to be faulted, and what the faults did, as one table at the end.

FAULTS_MAILS says of how many mails a run is; `make faults` runs all with 1,000, and as
long as production waits.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from meeting.mail.models import Message
from tests.parts.plenary import Plenary
from tests.parts.redis import Redis
from tests.parts.smtp import MailServer
from tests.parts.waiting import wait_for

MAILS = int(os.environ.get("FAULTS_MAILS", "0"))
# How production runs, and how it does where nobody should wait so long.
PRODUCTION = {"MAIL_SWEEP": "20", "MAIL_LEASE": "90"}
QUICK = {"MAIL_SWEEP": "2", "MAIL_LEASE": "8"}
# Of realistic length.
OWE_ALL = """
from meeting.mail.models import Message
from registration.models import Registration

about = Registration.objects.get()
text = "A line of a mail, as long as lines are.\\n" * 20
html = "<p>A line of a mail, as long as lines are.</p>\\n" * 20
Message.owe_many(
    Message.written(
        about, "test", to=f"person{{number}}@example.org",
        subject=f"Subject {{number}}",
        text=text, html=html, is_bulk=True,
    )
    for number in range({mails})
)
"""
HEADING = ["fault", "set-up", "owed", "arrived", "doubled", "lost", "seconds"]
TABLE = Path(os.environ.get("FAULTS_TABLE") or f"{settings.VAR}/faults.txt")


@dataclass
class Run:
    """Mails that are owed at once, and what became of them."""

    name: str
    plenary: Plenary
    server: MailServer
    redis: Redis | None
    mails: int = 0
    started: float = field(default_factory=time.time)

    def owe(self, mails: int) -> None:
        self.mails = mails
        self.plenary.manage("shell", "--command", OWE_ALL.format(mails=mails))
        self.started = Message.objects.earliest("created_at").created_at.timestamp()

    def wait_until(self, arrived: int, seconds: float = 120) -> None:
        wait_for(
            lambda: len(self.server.arrived) >= arrived,
            seconds,
            named=f"{arrived} mails",
        )

    def wait_until_all_is_sent(self, seconds: float = 120) -> None:
        """Whatever was given up is not waited for."""
        wait_for(
            lambda: not Message.objects.unsent().exists(), seconds, named="all sent"
        )

    @property
    def seconds(self) -> float:
        return self.server.arrived[-1].at - self.started

    @property
    def doubled(self) -> int:
        return self.counts.total() - len(self.counts)

    @property
    def lost(self) -> int:
        return self.mails - len(self.counts)

    @property
    def counts(self) -> Counter:
        """How often each Message-ID came, and none that was never owed."""
        counts = Counter(self.server.ids)
        assert counts.keys() <= set(
            Message.objects.values_list("message_id", flat=True)
        )
        return counts


@pytest.fixture(params=["plenary", "embedded"])
def installation(request: pytest.FixtureRequest) -> Plenary:
    return request.getfixturevalue(request.param)


@pytest.fixture
def run(request: pytest.FixtureRequest, installation: Plenary, mail_server: MailServer):
    """Mails to be owed; a line of the table, whatever the test then says of them."""
    name = request.node.originalname.removeprefix("test_").replace("_", " ")
    set_up = request.node.callspec.params["installation"]
    redis = request.getfixturevalue("redis") if set_up == "plenary" else None
    run = Run(name, installation, mail_server, redis)
    yield run
    seconds = run.seconds if mail_server.arrived else 0.0
    note(name, set_up, run.mails, len(run.counts), run.doubled, run.lost, seconds)


def note(*cells: object) -> None:
    is_new = not TABLE.exists()
    with TABLE.open("a", encoding="utf-8") as table:
        table.write(line(*HEADING) if is_new else "")
        table.write(line(*cells))


def line(*cells: object) -> str:
    words = [f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells]
    name, set_up, *numbers = words
    return f"{name:<64}{set_up:<10}" + "".join(f"{word:>9}" for word in numbers) + "\n"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Whoever named the file prints it, once all have written into it.
    if TABLE.exists() and "FAULTS_TABLE" not in os.environ:
        terminalreporter.write(TABLE.read_text(encoding="utf-8"))
