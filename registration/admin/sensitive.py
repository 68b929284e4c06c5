"""Answers on the staff's page: sensitive ones masked, and shown once to who may."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from registration.admin.pages import OwnPages
from registration.answers import in_words, is_sensitive
from registration.files import as_attachment, says_broken
from registration.history import record_readings
from registration.models import Answer, Registration
from registration.sealing import SealBrokenError

PREFIX = "registration_registration_answer"


class SensitiveAnswers(OwnPages):
    """Two pages of a registration's answers; to be mixed into its admin.

    `admin/registration/registration/_answer.html` has the ways to them.
    """

    def has_sensitive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.view_sensitive")

    def get_urls(self) -> list[URLPattern]:
        views = {"show": self.show_answer, "file": self.answer_file}
        own = [
            path(
                f"<int:pk>/answers/<int:answer>/{name}/",
                self.admin_site.admin_view(view),
                name=f"{PREFIX}_{name}",
            )
            for name, view in views.items()
        ]
        return own + super().get_urls()

    @method_decorator(require_POST)
    def show_answer(self, request: HttpRequest, pk: int, answer: int) -> HttpResponse:
        """A sensitive answer, this once; that it was read is noted first."""
        registration, found = self._find(request, pk, answer)
        self._note_reading(request, registration, found)
        return self.show(
            request,
            "registration/answer",
            title=found.question,
            registration=registration,
            text=in_words(found.question, found, is_open=True),
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def answer_file(self, request: HttpRequest, pk: int, answer: int) -> HttpResponse:
        """The file that somebody sent; a sensitive one is asked for by a button."""
        registration, found = self._find(request, pk, answer)
        if is_sensitive(found.question, found):
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            self._note_reading(request, registration, found)
        try:
            return as_attachment(found)
        except SealBrokenError:
            self.message_user(request, says_broken(found), messages.ERROR)
            return redirect("admin:registration_registration_change", pk)

    def _find(
        self, request: HttpRequest, pk: int, answer: int
    ) -> tuple[Registration, Answer]:
        registration = self.get_object(request, str(pk))
        if registration is None:
            raise Http404
        if not self.has_view_permission(request, registration):
            raise PermissionDenied
        answers = registration.answers.select_related("question__meeting")
        found = answers.filter(pk=answer).first()
        if found is None:
            raise Http404
        may_read = self.has_sensitive_permission(request)
        if is_sensitive(found.question, found) and not may_read:
            raise PermissionDenied
        return registration, found

    def _note_reading(
        self, request: HttpRequest, registration: Registration, answer: Answer
    ) -> None:
        record_readings(request.user, [(registration, [answer.question])])
