"""The operator's page: whether mail goes out, a test of it, and the domain's records."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meeting.mail.admin.facts import LEVELS, lines
from meeting.mail.admin.seen import Seen
from meeting.mail.banner import late_in_words, silence_in_words
from meeting.mail.bounces.mailbox import check_mailbox
from meeting.mail.cleaning import validate_address
from meeting.mail.models import Message
from meeting.mail.records import Found, are_labels, look, return_domain, sender_domain
from meeting.mail.signs import Signs
from meeting.mail.testing import send_test, tests_by, too_many
from meeting.mail.words import tag
from meeting.words import number_in

PAGE = "admin:mail_message_going"
# So long a page looks again by itself for what became of a test.
WATCHED = timedelta(minutes=2)
RECORD_TAGS = LEVELS | {"bad": _("Put this right")}


class TestForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Best one of yours elsewhere, so that it leaves your own house."),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "size": 40}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        if sentence := too_many(self.user):
            raise ValidationError(sentence, code="too_many")
        return super().clean()


class LookForm(forms.Form):
    selector = forms.CharField(
        label=_("DKIM selector"),
        help_text=_(
            "What stands as s=… in the DKIM-Signature of a mail that has arrived."
            " Without it, all but DKIM is looked up."
        ),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "size": 24}
        ),
    )

    def clean_selector(self) -> str:
        selector = self.cleaned_data["selector"]
        if selector and not are_labels(selector):
            text = _("A selector has letters, digits, hyphens and dots only.")
            raise ValidationError(text, code="selector")
        return selector


class GoingPage:
    @property
    def pages(self) -> list[dict[str, Any]]:
        """For the admin's list of what there is."""
        page = {"name": _("How mail goes"), "object_name": "MailGoes"}
        return [page | {"admin_url": reverse(PAGE), "pages": []}]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.going)
        return [path("going/", view, name="mail_message_going"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def going(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._show_going(request)
        if not self.has_send_permission(request):
            raise PermissionDenied
        acts = {"look": self._look, "mailbox": self._try_mailbox}
        act = next((acts[name] for name in acts if name in request.POST), self._test)
        return act(request)

    def _test(self, request: HttpRequest) -> HttpResponse:
        form = TestForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._show_going(request, test_form=form)
        message = send_test(request.user, form.cleaned_data["address"])
        # No fragment: without JavaScript the browser would not load the page anew.
        return redirect(f"{reverse(PAGE)}?test={message.pk}")

    def _look(self, request: HttpRequest) -> HttpResponse:
        form, domain = LookForm(request.POST), sender_domain()
        found = []
        if form.is_valid() and domain:
            found = [
                (_record_tag(each), each)
                for each in look(domain, return_domain(), form.cleaned_data["selector"])
            ]
        return self._show_going(
            request, look_form=form, found=found, looked_at=timezone.now()
        )

    def _try_mailbox(self, request: HttpRequest) -> HttpResponse:
        said = check_mailbox()
        level, words = ("good", _("It lets us in.")) if said == "ok" else ("bad", said)
        mailbox = (tag(level, str(LEVELS[level])), words)
        return self._show_going(request, mailbox=mailbox)

    def _show_going(self, request: HttpRequest, **context: Any) -> TemplateResponse:
        signs, test = Signs.read(), self._asked_for(request)
        facts = list(lines(signs))
        around = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("How mail goes"),
            "said": [*filter(None, [late_in_words(signs), silence_in_words(signs)])],
            "lines": facts,
            "is_well": not any(line.level in ("bad", "off") for line in facts),
            "may_send": self.has_send_permission(request),
            "test": test and Seen.of(test),
            "is_watched": test and _is_watched(test),
            "test_form": TestForm(
                initial={"address": request.user.email}, user=request.user
            ),
            "look_form": LookForm(),
            "domain": sender_domain(),
            "back": return_domain(),
            "has_mailbox": bool(settings.BOUNCES_MAILBOX),
            # The page says all of it itself.
            "mail_banner": None,
        }
        return TemplateResponse(request, "admin/mail/going.html", around | context)

    def _asked_for(self, request: HttpRequest) -> Message | None:
        pk = number_in(request.GET.get("test"))
        return tests_by(request.user).filter(pk=pk).first() if pk else None


def _is_watched(test: Message) -> bool:
    is_on_its_way = test.state in (Message.State.QUEUED, Message.State.SENDING)
    return is_on_its_way and timezone.now() - test.created_at < WATCHED


def _record_tag(found: Found) -> SafeString:
    return tag(found.level, str(RECORD_TAGS[found.level]))
