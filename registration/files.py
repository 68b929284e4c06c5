"""Files that people sent as answers: handed out, and never run on this site."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from meeting.files.names import clean_name
from registration.answers import read_file
from registration.models import Answer


def says_broken(answer: Answer) -> str:
    """What to say where a seal could not be opened."""
    name = clean_name(answer.file_name, "answer")
    return _("“%s” cannot be opened: its key is missing.") % name


def as_attachment(answer: Answer) -> HttpResponse:
    """The file under the name that it came with; 404 where it is not there any more.

    Raises SealBrokenError where no key opens it.
    """
    if not answer.file:
        raise Http404
    try:
        content = read_file(answer)
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    name = clean_name(answer.file_name, "answer")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser open it all the same, it is nobody of ours.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
