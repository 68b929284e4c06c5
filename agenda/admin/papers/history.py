"""What was done at the desk for one contributor: by whom, and when."""

from collections.abc import Iterable

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.models import Contributor, Request, Submission

MOST = 50


def history_of(contributor: Contributor, requests: Iterable[Request]) -> list[LogEntry]:
    """The newest first; of the contributor, the requests and what has come: one query."""
    requests = list(requests)
    sent = [each.pk for request in requests for each in request.submissions.all()]
    those = _of(Contributor, [contributor.pk]) | _of(Submission, sent)
    those |= _of(Request, [request.pk for request in requests])
    entries = list(
        LogEntry.objects.filter(those).select_related("actor", "content_type")[:MOST]
    )
    for entry in entries:
        entry.who = str(entry.actor or entry.actor_email or _without_account(entry))
        entry.fields = ", ".join(_words(entry))
    return entries


def _without_account(entry: LogEntry) -> str:
    is_sent = entry.content_type.model_class() is Submission
    if is_sent and entry.action == LogEntry.Action.CREATE:
        return _("by the private link")
    return _("the system")


def _of(model: type, pks: list[int]) -> Q:
    kind = ContentType.objects.get_for_model(model)
    return Q(content_type=kind, object_id__in=pks)


def _words(entry: LogEntry) -> Iterable[str]:
    if entry.action != LogEntry.Action.UPDATE:
        return []
    model = entry.content_type.model_class()
    names = {field.name: field for field in model._meta.concrete_fields}
    return (
        str(names[name].verbose_name) for name in entry.changes_dict if name in names
    )
