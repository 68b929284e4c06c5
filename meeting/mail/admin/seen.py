"""One mail as staff see it, as it was sent; and what they can have done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from meeting.mail.links import unfolded, without_links
from meeting.mail.models import Message
from meeting.mail.parts import email_of
from meeting.mail.words import kind_in_words, moment, state_tag, what_became

State = Message.State
CHANGE = "admin:mail_message_change"
# Nothing in a mail runs, loads or leads anywhere; it may only look as it was written.
SEALED = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}


@dataclass(frozen=True)
class Seen:
    """A mail as a line of a list."""

    message: Message
    kind: str
    tag: SafeString
    words: list[str]

    @classmethod
    def of(cls, message: Message) -> "Seen":
        kind, tag = kind_in_words(message), state_tag(message)
        return cls(message, kind, tag, list(what_became(message)))


@dataclass(frozen=True)
class Offer:
    """What can be done with it: a button, which names the address."""

    action: str
    to: str
    label: str


def mails_about(request: HttpRequest, about: models.Model) -> dict[str, Any]:
    """What a page about a person needs to show all mails to them: one query."""
    if not request.user.has_perm("mail.view_message"):
        return {}
    mails = [Seen.of(message) for message in about.messages.all()]
    return {"mails": mails, "lost_mail": lost_among(mails)}


def lost_among(mails: list[Seen]) -> Seen | None:
    """The newest that is `lost`, as the outbox means it, of mails newest first."""
    sent_later = set()
    for mail in mails:
        message = mail.message
        same = (message.kind, message.subject)
        if message.state == State.SENT:
            sent_later.add(same)
        elif message.state in (State.FAILED, State.BOUNCED) and same not in sent_later:
            return mail
    return None


def may_see_links(request: HttpRequest, kind: ContentType) -> bool:
    """Whoever has a private link can act for its person: so only who may do so anyway."""
    return request.user.has_perm(f"{kind.app_label}.change_{kind.model}")


def headers_of(message: Message) -> list[tuple[str, str]]:
    """As they went out, without those that only say how the parts are packed."""
    sent_at = message.sent_at and moment(message.sent_at)
    headers = email_of(message).message().items()
    return [
        (name, str(sent_at or "–") if name == "Date" else str(value))
        for name, value in headers
        if name != "MIME-Version" and not name.startswith("Content-")
    ]


def offers(message: Message) -> Iterator[Offer]:
    """The best first."""
    if message.about is None:
        return
    present = message.present_address
    has_moved = present.casefold() != message.to.casefold()
    match message.state:
        case State.QUEUED if settings.EMAIL_URL and not has_moved:
            yield Offer("now", message.to, _("Try now"))
        case State.QUEUED if settings.EMAIL_URL:
            yield Offer("now", present, _("Send to %s instead, now") % present)
            yield Offer("now", message.to, _("Try %s now") % message.to)
        case State.FAILED if has_moved:
            yield Offer("again", present, _("Send to %s") % present)
            yield Offer("now", message.to, _("Try %s now") % message.to)
        case State.FAILED:
            yield Offer("now", message.to, _("Try now"))
        case State.SENT | State.BOUNCED:
            yield Offer("again", present, _("Send again to %s") % present)
            if has_moved:
                label = _("Send again to the former address, %s") % message.to
                yield Offer("again", message.to, label)


class SeenPages:
    """Pages below one message."""

    def get_urls(self) -> list[URLPattern]:
        pages = {"html": self.html, "again": self.again, "now": self.now}
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"mail_message_{name}",
            )
            for name, view in pages.items()
        ]
        return own + super().get_urls()

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Message | None:
        """On the clock of the meeting that it is about."""
        message = super().get_object(request, object_id, from_field)
        if meeting := getattr(getattr(message, "about", None), "meeting", None):
            timezone.activate(meeting.zone)
        return message

    def change_view(
        self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        if message is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        is_looking = request.method in ("GET", "HEAD")
        if not (is_looking and self.has_view_permission(request, message)):
            raise PermissionDenied
        is_open = may_see_links(request, message.content_type)
        may_send = self.has_send_permission(request)
        return self._show(
            request,
            "seen",
            message,
            headers=_hiding(is_open, headers_of(message)),
            text=message.text if is_open else without_links(message.text),
            calendar=_calendar(message, is_open),
            is_open=is_open,
            offers=list(offers(message)) if may_send else [],
            has_moved=message.present_address.casefold() != message.to.casefold(),
            about_url=about_url(request, message),
        )

    @method_decorator(
        [require_safe, never_cache, xframe_options_sameorigin, csp_replace(SEALED)]
    )
    def html(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail's HTML, for a frame: the policy keeps it from doing anything."""
        message = self._message(request, pk)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        is_open = may_see_links(request, message.content_type)
        return HttpResponse(message.html if is_open else without_links(message.html))

    @method_decorator(require_POST)
    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Owe it anew; where it was sent within the hour, ask first."""
        message = self._to_send(request, pk)
        to = self._address(request, message, "again")
        if to is None:
            return redirect(CHANGE, pk)
        lately = message.written_lately(to)
        if lately and "sure" not in request.POST:
            return self._show(request, "again", message, to=to, lately=Seen.of(lately))
        try:
            new = message.resend(to)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(CHANGE, pk)
        text = _("It will be sent again, to %s. This is the new mail.") % to
        self.message_user(request, text, messages.SUCCESS)
        return redirect(CHANGE, new.pk)

    @method_decorator(require_POST)
    def now(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have a mail that waits, or failed, tried at once."""
        message = self._to_send(request, pk)
        to = self._address(request, message, "now")
        if to is not None:
            if message.try_now(to):
                text = _("It is tried now. Look again in a moment.")
                self.message_user(request, text, messages.SUCCESS)
            else:
                self._say_it_changed(request)
        return redirect(CHANGE, pk)

    def _message(self, request: HttpRequest, pk: int) -> Message:
        message = self.get_object(request, str(pk))
        if message is None:
            raise Http404
        return message

    def _to_send(self, request: HttpRequest, pk: int) -> Message:
        if not self.has_send_permission(request):
            raise PermissionDenied
        return self._message(request, pk)

    def _address(
        self, request: HttpRequest, message: Message, action: str
    ) -> str | None:
        """The address on the button, if that button would still be there."""
        offered = {(offer.action, offer.to): offer for offer in offers(message)}
        if offer := offered.get((action, request.POST.get("to", ""))):
            return offer.to
        self._say_it_changed(request)
        return None

    def _say_it_changed(self, request: HttpRequest) -> None:
        text = _("Something has changed meanwhile, and nothing was sent. Look again.")
        self.message_user(request, text, messages.WARNING)

    def _show(
        self, request: HttpRequest, name: str, message: Message, **context: Any
    ) -> TemplateResponse:
        around = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": message.subject,
            "message": message,
            "seen": Seen.of(message),
        }
        return TemplateResponse(
            request, f"admin/mail/message/{name}.html", around | context
        )


def about_url(request: HttpRequest, message: Message) -> str:
    """The admin's page of what it is about; empty where there is none for this reader."""
    kind = message.content_type
    may_look = request.user.has_perm(f"{kind.app_label}.view_{kind.model}")
    if message.about is None or not may_look:
        return ""
    try:
        name = f"admin:{kind.app_label}_{kind.model}_change"
        return reverse(name, args=[message.object_id])
    except NoReverseMatch:
        return ""


def _hiding(is_open: bool, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if is_open:
        return headers
    return [(name, without_links(value)) for name, value in headers]


def _calendar(message: Message, is_open: bool) -> str:
    calendar = unfolded(message.calendar)
    return calendar if is_open else without_links(calendar)
