"""The meeting's privacy notice, in each version that was published."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meeting.models import Meeting


@require_safe
def privacy_notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The version in force, or the older one that `?version=` names."""
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    versions = list(meeting.notices.in_force())
    wanted = request.GET.get("version")
    shown = [each for each in versions if wanted in (None, str(each.version))]
    if not shown:
        raise Http404
    notice = shown[0]
    context = {
        "meeting": meeting,
        "notice": notice,
        "is_newest": notice == versions[0],
        "versions": versions,
    }
    return render(request, "registration/privacy_notice.html", context)
