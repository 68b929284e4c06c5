"""Who may be registered twice: found, looked at side by side, merged or told apart."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from meeting.admin.base import page_of
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting
from meeting.words import number_in
from registration import doubles
from registration.admin.pages import OwnPages
from registration.comparing import Comparison
from registration.models import FormerLink, NotDouble, Registration

NAME = "registration_registration_double"
PAGE = f"admin:{NAME}"
PAIRS_A_PAGE = 50
REFERENCE = re.compile(r"[0-9A-Za-z]{5}-[0-9A-Za-z]{5}")


class Doubles(OwnPages):
    """The pages of a ModelAdmin of registrations on which doubles are decided on."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("doubles/", view(self.doubles), name=f"{NAME}s"),
            path("doubles/<int:one>/<int:other>/", view(self.double), name=NAME),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def doubles(self, request: HttpRequest) -> HttpResponse:
        """All of the meeting's that look alike, in pairs."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        meeting = self._meeting_of_doubles(request)
        found = doubles.find(meeting) if meeting else {}
        page = page_of(request, list(found.items()), PAIRS_A_PAGE)
        return self.show(
            request,
            "doubles",
            title=_("Possible doubles"),
            meeting=meeting,
            page=page,
            pairs=doubles.with_people(page.object_list),
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def double(self, request: HttpRequest, one: int, other: int) -> HttpResponse:
        """Two side by side, and what is decided of them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        pair = Registration.objects.select_related("meeting", "category")
        # Not in_bulk(): no database takes every number that an address can name.
        pair = {each.pk: each for each in pair.filter(Q(pk=one) | Q(pk=other))}
        if request.method == "POST" and self._is_merged(one, other, pair):
            return redirect("admin:registration_registration_change", one)
        if len(pair) < 2 or pair[one].meeting_id != pair[other].meeting_id:
            raise Http404
        work_on(request, pair[one].meeting)
        comparison = Comparison(pair[one], pair[other])
        match request.POST.get("decision"):
            case "two":
                return self._tell_apart(request, comparison)
            case "merge":
                comparison.choose(request.POST)
                return self._merge(request, comparison)
        title = _("Are these one person?")
        return self.show(request, "double", title=title, comparison=comparison)

    def _is_merged(self, one: int, other: int, found: dict) -> bool:
        """Whether somebody, perhaps by a second click, has merged them already."""
        merged = FormerLink.objects.filter(former=other, registration=one)
        return other not in found and merged.exists()

    def _tell_apart(self, request: HttpRequest, comparison: Comparison) -> HttpResponse:
        NotDouble.note(comparison.one.pk, [comparison.other.pk])
        text = _(
            "%(one)s and %(other)s are two people. They are not asked about again."
        )
        names = {"one": comparison.one, "other": comparison.other}
        self.message_user(request, text % names, messages.SUCCESS)
        return redirect(f"{PAGE}s")

    def _merge(self, request: HttpRequest, comparison: Comparison) -> HttpResponse:
        former = comparison.other.reference
        try:
            comparison.merge()
        except Registration.DoesNotExist as error:
            raise Http404 from error
        text = _("%(other)s is part of %(one)s now, with all that belongs to it.")
        names = {"one": comparison.one, "other": former}
        self.message_user(request, text % names, messages.SUCCESS)
        return redirect("admin:registration_registration_change", comparison.one.pk)

    def _meeting_of_doubles(self, request: HttpRequest) -> Meeting | None:
        pk = number_in(request.GET.get("meeting"))
        if pk and (meeting := Meeting.objects.filter(pk=pk).first()):
            work_on(request, meeting)
        return working_meeting(request)

    # Where other pages lead here.

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[Registration],
        search_term: str,
    ) -> tuple[QuerySet[Registration], bool]:
        """Found by a reference, too, that it had before it was merged."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if REFERENCE.fullmatch(search_term.strip()):
            # As text: SQLite cannot look into a list.
            former = Cast("former_references", TextField())
            merged = queryset.alias(former=former).filter(
                former__icontains=search_term.strip()
            )
            found = found | merged
        return found, may_repeat

    def doubles_of(
        self, request: HttpRequest, registration: Registration
    ) -> list[dict[str, Any]]:
        """Who looks like this one, for its own page."""
        if not self.has_change_permission(request, registration):
            return []
        return [
            {"registration": other, "why": why, "pair": doubles.better_first(*pair)}
            for other, why in doubles.like(registration)
            if (pair := (registration, other))
        ]
