"""Files that only staff may have: earlier versions, and what contributors sent."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from agenda.models import Submission, Version
from meeting.admin.base import need
from meeting.files.giving import give


class StoredFiles:
    """For the admin of materials: each file by an address of its own."""

    def site_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("files/versions/<int:pk>/", view(version), name="agenda_version_file"),
            path(
                "files/submissions/<int:pk>/",
                view(submission),
                name="agenda_submission_file",
            ),
        ]


@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponseBase:
    need(request, "agenda.view_material")
    return _give(request, Version.objects.all(), pk)


@require_safe
def submission(request: HttpRequest, pk: int) -> HttpResponseBase:
    need(request, "agenda.view_submission")
    return _give(request, Submission.objects.exclude(file=""), pk)


def _give(request: HttpRequest, rows: QuerySet, pk: int) -> HttpResponseBase:
    row = get_object_or_404(rows, pk=pk)
    return give(request, row.file, row.filename, digest=row.sha256)
