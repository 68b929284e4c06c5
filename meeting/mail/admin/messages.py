"""The outbox as staff read it: what was written to whom, and what became of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.mail.admin.going import GoingPage
from meeting.mail.admin.seen import SeenPages, offers
from meeting.mail.models import Message, late
from meeting.mail.words import KINDS, kind_in_words, moment, state_tag

# Private links stand in these. A list narrowed by their letters would tell them to who
# may look at mails and at no links.
WITH_LINKS = {"text", "html", "calendar", "unsubscribe"}
OVER = (Message.State.SENT, Message.State.FAILED, Message.State.BOUNCED)


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


class LostFilter(admin.SimpleListFilter):
    title = _("not arrived")
    parameter_name = "lost"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("failed", _("Failed")), ("bounced", _("Came back"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Message]
    ) -> QuerySet[Message]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.lost().filter(state=self.value())


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return list(KINDS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Message]
    ) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(GoingPage, SeenPages, admin.ModelAdmin):
    section = "mail"
    list_display = ["subject", "to", "state_tag", "of_kind", "written", "sent", "tries"]
    list_filter = ["state", LateFilter, LostFilter, KindFilter]
    search_fields = ["to", "subject"]
    date_hierarchy = "created_at"
    list_per_page = 50
    actions = ["send_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """What is sent stays as it was written; who may only look has nothing sent."""
        return request.user.has_perm("mail.change_message")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        is_told = lookup.partition(LOOKUP_SEP)[0] not in WITH_LINKS
        return is_told and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("state"), ordering="state")
    def state_tag(self, message: Message) -> SafeString:
        return state_tag(message)

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, message: Message) -> str:
        return moment(message.created_at)

    @admin.display(description=_("sent"), ordering="sent_at")
    def sent(self, message: Message) -> str:
        return moment(message.sent_at)

    @admin.display(description=_("kind"), ordering="kind")
    def of_kind(self, message: Message) -> str:
        return kind_in_words(message)

    @admin.action(description=_("Send again"), permissions=["send"])
    @transaction.atomic
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Each to the present address; not what is on its way, or went out just now."""
        chosen = list(queryset.prefetch_related("about"))
        sent = [message for message in chosen if _send_again(message)]
        text = ngettext(
            "%d message will be sent again.",
            "%d messages will be sent again.",
            len(sent),
        )
        if sent:
            self.message_user(request, text % len(sent), messages.SUCCESS)
        if left := len(chosen) - len(sent):
            text = ngettext(
                "%d message was left out: it is on its way, or left within the last"
                " hour. Open it to send it all the same.",
                "%d messages were left out: they are on their way, or left within the"
                " last hour. Open each to send it all the same.",
                left,
            )
            self.message_user(request, text % left, messages.WARNING)

    def todo(
        self, request: HttpRequest, meeting: models.Model
    ) -> Iterator[dict[str, Any]]:
        unsent = Q(state__in=[Message.State.QUEUED, Message.State.SENDING])
        counts = Message.objects.aggregate(
            late=Count("pk", filter=late()), unsent=Count("pk", filter=unsent)
        )
        lost = Message.objects.lost().aggregate(
            failed=Count("pk", filter=Q(state=Message.State.FAILED)),
            bounced=Count("pk", filter=Q(state=Message.State.BOUNCED)),
        )
        url = reverse("admin:mail_message_changelist")
        yield {
            "count": lost["failed"],
            "text": ngettext(
                "message could not be sent",
                "messages could not be sent",
                lost["failed"],
            ),
            "url": f"{url}?lost=failed",
        }
        yield {
            "count": lost["bounced"],
            "text": ngettext(
                "message came back", "messages came back", lost["bounced"]
            ),
            "url": f"{url}?lost=bounced",
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


def _send_again(message: Message) -> bool:
    """Send what is over anew, unless the same was written within the hour."""
    offered = next(offers(message), None)
    is_over = message.state in OVER
    if not (offered and is_over) or message.written_lately(offered.to):
        return False
    message.resend(offered.to)
    return True
