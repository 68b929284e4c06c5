"""Plenary as its operator runs it: web, worker and beat, each a process of its own."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Self
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from meeting.environment import BASE
from tests.parts.processes import Process
from tests.parts.waiting import answers, free_port, wait_for

CELERY = [sys.executable, "-m", "celery", "--app=meeting"]


def database_url() -> str:
    """Where another process finds the database of this test."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    user, host = config["USER"], quote(config["HOST"], safe="")
    return f"postgresql://{user}:{config['PASSWORD']}@{host}/{config['NAME']}"


class Plenary:
    """An installation on the test's database; `environment` says what else it uses.

    Mail that a worker lost, or was never asked for, is sent after seconds here.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "meeting.settings",
            "PYTHONPATH": str(BASE),
            "PYTHONUNBUFFERED": "1",
            "VAR_DIR": str(folder / "var"),
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database_url(),
            "SITE_URL": self.url,
            "FORM_MIN_SECONDS": "0",
            "MAIL_SWEEP": "2",
            "MAIL_LEASE": "5",
            "WORK_SWEEP": "2",
            "LOG_LEVEL": "INFO",
            **environment,
        }
        web = ["-m", "gunicorn", "meeting.wsgi", f"--bind=127.0.0.1:{self.port}"]
        commands = {
            "web": [sys.executable, *web, "--threads=64", "--no-control-socket"],
            "worker": [*CELERY, "worker", "-l", "INFO", "-P", "threads", "-c", "2"],
            "beat": [*CELERY, "beat", "-l", "INFO", "--pidfile="],
        }
        # Of a second machine.
        commands["other_worker"] = [*commands["worker"], "-n", "other@%h"]
        schedule = f"--schedule={folder / 'other-schedule'}"
        commands["other_beat"] = [*commands["beat"], schedule]
        self.processes = {
            name: Process(command, folder / f"{name}.log", self.environment)
            for name, command in commands.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for name, process in self.processes.items():
            process.kill()
            if process.said:
                # pytest shows this where the test failed.
                print(
                    f"--- {name} said last:", *process.said.splitlines()[-20:], sep="\n"
                )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start these, and wait until each is ready for work."""
        for name in names:
            self.processes[name].start()
        for name in names:
            is_ready = getattr(self, f"_{name.removeprefix('other_')}_is_ready")
            wait_for(partial(is_ready, name), named=f"the {name} process")

    def manage(self, *arguments: str) -> None:
        """Run one of its commands to the end."""
        command = [sys.executable, str(BASE / "manage.py"), *arguments]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def stop(self, name: str) -> bool:
        """Ask it to end; say whether it did so by itself."""
        return self.processes[name].stop()

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def _web_is_ready(self, name: str) -> bool:
        return answers(self.port)

    def _worker_is_ready(self, name: str) -> bool:
        return " ready." in self.processes[name].said

    def _beat_is_ready(self, name: str) -> bool:
        return "Scheduler: Sending" in self.processes[name].said
