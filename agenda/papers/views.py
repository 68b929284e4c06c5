"""Where papers are downloaded; whoever has the newest one is told so in two queries."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from agenda.models import Release
from agenda.papers.keeping import KeptPaper
from agenda.views import find_meeting


@require_safe
def download(request: HttpRequest, slug: str, paper: str, form: str) -> HttpResponse:
    meeting = find_meeting(slug)
    release = Release.objects.without_content().current(meeting)
    if release is None:
        raise Http404
    release.meeting = meeting
    kept = KeptPaper(release, paper, form)
    etag = quote_etag(kept.digest)
    # GZip makes a weak one of it, and would pack again what is packed already.
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Content-Encoding": "identity",
    }
    if known := get_conditional_response(request, etag=etag):
        return known
    disposition = content_disposition_header(True, kept.filename)
    headers["Content-Disposition"] = disposition
    response = HttpResponse(
        kept.read(), content_type=kept.content_type, headers=headers
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response
