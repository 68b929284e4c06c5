"""Who changed what, read only."""

from auditlog.models import LogEntry
from auditlog.render import render_logentry_changes_html
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import ReadOnly
from meeting.mail.admin import moment

# auditlog registers a list of its own; ours asks a fixed number of queries.
admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class AuditAdmin(ReadOnly, admin.ModelAdmin):
    section = "staff"
    name = _("Audit trail")
    list_display = ["at", "who", "did", "what", "fields_changed"]
    list_display_links = ["at"]
    list_select_related = ["content_type", "actor"]
    list_filter = ["action"]
    date_hierarchy = "timestamp"
    search_fields = ["object_repr", "actor__username"]
    fields = ["at", "who", "did", "what", "changes_made", "additional_data"]
    readonly_fields = fields

    @admin.display(description=_("when"), ordering="timestamp")
    def at(self, entry: LogEntry) -> str:
        return moment(entry.timestamp)

    @admin.display(description=_("who"), ordering="actor__username")
    def who(self, entry: LogEntry) -> str:
        return str(entry.actor or entry.actor_email or _("the system"))

    @admin.display(description=_("did"), ordering="action")
    def did(self, entry: LogEntry) -> str:
        return entry.get_action_display()

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        kind = entry.content_type
        text = f"{kind.name}: {entry.object_repr}"
        try:
            name = f"admin:{kind.app_label}_{kind.model}_change"
            url = reverse(name, args=[entry.object_pk])
        except NoReverseMatch:
            return text
        return format_html('<a href="{}">{}</a>', url, text)

    @admin.display(description=_("fields"))
    def fields_changed(self, entry: LogEntry) -> str:
        return (
            ", ".join(entry.changes_dict)
            if entry.action == LogEntry.Action.UPDATE
            else ""
        )

    @admin.display(description=_("changes"))
    def changes_made(self, entry: LogEntry) -> SafeString:
        return render_logentry_changes_html(entry)
