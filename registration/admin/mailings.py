"""Mails to many: their list, and the form in which they are written."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.admin.base import MeetingFilter, OfOneMeeting, PlenaryModelAdmin
from meeting.admin_site import working_meeting
from meeting.models import Meeting
from registration.admin.mailing_form import MailingForm
from registration.admin.mailing_pages import PAGE, TEXT, MailingPages, state_tag
from registration.admin.text_editor import TextsForm
from registration.mailings import words
from registration.mailings.drafting import revise
from registration.mailings.progress import note_progress
from registration.mailings.wording import MailingWording
from registration.models import Mailing, MailText

State = Mailing.State


class MailingList(ChangeList):
    """Each leads to its own page; read with its counts in a fixed number of queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        note_progress(self.result_list)
        names = words.Names(self.result_list)
        for mailing in self.result_list:
            mailing.whom = "; ".join(words.whom(mailing, names))

    def url_for_result(self, result: Mailing) -> str:
        return reverse(PAGE, args=[result.pk])


@admin.register(Mailing)
class MailingAdmin(MailingPages, OfOneMeeting, PlenaryModelAdmin):
    section = "mail"
    list_display = [
        "name",
        "to_whom",
        "when_sent",
        "state_tag",
        "sent",
        "waiting",
        "failed",
    ]
    list_filter = [MeetingFilter, "state", "to"]
    list_select_related = ["meeting"]
    search_fields = ["name"]
    list_per_page = 50
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MailingList

    def has_delete_permission(
        self, request: HttpRequest, obj: Mailing | None = None
    ) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.can_be_deleted)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """Its words go with it; by themselves nobody may delete them."""
        named, counts, lacking, protected = super().get_deleted_objects(objs, request)
        lacking.discard(MailText._meta.verbose_name)
        return named, counts, lacking, protected

    @admin.display(description=_("to"))
    def to_whom(self, mailing: Mailing) -> str:
        return mailing.whom

    @admin.display(description=_("when"), ordering="send_at")
    def when_sent(self, mailing: Mailing) -> str:
        return words.when(mailing)

    @admin.display(description=_("state"), ordering="state")
    def state_tag(self, mailing: Mailing) -> SafeString:
        return state_tag(mailing)

    @admin.display(description=_("sent"))
    def sent(self, mailing: Mailing) -> int:
        return mailing.progress.sent

    @admin.display(description=_("waiting"))
    def waiting(self, mailing: Mailing) -> int:
        return mailing.progress.waiting

    @admin.display(description=_("failed"))
    def failed(self, mailing: Mailing) -> int:
        return mailing.progress.failed + mailing.progress.bounced

    # The form.

    def get_urls(self) -> list[URLPattern]:
        return self.own_urls() + super().get_urls()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Its form has words in several languages, and knows what the meeting asks."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return self._edit(request, self._new(request))
        mailing = self.get_object(request, unquote(object_id))
        if mailing is None:
            raise Http404
        if not self.has_change_permission(request, mailing):
            return self._only_shown(request, mailing)
        if not mailing.can_be_changed:
            text = _("It has gone out, and stays as it was. You can copy it.")
            self.message_user(request, text, messages.WARNING)
            return redirect(PAGE, mailing.pk)
        return self._edit(request, mailing)

    def _only_shown(self, request: HttpRequest, mailing: Mailing) -> HttpResponse:
        is_looking = request.method in ("GET", "HEAD")
        if is_looking and self.has_view_permission(request, mailing):
            return redirect(PAGE, mailing.pk)
        raise PermissionDenied

    def _new(self, request: HttpRequest) -> Mailing:
        return Mailing(
            meeting=working_meeting(request),
            people={"status": ["confirmed"]},
            created_by=request.user,
        )

    def _edit(self, request: HttpRequest, mailing: Mailing) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        form = MailingForm(data, instance=mailing)
        is_well = form.is_valid()
        # Which placeholders there are depends on to whom it goes.
        texts = None if mailing.kind else self._texts_form(data, mailing)
        is_well = is_well and (texts is None or texts.is_valid())
        if is_well and self._save(request, form, texts):
            return redirect(PAGE, mailing.pk)
        named = f"?mailing={mailing.pk}" if mailing.pk else ""
        of = [mailing.meeting_id]
        title = _("Change: %s") % mailing.name if mailing.pk else _("Write to many")
        return self.show(
            request,
            "mailing/form",
            title=title,
            subtitle=mailing.meeting,
            mailing=mailing,
            form=form,
            texts=texts,
            is_added=mailing.pk is None,
            preview_url=reverse("admin:registration_mailing_preview", args=of) + named,
            test_url=reverse("admin:registration_mailing_test", args=of) + named,
        )

    def _texts_form(self, data: Any, mailing: Mailing) -> TextsForm:
        return TextsForm(data, wording=MailingWording(mailing), prefix=TEXT)

    @transaction.atomic
    def _save(
        self, request: HttpRequest, form: MailingForm, texts: TextsForm | None
    ) -> bool:
        """False where somebody else has changed its words meanwhile."""
        mailing, waits = form.instance, False
        is_new = mailing.pk is None
        if is_new:
            mailing.save()
        if texts and not texts.save():
            transaction.set_rollback(True)
            return False
        if not is_new:
            waits = revise(mailing, form.changed_columns)
        self._say_what_follows(request, mailing, waits)
        return True

    def _say_what_follows(
        self, request: HttpRequest, mailing: Mailing, waits: bool
    ) -> None:
        if waits:
            text = _(
                "Saved, and stopped: by your change it would go out at once. Look to"
                " whom, and let it go on."
            )
        elif mailing.state == State.STOPPED:
            text = _("Saved. It is still stopped: look at it below, and let it go on.")
        elif mailing.state == State.DRAFT:
            text = _("Saved. Nothing is sent yet: look at it below.")
        else:
            text = _(
                "Saved. Whoever has got it already keeps it as it was, and gets it no"
                " second time."
            )
        level = messages.WARNING if waits else messages.SUCCESS
        self.message_user(request, text, level)

    # What waits for the staff.

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        """Those of which somebody may believe that they have gone out."""
        url = f"{reverse('admin:registration_mailing_changelist')}?meeting={meeting.pk}"
        stopped = _left(meeting)
        dropped = meeting.mailings.filter(state=State.DROPPED).count()
        if stopped:
            text = ngettext(
                "mail to many is stopped, with people left",
                "mails to many are stopped, with people left",
                stopped,
            )
            yield {"count": stopped, "text": text, "url": f"{url}&state__exact=stopped"}
        if dropped and timezone.now() < meeting.ends_at:
            text = ngettext(
                "mail to many did not go out in time",
                "mails to many did not go out in time",
                dropped,
            )
            yield {"count": dropped, "text": text, "url": f"{url}&state__exact=dropped"}


def _left(meeting: Meeting) -> int:
    """How many were stopped before all who were to get it had it."""
    stopped = list(meeting.mailings.filter(state=State.STOPPED))
    note_progress(stopped)
    return sum(each.done_for is None or bool(each.progress.stopped) for each in stopped)
