"""Pages of our own below the registrations' admin."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse

ROWS_A_PAGE = 200


class OwnPages:
    """What they have in common; mixed into the admin with each set of pages."""

    def show(
        self, request: HttpRequest, name: str, /, **context: Any
    ) -> TemplateResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        template = f"admin/registration/{name}.html"
        return TemplateResponse(request, template, around | context)


def page_of(request: HttpRequest, rows: Any, rows_a_page: int = ROWS_A_PAGE) -> Page:
    """Those rows of a long list that the address asks for."""
    return Paginator(rows, rows_a_page).get_page(request.GET.get("p"))
