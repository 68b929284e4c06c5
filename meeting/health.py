"""What a machine asks: is the process alive, and can the whole do its work?"""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from meeting.celery import app
from meeting.mail.models import LATE, Heartbeat, Message, late


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Each part with "ok" or what is wrong with it; 503 where anything is."""
    checks = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "mail": _mail,
        "beat": _beat,
    }
    found = {}
    for name, check in checks.items():
        try:
            found[name] = check()
        except (DatabaseError, OperationalError, OSError) as error:
            found[name] = type(error).__name__
    is_ready = all(state == "ok" for state in found.values())
    return JsonResponse(found, status=200 if is_ready else 503)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} to apply" if plan else "ok"


def _broker() -> str:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=1, interval_start=0)
    return "ok"


def _mail() -> str:
    if not settings.EMAIL_URL:
        return "ok"
    count = Message.objects.filter(late()).count()
    return f"{count} late for over 5 minutes" if count else "ok"


def _beat() -> str:
    heard = Heartbeat.objects.filter(name=Heartbeat.Part.QUEUE).first()
    if heard is None or heard.at < timezone.now() - LATE:
        return "not heard for over 5 minutes"
    return "ok"
