"""What was done at the desk for one contributor: by whom, and when."""

from collections.abc import Iterable

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from agenda.models import Contributor, Request, Submission
from agenda.trail import told

MOST = 50


def history_of(contributor: Contributor, requests: Iterable[Request]) -> list[LogEntry]:
    """The newest first; of the contributor, the requests and what has come: one query."""
    requests = list(requests)
    sent = [each.pk for request in requests for each in request.submissions.all()]
    those = _of(Contributor, [contributor.pk]) | _of(Submission, sent)
    those |= _of(Request, [request.pk for request in requests])
    found = LogEntry.objects.filter(those).select_related("actor", "content_type")
    return list(told(found[:MOST], contributor.meeting))


def _of(model: type, pks: list[int]) -> Q:
    kind = ContentType.objects.get_for_model(model)
    return Q(content_type=kind, object_id__in=pks)
