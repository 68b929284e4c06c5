"""What keeps out forms that no person sent, without keeping out a hall of people.

Machines' addresses and e-mail addresses are counted in the database, for all processes
together, and only as hashes that mean nothing without SECRET_KEY.
"""

import hashlib
import hmac
import math
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from crispy_forms.layout import LayoutObject
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from meeting.machines import client_address, network_of
from registration.models import Attempt

PER_ADDRESS = timedelta(minutes=10)
PER_EMAIL = timedelta(hours=1)


# The form.


class Trap(LayoutObject):
    """A field that people neither see nor reach; what fills in every field does."""

    template = "%s/layout/trap.html"

    def render(self, form, context, template_pack: str, **kwargs: Any) -> str:
        template = self.get_template_name(template_pack)
        return render_to_string(template, {"field": form["website"]})


class Guarded(forms.Form):
    """A form with a trap, and a signed key that tells when it was opened.

    `key_salt` says with which salt the key is signed.
    """

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )
    key_salt: str

    @property
    def is_trapped(self) -> bool:
        """Whether whatever sent it filled in what nobody sees."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        if self._is_too_quick():
            text = _(
                "That was quicker than we expect of people. All that you wrote is still"
                " here: please send it once more."
            )
            self.add_error(None, ValidationError(text, code="too_quick"))
        return super().clean()

    def _is_too_quick(self) -> bool:
        seconds = settings.FORM_MIN_SECONDS
        try:
            signing.loads(self.data.get("key", ""), salt=self.key_salt, max_age=seconds)
        except signing.BadSignature:
            return False  # Older than that, as it should be; or no key of ours.
        return seconds > 0


# The limits.


def wait_for(request: HttpRequest, form: Guarded) -> int:
    """Count a form that was sent; the seconds until it may be sent again, or 0."""
    if seconds := wait_for_address(request):
        return seconds
    if form.is_trapped or not form.is_complete:
        return 0
    return wait_for_email(form.cleaned_data["email"], form.submission)


def wait_for_link(request: HttpRequest, form: forms.Form) -> int:
    """The same for a form that asks for a link; each time counts, known or not."""
    if seconds := wait_for_address(request):
        return seconds
    if not form.is_valid():
        return 0
    return wait_for_email(form.cleaned_data["email"], uuid4().hex)


def wait_for_address(request: HttpRequest) -> int:
    """Count what this machine sends; the seconds that it must wait, or 0."""
    key = _hash("address", network_of(client_address(request)))
    attempt = Attempt.objects.create(key=key)
    since = attempt.at - PER_ADDRESS
    sent = Attempt.objects.filter(key=key, at__gte=since, pk__lte=attempt.pk)
    limit = settings.REGISTRATIONS_PER_ADDRESS
    if sent.count() <= limit:
        return 0
    attempt.delete()  # Who waits as told must not find that asking made it longer.
    first = sent.order_by("-at").values_list("at", flat=True)[limit - 1]
    return math.ceil((first + PER_ADDRESS - attempt.at).total_seconds())


def wait_for_email(email: str, what: str) -> int:
    """Count `what` is sent with this e-mail, the same once; the seconds to wait, or 0."""
    # Both in one key: the same form that is sent ten times at once counts once.
    beginning = _hash("email", email.casefold())[:32]
    key, now = beginning + _hash("what", what)[:32], timezone.now()
    sent = Attempt.objects.filter(
        key__range=(beginning, beginning + "g"), at__gte=now - PER_EMAIL
    )
    before = dict(sent.order_by("-at").values_list("key", "at"))
    if key in before:
        return 0
    if len(before) < settings.REGISTRATIONS_PER_EMAIL:
        Attempt.objects.create(key=key, at=now)
        return 0
    first = sorted(before.values())[-settings.REGISTRATIONS_PER_EMAIL]
    return math.ceil((first + PER_EMAIL - now).total_seconds())


def refuse(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    seconds: int,
) -> HttpResponse:
    """Show the form again with all that was typed, and say when it may be sent."""
    minutes = math.ceil(seconds / 60)
    text = ngettext_lazy(
        "Too many forms came from your network, or with this e-mail address. All that"
        " you wrote is still here: please send it again in %(minutes)d minute.",
        "Too many forms came from your network, or with this e-mail address. All that"
        " you wrote is still here: please send it again in %(minutes)d minutes.",
        "minutes",
    )
    error = ValidationError(text, code="too_many", params={"minutes": minutes})
    # Nothing else is wrong until it is looked at.
    context["form"].errors.clear()
    context["form"].add_error(None, error)
    response = render(request, template, context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def _hash(kind: str, text: str) -> str:
    key = settings.SECRET_KEY.encode()
    message = f"attempt {kind}:{text}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
