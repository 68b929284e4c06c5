"""The private link once more, for those who lost it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meeting.models import Meeting
from registration import spam
from registration.forms import LostLinkForm
from registration.models import LinkRequest
from registration.views.methods import sent, show_or_send


@show_or_send
@never_cache
def lost_link(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    form = LostLinkForm(sent(request))
    context = {"meeting": meeting, "form": form}
    if form.is_bound and (seconds := spam.wait_for_link(request, form)):
        return spam.refuse(request, "registration/lost_link.html", context, seconds)
    if form.is_valid():
        # Nothing here looks for a registration, so nothing tells whether there is one.
        LinkRequest.note(meeting, form.cleaned_data["email"])
        return redirect("lost-link-sent", slug)
    return render(request, "registration/lost_link.html", context)


@require_safe
def lost_link_sent(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    return render(request, "registration/lost_link_sent.html", {"meeting": meeting})
