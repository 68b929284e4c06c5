"""What a browser asks for to keep the agenda: a worker, a manifest, a page of state."""

import json
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agenda.models import Release
from agenda.views import find_meeting
from meeting.models import Meeting, Page
from meeting.moments import zone_city

# Below the meeting's address: what is kept from the first visit on, and what is when it
# was read. Whatever is not named is never kept.
FIRST = ["agenda/", "now/", "offline/"]
WHEN_READ = ["", "speakers/", "documents/", "contributed-papers/"]
BENEATH = ["agenda/", "speakers/", "sessions/"]
PAPER, PRESS = "#fdfcf9", "#163f7a"


@cache_control(no_cache=True)
@vary_on_headers("Accept-Language")
@require_safe
def worker(request: HttpRequest, slug: str) -> HttpResponse:
    """Our script with this meeting's settings: it is new when a release is."""
    meeting = find_meeting(slug)
    settings = settings_of(meeting)
    settings["cache"] = f"{settings['prefix']}{version_of(meeting, settings)}"
    script = static("js/worker.js")
    return HttpResponse(
        f"self.keeping = {json.dumps(settings)};\nimportScripts({json.dumps(script)});\n",
        content_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": meeting.get_absolute_url()},
    )


@require_safe
def offline(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    context = {"meeting": meeting, "cache_name": cache_prefix(meeting)}
    return render(request, "agenda/offline.html", context)


@vary_on_headers("Accept-Language")
@require_safe
def manifest(request: HttpRequest, slug: str) -> JsonResponse:
    """How the agenda looks among the programs of a phone."""
    meeting = find_meeting(slug)
    icons = [
        {"src": static("img/plenary.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {
                "src": static(f"img/plenary-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
            }
            for size in (192, 512)
        ),
    ]
    facts = {
        "name": meeting.title,
        "short_name": _("Agenda"),
        "id": meeting.get_absolute_url(),
        "start_url": reverse("agenda", args=[slug]),
        "scope": meeting.get_absolute_url(),
        "display": "minimal-ui",
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "background_color": PAPER,
        "theme_color": PRESS,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


def settings_of(meeting: Meeting) -> dict:
    texts = meeting.pages.filter(shows=Page.Shows.TEXT).values_list("slug", flat=True)
    return {
        "prefix": cache_prefix(meeting),
        "root": meeting.get_absolute_url(),
        "static": static(""),
        "first": FIRST,
        "whenRead": [*WHEN_READ, *(f"{slug}/" for slug in texts)],
        "beneath": BENEATH,
        "language": get_language(),
        "zone": meeting.timezone,
        "asOf": _(
            "You are offline, or the site does not answer: this is the page as of"
            " {hour}, {date} (%(city)s time)."
        )
        % {"city": zone_city(meeting)},
        "notKept": _("You are offline, and this page is not kept on this device."),
        "status": HTTPStatus.SERVICE_UNAVAILABLE,
    }


def cache_prefix(meeting: Meeting) -> str:
    return f"plenary {meeting.get_absolute_url()} "


def version_of(meeting: Meeting, settings: dict) -> str:
    """Another one when a release is shown, or when pages or styles look different."""
    out = Release.objects.out().filter(meeting=meeting).order_by("-number")
    number = out.values_list("number", "at").first()
    looks = [static(name) for name in ("css/plenary.css", "js/worker.js")]
    text = json.dumps([settings, looks, number], default=str)
    return sha256(text.encode()).hexdigest()[:12]
