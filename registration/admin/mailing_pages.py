"""The page of a mail to many: whom it reaches and when, how far it is, who has it."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from agenda.models import Speaker
from meeting.admin.base import page_of, tag
from meeting.admin_site import work_on
from meeting.mail.admin import state_tag as message_tag
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.words import number_in
from registration.admin import text_editor
from registration.admin.pages import OwnPages
from registration.admin.text_editor import POLICY, for_frame
from registration.mailings import drafting, sending, words
from registration.mailings.choosing import chosen
from registration.mailings.previewing import examples, written_to
from registration.mailings.progress import note_progress
from registration.mailings.reaching import Reach, people_of, reach_of
from registration.mailings.wording import MailingWording
from registration.models import Mailing

# The prefix of its words among the fields of the form.
TEXT = "text"
State = Mailing.State
PAGE = "admin:registration_mailing_page"
COLOURS = {
    State.DRAFT: "open",
    State.ACTIVE: "wait",
    State.STOPPED: "bad",
    State.DONE: "good",
    State.DROPPED: "bad",
}
LISTS = {
    "to_write": gettext_lazy("Who gets it now"),
    "sent": gettext_lazy("To whom it went out"),
    "waiting": gettext_lazy("For whom it waits to be sent"),
    "failed": gettext_lazy("To whom it could not be sent"),
    "bounced": gettext_lazy("From whom it came back"),
    "stopped": gettext_lazy("For whom it is stopped"),
    "not_got": gettext_lazy("Who has not got it"),
    "no_news": gettext_lazy("Who has asked for no news"),
    "too_late": gettext_lazy("Who registered after its time"),
}


class MailingPages(OwnPages):
    """Pages of a ModelAdmin of mails to many, each below its number."""

    def own_urls(self) -> list[URLPattern]:
        pages: dict[str, Callable[..., HttpResponse]] = {
            "": self.page,
            "begin/": self.begin,
            "stop/": self.stop,
            "copy/": self.copy,
            "rest/": self.copy_to_rest,
            "as/<int:person>/": self.as_it_arrives,
        }
        own = [
            path(
                f"<int:pk>/{end}",
                self.admin_site.admin_view(view),
                name=f"registration_mailing_{end.partition('/')[0] or 'page'}",
            )
            for end, view in pages.items()
        ]
        tried = {"preview": self.preview, "test": self.send_test}
        return own + [
            path(
                f"of/<int:meeting>/{name}/",
                self.admin_site.admin_view(view),
                name=f"registration_mailing_{name}",
            )
            for name, view in tried.items()
        ]

    @method_decorator(require_safe)
    def page(self, request: HttpRequest, pk: int) -> HttpResponse:
        mailing = self._mailing(request, pk)
        note_progress([mailing])
        reach = reach_of(mailing)
        who = request.GET.get("who", "")
        if who not in LISTS:
            who = _who(mailing, reach)
        may_see = self._may_see(request, mailing)
        page = page_of(request, people_of(mailing, who)) if may_see else None
        return self.show(
            request,
            "mailing/page",
            title=mailing.name,
            subtitle=mailing.meeting,
            mailing=mailing,
            state=state_tag(mailing),
            whom=words.whom(mailing),
            when=words.when(mailing),
            due=words.due_in_words(mailing) if mailing.due_at else "",
            is_past=mailing.due_at is not None and mailing.due_at <= timezone.now(),
            reach=reach,
            is_running=_is_running(mailing, reach),
            may_change=(may_change := self.has_change_permission(request)),
            may_add=self.has_add_permission(request),
            may_delete=self.has_delete_permission(request, mailing),
            has_text=(has_text := mailing.has_text),
            asks=_asks(mailing, reach) if may_change else "",
            can_begin=has_text and not mailing.is_over,
            can_stop=_can_stop(mailing),
            previews=examples(mailing) if has_text and may_see else [],
            may_see=may_see,
            who=who,
            list_title=LISTS[who],
            page=page,
            rows=_rows(mailing, page) if page else [],
            anchor=f"&who={who}#people",
        )

    @method_decorator(require_POST)
    def begin(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let it go out, or go on, to those who were shown; else show who they are now."""
        mailing = self._mailing_to_change(request, pk)
        if not mailing.has_text or mailing.is_over:
            return redirect(PAGE, pk)
        if reach_of(mailing).digest != request.POST.get("digest"):
            text = _("The list has changed meanwhile. Look at it again.")
            self.message_user(request, text, messages.WARNING)
            return redirect(PAGE, pk)
        if mailing.state == State.DRAFT:
            sending.begin(mailing)
        elif mailing.can_be_resumed:
            sending.resume(mailing)
        return redirect(PAGE, pk)

    @method_decorator(require_POST)
    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        mailing = self._mailing_to_change(request, pk)
        if mailing.stop():
            text = _("Stopped. Nobody else gets it unless you let it go on.")
            self.message_user(request, text, messages.SUCCESS)
        return redirect(PAGE, pk)

    @method_decorator(require_POST)
    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._copied(request, pk, drafting.copy)

    @method_decorator(require_POST)
    def copy_to_rest(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._copied(request, pk, drafting.copy_to_rest)

    def _copied(
        self, request: HttpRequest, pk: int, copy: Callable[..., Mailing]
    ) -> HttpResponse:
        mailing = self._mailing(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        draft = copy(mailing, request.user)
        text = _("This is a new draft. Nothing of it is sent yet.")
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:registration_mailing_change", draft.pk)

    # How it arrives.

    @method_decorator(csp(POLICY))
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(require_safe)
    def as_it_arrives(self, request: HttpRequest, pk: int, person: int) -> HttpResponse:
        """What is stored of it, as this person would get it; stands in a frame."""
        mailing = self._mailing(request, pk)
        found = get_object_or_404(chosen(mailing), pk=person)
        if not (mailing.has_text and self._may_see(request, mailing)):
            raise PermissionDenied
        found.meeting = mailing.meeting
        written, language = written_to(mailing, found)
        context = {
            "draft": {"written": written, "html": for_frame(written.html)},
            "language": get_language_info(language),
            "whom": found.name,
        }
        return render(request, "admin/registration/mail_preview.html", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview(self, request: HttpRequest, meeting: int) -> HttpResponse:
        """What is typed in the form, saved or not."""
        return text_editor.preview(request, self._wording(request, meeting), TEXT)

    @method_decorator(require_POST)
    def send_test(self, request: HttpRequest, meeting: int) -> HttpResponse:
        wording = self._wording(request, meeting)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return text_editor.send_test(request, wording, TEXT)

    def _wording(self, request: HttpRequest, meeting: int) -> MailingWording:
        """Of what is typed; of a stored one where the address names it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(Meeting, pk=meeting)
        work_on(request, found)
        pk = number_in(request.GET.get("mailing"))
        stored = found.mailings.filter(pk=pk) if pk else []
        mailing = next(iter(stored), None) or Mailing(meeting=found)
        if request.method == "POST":
            is_to_speakers = request.POST.get("to") == Mailing.To.SPEAKERS
            to = Mailing.To.SPEAKERS if is_to_speakers else Mailing.To.REGISTERED
            mailing.to, mailing.is_news = to, "is_news" in request.POST
        return MailingWording(mailing)

    def _may_see(self, request: HttpRequest, mailing: Mailing) -> bool:
        if mailing.to == Mailing.To.SPEAKERS:
            return request.user.has_perm("agenda.view_speaker")
        return request.user.has_perm("registration.view_registration")

    # What these have in common.

    def _mailing(self, request: HttpRequest, pk: int) -> Mailing:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Mailing.objects.select_related("meeting", "created_by")
        mailing = get_object_or_404(found, pk=pk)
        work_on(request, mailing.meeting)
        timezone.activate(mailing.meeting.zone)
        return mailing

    def _mailing_to_change(self, request: HttpRequest, pk: int) -> Mailing:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._mailing(request, pk)


def _who(mailing: Mailing, reach: Reach) -> str:
    """Of whom there is most to say: who is still to get it, else who did."""
    if reach.count or not mailing.is_begun:
        return "to_write"
    is_waiting = mailing.progress.waiting and not mailing.progress.sent
    return "waiting" if is_waiting else "sent"


def _asks(mailing: Mailing, reach: Reach) -> str:
    """What the button says that lets it go out; empty where there is nothing to let."""
    if mailing.state != State.DRAFT and not mailing.can_be_resumed:
        return ""
    due = mailing.due_at
    if due and due > timezone.now():
        return _("Let it go out at %s") % words.short(mailing)
    if due is None and mailing.is_rule:
        return _("Let it go out when its day comes")
    count = reach.count + mailing.progress.stopped
    if not count:
        waits = mailing.includes_latecomers or mailing.is_begun
        return _("Let it go out to those who come later") if waits else ""
    return ngettext("Send to %d person now", "Send to %d people now", count) % count


def _can_stop(mailing: Mailing) -> bool:
    """Whether anything of it is still to leave."""
    is_leaving = mailing.state == State.DONE and mailing.progress.waiting
    return mailing.state == State.ACTIVE or bool(is_leaving)


def _is_running(mailing: Mailing, reach: Reach) -> bool:
    """Whether the page will soon have something else to say."""
    if mailing.state not in (State.ACTIVE, State.DONE):
        return False
    is_written = not (mailing.is_due and reach.count and mailing.meeting.is_published)
    goes_out = bool(settings.EMAIL_URL and mailing.progress.waiting)
    return goes_out or not is_written


def _rows(
    mailing: Mailing, people: Any
) -> list[tuple[Model, Message | None, SafeString | str]]:
    """Each person with the message of it, if one was written."""
    people = list(people)
    model = Speaker if mailing.to == Mailing.To.SPEAKERS else None
    kind = ContentType.objects.get_for_model(
        model or mailing.meeting.registrations.model
    )
    written = mailing.messages.filter(
        content_type=kind, object_id__in=[person.pk for person in people]
    )
    messages_of = {message.object_id: message for message in written}
    rows = []
    for person in people:
        message = messages_of.get(person.pk)
        rows.append((person, message, message_tag(message) if message else ""))
    return rows


def state_tag(mailing: Mailing) -> SafeString:
    if mailing.state == State.DONE and mailing.progress.waiting:
        # All are written; the staff wait for what arrives.
        return tag(COLOURS[State.ACTIVE], _("going out"))
    return tag(COLOURS[mailing.state], mailing.get_state_display())
