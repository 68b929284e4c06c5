"""The words of each kind of mail of a meeting: listed, changed, looked at and tried."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from meeting.admin.base import ReadOnly
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting
from registration.admin import text_editor
from registration.admin.pages import OwnPages
from registration.admin.text_editor import TextsForm
from registration.mails.kinds import KINDS
from registration.mails.wording import KindWording, languages
from registration.models import MailText

NAME = "registration_mailtext"
EDIT = f"admin:{NAME}_edit"


@admin.register(MailText)
class MailTextAdmin(OwnPages, ReadOnly, admin.ModelAdmin):
    section = "mail"
    name = _("Texts of mails")

    def has_change_permission(
        self, request: HttpRequest, obj: MailText | None = None
    ) -> bool:
        return request.user.has_perm("registration.change_mailtext")

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str) -> URLPattern:
            view = self.admin_site.admin_view(view)
            of_kind = f"of/<int:meeting>/<slug:kind>/{address}"
            return path(of_kind, view, name=f"{NAME}_{name}")

        return [
            page("", self.edit, "edit"),
            page("preview/", self.preview, "preview"),
            page("test/", self.send_test, "test"),
            page("back/", self.go_back, "back"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Not a list of rows, but every kind of mail of the meeting worked on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        meeting = working_meeting(request)
        return self.show(
            request,
            "mail_texts",
            title=_("Texts of mails"),
            meeting=meeting,
            rows=list(rows_of(meeting)) if meeting else [],
            is_many=len(languages()) > 1,
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A text is changed with those of the other languages, on one page."""
        text = self.get_object(request, object_id)
        if text is None:
            raise Http404
        if not self.has_view_permission(request, text) or request.method == "POST":
            raise PermissionDenied
        if not text.kind:
            return redirect("admin:registration_mailing_change", text.mailing_id)
        return redirect(EDIT, text.meeting_id, text.kind)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def edit(self, request: HttpRequest, meeting: int, kind: str) -> HttpResponse:
        wording = self._wording(request, meeting, kind)
        is_sent = request.method == "POST"
        may_change = self.has_change_permission(request)
        if is_sent and not may_change:
            raise PermissionDenied
        data = request.POST if is_sent else None
        form = TextsForm(data, wording=wording, may_change=may_change)
        if is_sent and form.is_valid() and form.save():
            self.message_user(request, _said(wording), messages.SUCCESS)
            return redirect(EDIT, meeting, kind)
        return self.show(
            request,
            "mail_text",
            title=wording.kind.label,
            form=form,
            wording=wording,
            preview_url=reverse(f"admin:{NAME}_preview", args=[meeting, kind]),
            test_url=reverse(f"admin:{NAME}_test", args=[meeting, kind]),
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview(self, request: HttpRequest, meeting: int, kind: str) -> HttpResponse:
        return text_editor.preview(request, self._wording(request, meeting, kind))

    @method_decorator(require_POST)
    def send_test(self, request: HttpRequest, meeting: int, kind: str) -> HttpResponse:
        wording = self._wording(request, meeting, kind)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return text_editor.send_test(request, wording)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def go_back(self, request: HttpRequest, meeting: int, kind: str) -> HttpResponse:
        """Ask, and then take back what the secretariat wrote."""
        wording = self._wording(request, meeting, kind)
        if not self.has_change_permission(request):
            raise PermissionDenied
        is_sure = request.method == "POST"
        if is_sure and wording.go_back(request.POST.get("version", "")):
            text = _("“%s” goes out with the standard text again.") % wording.kind.label
            self.message_user(request, text, messages.SUCCESS)
            return redirect(EDIT, meeting, kind)
        return self.show(
            request,
            "mail_text_back",
            title=_("Back to the standard text?"),
            wording=wording,
            is_overtaken=is_sure,
        )

    def _wording(self, request: HttpRequest, meeting: int, kind: str) -> KindWording:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        found = get_object_or_404(Meeting, pk=meeting)
        work_on(request, found)
        return KindWording(found, KINDS[kind])


def rows_of(meeting: Meeting) -> Any:
    """Every kind of mail, with what the secretariat wrote of it."""
    texts = list(MailText.objects.filter(meeting=meeting, mailing=None))
    for kind in KINDS.values():
        own = [text for text in texts if text.kind == kind.name]
        yield {
            "kind": kind,
            "languages": [text.get_language_display() for text in own],
            "changed": max((text.updated_at for text in own), default=None),
        }


def _said(wording: KindWording) -> str:
    if wording.stored:
        return _("Saved. From now on “%s” goes out like this.") % wording.kind.label
    return _("“%s” goes out with the standard text.") % wording.kind.label
