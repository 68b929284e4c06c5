"""Releases of the agenda: what readers saw when, and the page that makes the next one."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agenda.admin.release_form import ReleaseForm
from agenda.differences import brought_by, news_of_draft
from agenda.models import Release, Snapshot
from agenda.releasing import Proposal, release_as_shown
from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, tag
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting
from meeting.moments import in_zone


@admin.register(Release)
class ReleaseAdmin(PlenaryModelAdmin):
    section = "programme"
    list_display = ["__str__", "shown", "state", "note", "changes", "by"]
    list_filter = [MeetingFilter]
    list_select_related = ["meeting", "by"]
    list_per_page = 20
    ordering = ["-meeting", "-number"]
    search_fields = ["note"]
    actions = None
    # The rest is what it was when it was made.
    fields = ["release", "shown", "state", "note", "changes", "by"]
    readonly_fields = ["release", "shown", "state", "changes", "by"]
    change_form_template = "admin/agenda/release/change.html"
    # What apps above ours know of whom a release concerns: each is given the meeting
    # and the proposal, and returns groups of people.
    concerned: list[Callable[[Meeting, Proposal], list[Any]]] = []
    # What they do once one is made.
    after_release: list[Callable[[HttpRequest, Release], None]] = []

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "agenda_release_%s"
        return [
            path("make/<int:pk>/", wrap(self.make), name=name % "make"),
            path("<int:pk>/withdraw/", wrap(self.withdraw), name=name % "withdraw"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return super().get_queryset(request).without_content()

    def has_delete_permission(self, *_args: Any) -> bool:
        return False

    def add_view(self, request: HttpRequest, *_args: Any, **_kw: Any) -> HttpResponse:
        meeting = working_meeting(request)
        if meeting is None or not self.has_add_permission(request):
            raise PermissionDenied
        return self.make(request, meeting.pk)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The rows learn together how much each has changed."""
        response = super().changelist_view(request, extra_context)
        if changelist := (getattr(response, "context_data", None) or {}).get("cl"):
            counts = _count(changelist.result_list)
            for release in changelist.result_list:
                release.change_count = counts[release.pk]
        return response

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def make(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a release would bring and whom it concerns; then it is made."""
        is_post = request.method == "POST"
        may_make = self.has_add_permission(request)
        if not self.has_view_permission(request) or (is_post and not may_make):
            raise PermissionDenied
        meeting = get_object_or_404(Meeting, pk=pk)
        work_on(request, meeting)
        form = ReleaseForm(request.POST if is_post else None, meeting=meeting)
        if is_post and form.is_valid():
            facts, shown = form.facts, request.POST.get("digest", "")
            try:
                made = release_as_shown(meeting, shown, by=request.user, **facts)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return self._made(request, made)
        return self._show(request, meeting, form, may_make)

    def _made(self, request: HttpRequest, release: Release) -> HttpResponse:
        words = {"release": release, "at": in_zone(release.at, release.meeting)}
        if release.is_planned:
            text = _("%(release)s is planned: readers see it from %(at)s.") % words
        else:
            text = _("%(release)s is out: readers see it now.") % words
        self.message_user(request, text, messages.SUCCESS)
        for follow in self.after_release:
            follow(request, release)
        return redirect("admin:agenda_release_changelist")

    def _show(
        self, request: HttpRequest, meeting: Meeting, form: ReleaseForm, may_make: bool
    ) -> TemplateResponse:
        proposal = Proposal.of(meeting)
        groups = [each for find in self.concerned for each in find(meeting, proposal)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Release the agenda"),
            "meeting": meeting,
            "proposal": proposal,
            "differences": proposal.differences,
            "planned": proposal.planned,
            "groups": groups,
            "count": sum(len(group.people) for group in groups),
            "form": form,
            "may_make": may_make,
        }
        return TemplateResponse(request, "admin/agenda/release/make.html", context)

    @method_decorator(require_POST)
    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back one that is planned, as long as nobody has seen it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        release = get_object_or_404(Release.objects.select_related("meeting"), pk=pk)
        if release.withdraw():
            text = _("%s is withdrawn: readers will not see it.") % release
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = _("%s is out already: make another release to change it.") % release
            self.message_user(request, text, messages.ERROR)
        return redirect("admin:agenda_release_make", release.meeting_id)

    @admin.display(description=gettext_lazy("release"))
    def release(self, release: Release) -> str:
        return str(release)

    @admin.display(description=gettext_lazy("shown from"), ordering="at")
    def shown(self, release: Release) -> str:
        return in_zone(release.at, release.meeting)

    @admin.display(description=gettext_lazy("state"))
    def state(self, release: Release) -> SafeString:
        if release.is_planned:
            return tag("wait", _("Planned"))
        if release.is_final:
            return tag("good", _("Final"))
        return tag("plain", _("Provisional"))

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, release: Release) -> int | str:
        if release.number == 1:
            return _("the first")
        if not hasattr(release, "change_count"):
            release.change_count = _count([release])[release.pk]
        return release.change_count

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        current = Release.objects.current(meeting)
        url = reverse("admin:agenda_release_make", args=[meeting.pk])
        count = len(news_of_draft(meeting, current, Snapshot.of(meeting)))
        text = ngettext(
            "change of the agenda is not released",
            "changes of the agenda are not released",
            count,
        )
        yield {"count": count, "text": text, "url": url}


def _count(releases: Iterable[Release]) -> dict[int, int]:
    """How many differences each brought; worked out once, since it stays as it is."""
    keys = {
        each.pk: f"release-changes-{each.pk}-{each.made_at.timestamp()}"
        for each in releases
    }
    known = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in known]
    rows = Release.objects.filter(pk__in=missing).select_related("meeting")
    found = {
        keys[release.pk]: len(differences) for release, differences in brought_by(rows)
    }
    cache.set_many(found, None)
    known |= found
    return {pk: known[key] for pk, key in keys.items()}
