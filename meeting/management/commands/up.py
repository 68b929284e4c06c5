import errno
import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandParser, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from meeting.environment import VAR
from meeting.models import Meeting
from meeting.supervisor import Program, Supervisor

PYTHON = [sys.executable, "-m"]
WEB = [*PYTHON, "gunicorn", "meeting.wsgi", "--no-control-socket"]
WEB += ["--worker-class=gthread", "--workers=1", "--graceful-timeout=5"]
WEB += [f"--threads={settings.WEB_THREADS}"]
# Nobody listens to what workers would tell each other; with files for a broker it
# would pile up.
WORKER = [*PYTHON, "celery", "-A", "meeting", "worker", "-P", "threads", "-c", "2"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
BEAT = [*PYTHON, "celery", "-A", "meeting", "beat", "--pidfile="]


class Command(BaseCommand):
    help = "Serve the site: web, worker and beat together, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (%(default)s)"
        )
        # Read by manage.py, before the settings, which print links with it.
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="(%(default)s)"
        )

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        # A shell's background job would ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with _listen(host, port) as listener:
                self._prepare()
                self._say(f"Plenary is at {settings.SITE_URL}/ — Ctrl-C stops it.")
                code = Supervisor(_programs(listener, port)).run()
        except KeyboardInterrupt:  # While preparing; later the supervisor listens.
            code = 130
        sys.exit(code)

    def _prepare(self) -> None:
        """Bring the database up to date; fill a new one with the demonstration."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if not Meeting.objects.exists() and not get_user_model().objects.exists():
            call_command("load_demo", stdout=self.stdout)
        connections.close_all()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    """The web server's socket, ours from the start: a taken port is said at once."""
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(
                f"plenary: port {port} is taken, perhaps by a Plenary that runs already."
                f" To use another: make run PORT={port + 1}"
            )
        sys.exit(f"plenary: port {port} cannot be used: {os.strerror(error.errno)}.")
    except OverflowError:
        sys.exit(f"plenary: there is no port {port}; the highest is 65535.")


def _programs(listener: socket.socket, port: int) -> list[Program]:
    logs, number = VAR / "log", listener.fileno()
    logs.mkdir(parents=True, exist_ok=True)
    web = [*WEB, f"--bind=fd://{number}"]
    # Two that run at once, on two ports, must not share beat's notes.
    beat = [*BEAT, f"--schedule={VAR / f'beat-{port}'}"]
    return [
        Program("web", web, logs / "web.log", pass_fds=(number,)),
        Program("worker", WORKER, logs / "worker.log"),
        Program("beat", beat, logs / "beat.log"),
    ]
