"""What readers saw of each programme until now becomes its first release."""

from datetime import date, datetime
from uuid import UUID

from django.db import migrations
from django.db.models import F, Q
from django.utils import timezone

FRAME = ["day", "session"]
CONTENT = ["item", "presentation", "role", "speaker"]
LEFT_OUT = {"id", "meeting_id", "updated_at", "email", "takes_news", "remote_url"}


def release(apps, schema_editor):
    Meeting = apps.get_model("meeting", "Meeting")
    Release = apps.get_model("agenda", "Release")
    for meeting in Meeting.objects.filter(releases=None):
        queries = _queries(apps, meeting)
        kept = {kind: _kept(query) for kind, query in queries.items()}
        if not any(table["rows"] for table in kept.values()):
            continue
        made = Release.objects.create(
            meeting=meeting,
            number=1,
            at=timezone.now(),
            frame={kind: kept[kind] for kind in FRAME},
            content={kind: kept[kind] for kind in CONTENT},
        )
        made.speakers.set([pk for pk, *_rest in kept["speaker"]["rows"]])


def _queries(apps, meeting):
    def of(name, **own):
        return apps.get_model("agenda", name).objects.filter(**own)

    where = Q(item__meeting=meeting) | Q(presentation__meeting=meeting)
    roles = apps.get_model("agenda", "Role").objects.filter(where)
    people = of("Speaker", pk__in=roles.values("speaker"))
    by_date = F("date").asc(nulls_last=True)
    in_order = ["session__date", "session__position", "session__pk", "position", "pk"]
    return {
        "day": of("Day", meeting=meeting).order_by("date"),
        "session": of("Session", meeting=meeting).order_by(by_date, "position", "pk"),
        "item": of("Item", meeting=meeting).order_by(*in_order),
        "presentation": of("Presentation", meeting=meeting).order_by("position", "pk"),
        "role": roles.order_by("position", "pk"),
        "speaker": people.order_by("sort_name", "pk"),
    }


def _kept(query):
    fields = query.model._meta.concrete_fields
    columns = [each.attname for each in fields if each.attname not in LEFT_OUT]
    rows = query.values_list("pk", *columns)
    return {"columns": columns, "rows": [[*map(_as_json, row)] for row in rows]}


def _as_json(value):
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime | date) else value


class Migration(migrations.Migration):
    dependencies = [("agenda", "0004_releases")]
    operations = [migrations.RunPython(release, migrations.RunPython.noop)]
