"""What we keep of a person, for them to read, to take with them, and to erase."""

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from meeting.models import Meeting
from registration.erasing import erase
from registration.files import as_attachment, says_broken
from registration.forms import EraseForm
from registration.models import Registration
from registration.own_data import OwnData
from registration.sealing import SealBrokenError
from registration.views.methods import sent, show_or_send
from registration.views.own import by_link, show


@require_safe
@by_link
def own_data(request: HttpRequest, registration: Registration) -> HttpResponse:
    return show(request, registration, "data", data=OwnData(registration))


@require_safe
@by_link
def as_json(request: HttpRequest, registration: Registration) -> HttpResponse:
    name = f"registration-{registration.reference}.json"
    return JsonResponse(
        OwnData(registration).as_json(),
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@by_link
def own_file(
    request: HttpRequest, registration: Registration, answer: int
) -> HttpResponse:
    found = get_object_or_404(registration.answers.exclude(file=""), pk=answer)
    try:
        return as_attachment(found)
    except SealBrokenError:
        messages.error(request, says_broken(found))
        kwargs = request.resolver_match.kwargs
        return redirect("me-data", kwargs["slug"], kwargs["token"])


@show_or_send
@by_link
def erase_own(request: HttpRequest, registration: Registration) -> HttpResponse:
    form = EraseForm(sent(request))
    if not form.is_valid():
        return show(request, registration, "erase", form=form)
    erase(Registration.objects.filter(pk=registration.pk))
    # The link is none any more: what is said last stands elsewhere.
    return redirect("erased", registration.meeting.slug)


@require_safe
def erased(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    return render(request, "registration/erased.html", {"meeting": meeting})
