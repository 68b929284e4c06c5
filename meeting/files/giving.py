"""Handing out stored files: the one way by which they leave, for every app.

Whether somebody may have a file is decided before. It leaves under its clean name as a
download, or is shown where it can only be looked at; neither runs in our origin.
"""

import os
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from meeting.files.kinds import type_of
from meeting.files.parts import Part, UnsatisfiableError, asked_range, etag_of

# What a browser may show in place: it holds nothing that could run.
SHOWN = {"image/jpeg", "image/png", "video/mp4"}
# Should something be in it all the same, it is nobody of ours, and reaches nothing. The
# page that a browser makes around a picture or a film has styles of its own.
ONLY_SHOWN = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
)
POLICY = f"sandbox; {ONLY_SHOWN}"
# The page that Chromium makes around a film asks for it once more, from its own origin;
# it runs nothing all the same.
FILM_POLICY = f"sandbox allow-same-origin; {ONLY_SHOWN}"
# So long an address in the object storage opens the file.
ADDRESS_SECONDS = 300


def give(
    request: HttpRequest,
    file: FieldFile,
    filename: str,
    *,
    digest: str = "",
    is_public: bool = False,
) -> HttpResponseBase:
    """Answer with a file: from here, by the proxy, or from the object storage.

    With `?view`, pictures and films are shown. `digest` is the SHA-256 where it is
    known. What everybody may have (`is_public`) caches may keep.
    """
    headers = headers_of(filename, is_shown="view" in request.GET, is_public=is_public)
    if not isinstance(file.storage, FileSystemStorage):
        return _from_object_storage(request, file, headers)
    if settings.SENDFILE_PREFIX:
        return _by_proxy(file, headers)
    return _from_here(request, file, digest, headers)


def show(
    request: HttpRequest,
    file: FieldFile,
    filename: str,
    *,
    digest: str = "",
    is_public: bool = False,
) -> HttpResponseBase:
    """A small picture within a page, which takes pictures from no other origin."""
    headers = headers_of(filename, is_shown=True, is_public=is_public)
    return _from_here(request, file, digest, headers)


def has_begun(request: HttpRequest, file: FieldFile, digest: str) -> bool:
    """Whether this asks for the rest of the file, by the ETag with which it left."""
    asked = request.headers.get("If-Range")
    return bool(asked) and asked == _etag(file, digest)


def _etag(file: FieldFile, digest: str) -> str:
    """As whoever hands it out makes it; empty where the file is not there."""
    try:
        if not isinstance(file.storage, FileSystemStorage):
            return file.storage.etag_of(file.name)
        if settings.SENDFILE_PREFIX:
            # https://nginx.org/en/docs/http/ngx_http_core_module.html#etag
            modified = int(os.stat(file.path).st_mtime)
            return f'"{modified:x}-{file.size:x}"'
    except file.storage.failures:
        return ""
    return etag_of(file.name, digest)


def headers_of(
    filename: str, *, is_shown: bool = False, is_public: bool = False
) -> dict[str, str]:
    """What goes along with whatever is handed out under this name."""
    content_type = type_of(filename)
    is_attached = not (is_shown and content_type in SHOWN)
    is_film = not is_attached and content_type.startswith("video/")
    return {
        "Content-Type": content_type,
        "Content-Disposition": content_disposition_header(is_attached, filename),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": FILM_POLICY if is_film else POLICY,
        # Public ones are asked about each time: they may be replaced, or hidden.
        "Cache-Control": "public, no-cache" if is_public else "private, no-store",
        # Papers and films are compressed already.
        "Content-Encoding": "identity",
    }


def _from_here(
    request: HttpRequest, file: FieldFile, digest: str, headers: dict[str, str]
) -> HttpResponseBase:
    """All of it or the part that is asked for (RFC 9110, 14), or that it is known."""
    etag = etag_of(file.name, digest)
    headers |= {"ETag": etag, "Accept-Ranges": "bytes"}
    try:
        size = file.size
        answer = HttpResponse(headers=headers)
        # Nothing here says when it was changed, so this is no condition (RFC 9110,
        # 13.1.4), for which Django takes it.
        request.META.pop("HTTP_IF_UNMODIFIED_SINCE", None)
        found = get_conditional_response(request, etag, None, answer)
        if found is not answer:
            return found
        if request.method == "HEAD":
            answer["Content-Length"] = size
            return answer
        return _part_of(file, asked_range(request, size, etag), size, headers)
    except UnsatisfiableError:
        unit = {"Content-Range": f"bytes */{size}"}
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers | unit
        )
    except OSError as error:
        raise Http404 from error


def _part_of(
    file: FieldFile, part: range | None, size: int, headers: dict[str, str]
) -> FileResponse:
    """Raises OSError where the file is not there."""
    sent = range(size) if part is None else part
    opened = Part(file.storage.open(file.name, "rb"), sent)
    response = FileResponse(opened, content_type=headers["Content-Type"])
    for name, value in headers.items():
        response[name] = value
    response["Content-Length"] = len(sent)
    if part is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def _by_proxy(file: FieldFile, headers: dict[str, str]) -> HttpResponse:
    """Tell the proxy before us to send it; parts and conditions are its own matter."""
    if not file.storage.exists(file.name):
        raise Http404
    path = settings.SENDFILE_PREFIX + quote(file.name)
    return HttpResponse(headers=headers | {"X-Accel-Redirect": path})


def _from_object_storage(
    request: HttpRequest, file: FieldFile, headers: dict[str, str]
) -> HttpResponse:
    if request.method == "HEAD":
        # An address that is signed for GET refuses HEAD.
        try:
            return HttpResponse(headers=headers | {"Content-Length": str(file.size)})
        except OSError as error:
            raise Http404 from error
    said = {
        "ResponseContentType": headers["Content-Type"],
        "ResponseContentDisposition": headers["Content-Disposition"],
        "ResponseCacheControl": headers["Cache-Control"],
    }
    address = file.storage.url(file.name, parameters=said, expire=ADDRESS_SECONDS)
    # It works for some minutes alone.
    return HttpResponseRedirect(address, headers={"Cache-Control": "private, no-store"})
