"""What waits for the staff among the registrations, for the admin's first page."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.models import Meeting
from registration import doubles
from registration.admin.doubles import PAGE
from registration.models import Registration, Status


class ToDo:
    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        in_person = Q(attendance=Registration.Attendance.IN_PERSON)
        counts = meeting.registrations.aggregate(
            received=Count("pk", filter=Q(status=Status.RECEIVED)),
            waiting=Count("pk", filter=Q(status=Status.WAITING)),
            seated=Count("pk", filter=Q(status=Status.CONFIRMED) & in_person),
            asked=Count("pk", filter=Q(status=Status.NEEDS_CORRECTION)),
            offered=Count("pk", filter=Q(status=Status.OFFERED)),
        )
        url = reverse("admin:registration_registration_changelist")
        url = f"{url}?meeting={meeting.pk}"
        received, waiting, seated, asked, offered = counts.values()
        corrected = meeting.registrations.corrected().count()
        yield {
            "count": received,
            "text": ngettext(
                "registration waits for a decision",
                "registrations wait for a decision",
                received,
            ),
            "url": f"{url}&status__exact=received",
        }
        yield {
            "count": waiting,
            "text": ngettext(
                "person is on the waiting list",
                "people are on the waiting list",
                waiting,
            ),
            "url": f"{url}&status__exact=waiting",
        }
        if corrected:
            yield {
                "count": corrected,
                "text": ngettext(
                    "registration was corrected, and is to be checked",
                    "registrations were corrected, and are to be checked",
                    corrected,
                ),
                "url": f"{url}&corrected=1",
            }
        if asked:
            yield {
                "count": asked,
                "text": ngettext(
                    "person is asked for a correction",
                    "people are asked for a correction",
                    asked,
                ),
                "url": f"{url}&status__exact=needs_correction",
                "is_fact": True,
            }
        if offered:
            yield {
                "count": offered,
                "text": ngettext(
                    "person has been offered a seat",
                    "people have been offered a seat",
                    offered,
                ),
                "url": f"{url}&status__exact=offered",
                "is_fact": True,
            }
        yield from self._doubles_to_do(request, meeting)
        yield from self._moved_to_do(request, meeting)
        yield {
            "count": seated,
            "text": ngettext("seat taken", "seats taken", seated)
            if meeting.capacity is None
            else _("of %d seats taken") % meeting.capacity,
            "url": f"{url}&status__exact=confirmed&attendance__exact=in_person",
            "is_fact": True,
        }

    def _doubles_to_do(
        self, request: HttpRequest, meeting: Meeting
    ) -> Iterator[dict[str, Any]]:
        if not self.has_change_permission(request):
            return
        if count := len(doubles.find(meeting)):
            yield {
                "count": count,
                "text": ngettext("possible double", "possible doubles", count),
                "url": f"{reverse(PAGE + 's')}?meeting={meeting.pk}",
            }
