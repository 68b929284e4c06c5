"""The meeting as somebody sets it up: what, when and where, why, for whom."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from adminsortable2.admin import SortableAdminBase, SortableStackedInline
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import (
    MeetingFilter,
    OwnWidgets,
    PlenaryModelAdmin,
    SavedWithAll,
    tag,
)
from meeting.admin.fields import (
    TicksField,
    TicksForm,
    ToBeConfirmedField,
    WallTimeField,
)
from meeting.admin_site import work_on
from meeting.embedding import origin_of
from meeting.models import Meeting, Page, Reference
from meeting.moments import date_range

WALL_TIMES = ("registration_opens_at", "registration_closes_at", "changes_until")


class MeetingForm(TicksForm):
    registration_opens_at = WallTimeField(
        label=_("Registration opens"),
        help_text=_("On a clock at the meeting. Empty: registration is not offered."),
    )
    registration_closes_at = WallTimeField(
        label=_("Registration closes"),
        help_text=_("On a clock at the meeting. Empty: when the meeting ends."),
    )
    changes_until = WallTimeField(
        label=_("Participants may change theirs until"),
        help_text=_(
            "On a clock at the meeting. After it they can only withdraw. Empty: when"
            " the meeting ends."
        ),
    )
    languages = TicksField(
        {
            "ar": _("Arabic"),
            "zh": _("Chinese"),
            "en": _("English"),
            "fr": _("French"),
            "ru": _("Russian"),
            "es": _("Spanish"),
        },
        label=_("Working languages"),
    )
    tbc = ToBeConfirmedField(
        {
            "dates": _("dates"),
            "city": _("city"),
            "country": _("country"),
            "venue": _("venue"),
            "room": _("room"),
            "organizer": _("organizer"),
            "url": _("official page"),
            "languages": _("languages"),
        }
    )

    class Meta:
        widgets = {
            "timezone": forms.TextInput(attrs={"autocomplete": "off"}),
            **{
                name: forms.Textarea(attrs={"rows": 6, "cols": 90})
                for name in ("objectives", "open_to")
            },
            **{
                name: forms.Textarea(attrs={"rows": 4, "cols": 90})
                for name in (
                    "participant_categories",
                    "participation_notes",
                    "embed_hosts",
                )
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WALL_TIMES:
            if moment := getattr(self.instance, name):
                self.initial[name] = on_the_wall(moment, self.instance)
            if self.instance.pk and name in self.fields:
                self.fields[name].label = _("%(field)s (%(zone)s time)") % {
                    "field": self.fields[name].label,
                    "zone": self.instance.timezone,
                }

    def clean_embed_hosts(self) -> str:
        """Each site as browsers name it; every line that is none is told."""
        origins, problems = [], []
        for line in self.cleaned_data["embed_hosts"].splitlines():
            try:
                if line.strip():
                    origins.append(origin_of(line))
            except ValidationError as problem:
                problems.append(problem)
        if problems:
            raise ValidationError(problems)
        return "\n".join(dict.fromkeys(origins))

    def clean(self) -> dict[str, Any]:
        """Read the hours in the zone that stands in the same form."""
        data = super().clean()
        zone = data.get("timezone")
        is_known = zone in available_timezones()
        for name in WALL_TIMES:
            moment = data.pop(name, None)
            if is_known:
                data[name] = moment and moment.replace(tzinfo=ZoneInfo(zone))
        return data


def on_the_wall(moment: datetime, meeting: Meeting) -> datetime:
    return moment.astimezone(meeting.zone).replace(tzinfo=None)


class ReferenceForm(TicksForm):
    tbc = ToBeConfirmedField(
        {"symbol": _("symbol"), "title": _("title"), "date": _("date")}
    )


class ReferenceInline(OwnWidgets, SortableStackedInline):
    model = Reference
    form = ReferenceForm
    template = "admin/sortable_stacked.html"
    extra = 0
    fields = [("kind", "symbol", "part"), "title", "url", "date", "note", "tbc"]


class PageForm(TicksForm):
    tbc = ToBeConfirmedField({"title": _("title"), "text": _("text")})


class PageInline(OwnWidgets, SortableStackedInline):
    """The menu of the meeting's site; texts are written on the page's own page."""

    model = Page
    template = "admin/sortable_stacked.html"
    extra = 0
    fields = [("group", "title"), ("slug", "shows")]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    verbose_name_plural = _("pages, in the order of the menu")


@admin.register(Meeting)
class MeetingAdmin(SavedWithAll, SortableAdminBase, PlenaryModelAdmin):
    section = "meeting"
    form = MeetingForm
    list_display = ["title", "dates", "city", "shown"]
    search_fields = ["title", "city", "slug"]
    actions = ["show_as_current"]
    prepopulated_fields = {"slug": ["number"]}
    inlines = [ReferenceInline, PageInline]
    after_save = []
    readonly_fields = ["embed_snippet"]
    fieldsets = [
        (
            _("What"),
            {
                "fields": [
                    ("number", "slug"),
                    "title",
                    "series",
                    "organizer_name",
                    "organizer_parent",
                    "contact_email",
                    "is_published",
                ]
            },
        ),
        (
            _("When and where"),
            {
                "fields": [
                    ("starts_on", "ends_on"),
                    "timezone",
                    ("city", "country"),
                    ("venue", "room"),
                    "languages",
                    "tbc",
                ]
            },
        ),
        (_("Why"), {"fields": ["objectives"]}),
        (_("Who is invited"), {"fields": ["open_to"]}),
        (
            _("Registration"),
            {
                "fields": [
                    ("registration_opens_at", "registration_closes_at"),
                    ("capacity", "reminder_days"),
                ]
            },
        ),
        (
            _("More rules of registration"),
            {
                "classes": ["collapse"],
                "fields": [
                    "organization_capacity",
                    "counts_remote",
                    "offer_hours",
                    "changes_until",
                ],
            },
        ),
        (_("Privacy"), {"fields": ["retention_days"]}),
        (
            _("Papers"),
            {
                "fields": [
                    ("papers_deadline", "papers_max_pages"),
                    ("papers_spacing", "papers_file_format"),
                    "papers_submit_to",
                    "papers_editing",
                ]
            },
        ),
        (
            _("The agenda on other sites"),
            {"classes": ["collapse"], "fields": ["embed_hosts", "embed_snippet"]},
        ),
        (
            _("More"),
            {
                "fields": [
                    "url",
                    "site",
                    "participant_count",
                    "participant_categories",
                    "participation_notes",
                    "is_demo",
                ]
            },
        ),
    ]

    def save_model(
        self, request: HttpRequest, obj: Meeting, form: MeetingForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        work_on(request, obj)
        if change and "timezone" in form.changed_data:
            text = _("The time zone has changed. Check the hours of all sessions.")
            self.message_user(request, text, messages.WARNING)

    @admin.display(description=_("dates"), ordering="starts_on")
    def dates(self, meeting: Meeting) -> str:
        return date_range(meeting.starts_on, meeting.ends_on)

    @admin.display(description=_("state"))
    def shown(self, meeting: Meeting) -> SafeString:
        if not meeting.is_published:
            return tag("off", _("Not published"))
        if meeting.is_current:
            return tag("good", _("Current"))
        return tag("plain", _("Published"))

    @admin.display(description=_("to copy into their page"))
    def embed_snippet(self, meeting: Meeting) -> str:
        """What shows the agenda there, once a site is allowed."""
        if not meeting.pk or not meeting.embed_origins:
            return _("Name a site above and save; then this is what it needs.")
        snippet = format_html(
            '<iframe src="{}" title="{}" width="100%" height="800" loading="lazy"'
            ' data-plenary></iframe>\n<script src="{}" defer></script>',
            settings.SITE_URL + reverse("embed", args=[meeting.slug]),
            meeting.title,
            # By its plain name, which stays when the file changes.
            f"{settings.SITE_URL}{settings.STATIC_URL}js/embed-host.js",
        )
        context = {
            "snippet": snippet,
            "fragment": settings.SITE_URL
            + reverse("embed-fragment", args=[meeting.slug]),
        }
        return render_to_string("admin/meeting/_embed_snippet.html", context)

    @admin.action(description=_("Show as the current meeting"), permissions=["change"])
    def show_as_current(
        self, request: HttpRequest, meetings: QuerySet[Meeting]
    ) -> None:
        chosen = list(meetings.published()[:2])
        if len(chosen) != 1:
            text = _("Choose one meeting that is published.")
            self.message_user(request, text, messages.ERROR)
            return
        chosen[0].make_current()
        text = _("“%s” is now what visitors see first.") % chosen[0]
        self.message_user(request, text, messages.SUCCESS)


@admin.register(Page)
class PageAdmin(PlenaryModelAdmin):
    section = "meeting"
    form = PageForm
    list_display = ["title", "group", "shows", "position", "to_be_confirmed"]
    list_filter = [MeetingFilter]
    search_fields = ["title", "group", "body"]
    list_select_related = ["meeting"]
    ordering = ["position", "pk"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [
        "meeting",
        ("title", "slug"),
        ("group", "position"),
        "shows",
        "body",
        "tbc",
        "note",
    ]
