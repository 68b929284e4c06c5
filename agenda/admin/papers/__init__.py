"""The papers desk in the admin: who is asked for what, what has come, what is posted."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agenda.admin.papers.asking import AskingPages
from agenda.admin.papers.desk import DeskPages
from agenda.admin.papers.one import OnePages
from agenda.admin.papers.works import WorkPages
from agenda.models import Contributor, Request
from meeting.models import Meeting


@admin.register(Contributor)
class PapersDesk(DeskPages, AskingPages, WorkPages, OnePages, admin.ModelAdmin):
    """Contributors are worked on here, and added by asking them for something."""

    section = "programme"
    name = _("Papers desk")

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str) -> URLPattern:
            view = self.admin_site.admin_view(view)
            return path(address, view, name=f"agenda_{name}")

        request = "request/<int:pk>/"
        return [
            page("", self.at_work, "contributor_changelist"),
            page("desk/<int:pk>/", self.desk, "papers"),
            page("desk/<int:pk>/many/", self.many, "papers_many"),
            page("desk/<int:pk>/ask/", self.ask, "papers_ask"),
            page("work/<int:pk>/", self.work, "papers_work"),
            page("work/<int:pk>/go-on/", self.go_on, "papers_work_go_on"),
            page("<int:pk>/change/", self.one, "contributor_change"),
            page("<int:pk>/link/", self.link, "contributor_link"),
            page(f"{request}decide/", self.decide, "request_decide"),
            page(f"{request}deadline/", self.deadline, "request_deadline"),
            page(f"{request}withdraw/", self.withdraw, "request_withdraw"),
        ]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Who sees it among the lists; nothing is added there."""
        return {"view": self.has_view_permission(request)}

    def has_view_permission(
        self, request: HttpRequest, obj: Contributor | None = None
    ) -> bool:
        return request.user.has_perm("agenda.view_request")

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        asked = Request.objects.filter(contributor__meeting=meeting)
        url = reverse("admin:agenda_papers", args=[meeting.pk])
        received = asked.with_latest().filter(latest_state="received").count()
        if received:
            yield {
                "count": received,
                "text": ngettext(
                    "paper, text or photo is to be looked at",
                    "papers, texts and photos are to be looked at",
                    received,
                ),
                "url": f"{url}?show=received",
            }
        if late := asked.late().count():
            yield {
                "count": late,
                "text": ngettext(
                    "paper, text or photo is late",
                    "papers, texts and photos are late",
                    late,
                ),
                "url": f"{url}?show=late",
            }
