"""Registrations deleted in the admin are erased, as the person would do it."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from registration.erasing import erase
from registration.models import Registration


class Erasing:
    # The admin notes a deletion, with the name, before it deletes: that note goes as well.
    def delete_model(self, request: HttpRequest, obj: Registration) -> None:
        self.delete_queryset(request, Registration.objects.filter(pk=obj.pk))

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> None:
        count = erase(queryset)["registrations"]
        text = ngettext("%d registration erased", "%d registrations erased", count)
        LogEntry.objects.create(
            action=LogEntry.Action.DELETE,
            actor=request.user,
            content_type=ContentType.objects.get_for_model(Registration),
            object_pk="",
            object_repr=text % count,
        )
