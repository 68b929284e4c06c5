"""The privacy notice of a meeting: drafted, published, and kept as people agreed to it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce
from django.forms import Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, tag
from meeting.admin_site import working_meeting
from meeting.mail.admin import moment
from meeting.markup import to_html
from registration.models import PrivacyNotice, Registration


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(PlenaryModelAdmin):
    section = "registration"
    list_display = ["__str__", "state_tag", "published", "agreed"]
    list_filter = [MeetingFilter]
    list_select_related = ["meeting"]
    ordering = ["-version"]
    actions = ["publish"]
    formfield_overrides = PlenaryModelAdmin.formfield_overrides | {
        TextField: {"widget": Textarea({"rows": 20, "class": "vLargeTextField"})}
    }
    readonly_fields = [
        "meeting",
        "__str__",
        "state_tag",
        "published",
        "agreed",
        "shown",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PrivacyNotice]:
        agreed = Registration.objects.filter(notice=OuterRef("pk")).order_by()
        number = agreed.values("notice").annotate(number=Count("pk")).values("number")
        newest = PrivacyNotice.objects.in_force().filter(meeting=OuterRef("meeting"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                agreed=Coalesce(Subquery(number), 0, output_field=IntegerField()),
                newest=Subquery(newest.values("pk")[:1]),
            )
        )

    def get_fields(
        self, request: HttpRequest, obj: PrivacyNotice | None = None
    ) -> list[Any]:
        if obj is None:
            return ["meeting", "text"]
        state = [("meeting", "__str__", "state_tag"), ("published", "agreed")]
        return [*state, "shown"] if obj.is_fixed else [*state, "text", "shown"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: PrivacyNotice | None = None
    ) -> list[str]:
        return self.readonly_fields if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version begins as the newest one, the first with a text of ours."""
        meeting = working_meeting(request)
        text = ""
        if meeting:
            newest = meeting.notices.order_by("-version").first()
            text = newest.text if newest else default_text(meeting)
        return super().get_changeform_initial_data(request) | {"text": text}

    def has_change_permission(
        self, request: HttpRequest, obj: PrivacyNotice | None = None
    ) -> bool:
        is_fixed = obj is not None and obj.is_fixed
        return not is_fixed and super().has_change_permission(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: PrivacyNotice | None = None
    ) -> bool:
        is_fixed = obj is not None and obj.is_fixed
        return not is_fixed and super().has_delete_permission(request, obj)

    @admin.display(description=_("state"))
    def state_tag(self, notice: PrivacyNotice) -> SafeString:
        if not notice.is_fixed:
            return tag("open", _("Draft"))
        if notice.pk == notice.newest:
            return tag("good", _("In force"))
        return tag("off", _("Earlier version"))

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, notice: PrivacyNotice) -> str:
        return moment(notice.published_at) or "–"

    @admin.display(description=_("agreed to by"), ordering="agreed")
    def agreed(self, notice: PrivacyNotice) -> int:
        return notice.agreed

    @admin.display(description=_("as people read it"))
    def shown(self, notice: PrivacyNotice) -> SafeString:
        return format_html('<div class="prose">{}</div>', to_html(notice.text))

    @admin.action(
        description=_("Publish: people agree to it from now on"),
        permissions=["change"],
    )
    def publish(self, request: HttpRequest, notices: QuerySet[PrivacyNotice]) -> None:
        drafts = [notice for notice in notices if not notice.is_fixed]
        if len(drafts) != 1:
            text = _("Choose one draft.")
            self.message_user(request, text, messages.ERROR)
            return
        self._publish(request, drafts[0])

    def get_urls(self) -> list[URLPattern]:
        publish = path(
            "<int:pk>/publish/",
            self.admin_site.admin_view(self.publish_one),
            name="registration_privacynotice_publish",
        )
        return [publish, *super().get_urls()]

    @method_decorator(require_POST)
    def publish_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = self.get_object(request, str(pk))
        if notice is None:
            raise Http404
        if not self.has_change_permission(request, notice):
            raise PermissionDenied
        self._publish(request, notice)
        return redirect("admin:registration_privacynotice_change", pk)

    def _publish(self, request: HttpRequest, notice: PrivacyNotice) -> None:
        notice.publish()
        url = reverse("privacy-notice", args=[notice.meeting.slug])
        text = _('{} is published: <a href="{}">read it on the site</a>.')
        said = format_html(text, notice, url)
        self.message_user(request, said, messages.SUCCESS)


def default_text(meeting: Any) -> str:
    """What every meeting can say of its data, to begin with."""
    return render_to_string("registration/privacy_default.md", {"meeting": meeting})
