"""The list of bulk work: what was done to many, when and by whom."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import MeetingFilter, ReadOnly, tag
from meeting.mail.admin import moment
from meeting.words import number_in
from registration.admin.bulk import name_of
from registration.models import BulkWork, Registration

COLOURS = {"draft": "off", "running": "wait", "done": "good", "failed": "bad"}


@admin.register(BulkWork)
class BulkWorkAdmin(ReadOnly, admin.ModelAdmin):
    """Each row leads to its result."""

    section = "registration"
    list_display = ["what", "meeting", "total", "tagged", "created_by", "begun"]
    list_filter = [MeetingFilter]
    list_select_related = ["meeting", "created_by"]
    list_display_links = ["what"]
    actions = None

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        may_decide = request.user.has_perm("registration.change_registration")
        return may_decide and super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkWork]:
        return super().get_queryset(request).exclude(state=BulkWork.State.DRAFT)

    def change_view(
        self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any
    ) -> HttpResponse:
        is_looking = request.method in ("GET", "HEAD")
        if not (is_looking and self.has_view_permission(request)):
            raise PermissionDenied
        # Without a number it is none that there is.
        page = self.admin_site.get_model_admin(Registration).bulk
        return page(request, number_in(object_id))

    @admin.display(description=_("what"), ordering="action")
    def what(self, work: BulkWork) -> str:
        return name_of(work)

    @admin.display(description=_("state"), ordering="state")
    def tagged(self, work: BulkWork) -> SafeString:
        return tag(COLOURS[work.state], work.get_state_display())

    @admin.display(description=_("begun"), ordering="created_at")
    def begun(self, work: BulkWork) -> str:
        return moment(work.created_at)
