"""What a machine asks: is the process alive, and can the whole do its work?"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from meeting.celery import app
from meeting.files import scanning
from meeting.mail.models import LATE, Heartbeat
from meeting.mail.signs import Signs, greet


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Each part with "ok" or what is wrong with it; 503 where anything is.

    Beside them, how many seconds ago each part of the background work was heard.
    """
    checks = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "mail": _mail,
        **{part: partial(_heard, part) for part in Heartbeat.Part.values},
    }
    if settings.CLAMD:
        checks["scanner"] = _scanner
    found = {name: _said(check) for name, check in checks.items()}
    is_ready = all(state == "ok" for state in found.values())
    found["heard_seconds_ago"] = _said(_ages)
    return JsonResponse(found, status=200 if is_ready else 503)


def _said(check: Callable[[], Any]) -> Any:
    """What a check says; one that fails is no matter to the others."""
    try:
        return check()
    except (DatabaseError, OperationalError, OSError) as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} to apply" if plan else "ok"


def _broker() -> str:
    greet(app)
    return "ok"


def _scanner() -> str:
    scanning.greet()
    return "ok"


def _mail() -> str:
    signs = Signs.read()
    minutes = int(LATE.total_seconds() // 60)
    return (
        f"{signs.late} late for over {minutes} minutes" if signs.is_mail_late else "ok"
    )


def _heard(part: str) -> str:
    heard = Signs.read().heard(part)
    if heard is None:
        return "not heard yet"
    silence = timezone.now() - heard
    if silence > LATE:
        return f"not heard for {int(silence.total_seconds() // 60)} minutes"
    return "ok"


def _ages() -> dict[str, int]:
    now = timezone.now()
    return {
        part: int((now - at).total_seconds()) for part, at in Signs.read().rows.items()
    }
