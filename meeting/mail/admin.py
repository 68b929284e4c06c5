"""The outbox as staff read it: what was written to whom, and what became of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.mail.models import Message, late

COLOURS = {
    "queued": "open",
    "sending": "open",
    "sent": "good",
    "failed": "bad",
    "stopped": "off",
    "bounced": "bad",
}


def state_tag(message: Message) -> SafeString:
    return format_html(
        '<span class="tag tag-{}">{}</span>',
        COLOURS[message.state],
        message.get_state_display(),
    )


def moment(time: datetime | None) -> str:
    """On the clock of the page."""
    if time is None:
        return ""
    return formats.date_format(timezone.localtime(time), "j M Y, H.i")


class LateFilter(admin.SimpleListFilter):
    title = _("delay")
    parameter_name = "late"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("1", _("Owed for over 5 minutes"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Message]
    ) -> QuerySet[Message]:
        return queryset.filter(late()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    section = "mail"
    list_display = ["subject", "to", "state_tag", "kind", "written", "sent", "tries"]
    list_filter = ["state", LateFilter, "kind"]
    search_fields = ["to", "subject"]
    date_hierarchy = "created_at"
    list_per_page = 50
    actions = ["send_again"]
    readonly_fields = [
        "state_tag",
        "about_link",
        "words",
        "source",
        "written",
        "sent",
        "came_back",
    ]
    fieldsets = [
        (None, {"fields": ["subject", "to", "about_link", "kind", "words"]}),
        (
            _("What became of it"),
            {
                "fields": [
                    "state_tag",
                    "written",
                    "sent",
                    "tries",
                    "due_at",
                    "last_error",
                    "came_back",
                    "bounce",
                ]
            },
        ),
        (
            _("As it is sent"),
            {
                "classes": ["collapse"],
                "fields": ["message_id", "reply_to", "language", "source", "calendar"],
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may read a message may have it sent again: it stays as it was written."""
        return self.has_view_permission(request)

    @admin.display(description=_("state"), ordering="state")
    def state_tag(self, message: Message) -> SafeString:
        return state_tag(message)

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, message: Message) -> str:
        return moment(message.created_at)

    @admin.display(description=_("sent"), ordering="sent_at")
    def sent(self, message: Message) -> str:
        return moment(message.sent_at)

    @admin.display(description=_("came back"), ordering="bounced_at")
    def came_back(self, message: Message) -> str:
        return moment(message.bounced_at)

    @admin.display(description=_("about"))
    def about_link(self, message: Message) -> str:
        kind = message.content_type
        name = f"admin:{kind.app_label}_{kind.model}_change"
        try:
            url = reverse(name, args=[message.object_id])
        except NoReverseMatch:
            return str(message.about or "")
        return format_html('<a href="{}">{}</a>', url, message.about)

    @admin.display(description=_("text"))
    def words(self, message: Message) -> SafeString:
        return format_html('<pre class="mail-text">{}</pre>', message.text)

    @admin.display(description=_("HTML"))
    def source(self, message: Message) -> SafeString:
        # As text: nothing that somebody typed may run in the staff's pages.
        return format_html('<pre class="mail-text">{}</pre>', message.html)

    @admin.action(description=_("Send again"), permissions=["send"])
    @transaction.atomic
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = len([message.resend() for message in queryset])
        text = ngettext(
            "%d message will be sent again.", "%d messages will be sent again.", count
        )
        self.message_user(request, text % count, messages.SUCCESS)

    def todo(
        self, request: HttpRequest, meeting: models.Model
    ) -> Iterator[dict[str, Any]]:
        unsent = Q(state__in=[Message.State.QUEUED, Message.State.SENDING])
        counts = Message.objects.aggregate(
            failed=Count("pk", filter=Q(state=Message.State.FAILED)),
            late=Count("pk", filter=late()),
            unsent=Count("pk", filter=unsent),
        )
        url = reverse("admin:mail_message_changelist")
        yield {
            "count": counts["failed"],
            "text": ngettext(
                "message could not be sent",
                "messages could not be sent",
                counts["failed"],
            ),
            "url": f"{url}?state__exact=failed",
        }
        if settings.EMAIL_URL:
            yield {
                "count": counts["late"],
                "text": ngettext(
                    "message has been waiting for over 5 minutes",
                    "messages have been waiting for over 5 minutes",
                    counts["late"],
                ),
                "url": f"{url}?late=1",
            }
        else:
            yield {
                "count": counts["unsent"],
                "text": ngettext(
                    "message is kept here, because no mail server is set",
                    "messages are kept here, because no mail server is set",
                    counts["unsent"],
                ),
                "url": f"{url}?state__exact=queued",
            }
