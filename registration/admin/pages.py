"""Pages of our own below the registrations' admin."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse


class OwnPages:
    """What they have in common; mixed into the admin with each set of pages."""

    def show(
        self, request: HttpRequest, name: str, /, **context: Any
    ) -> TemplateResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        template = f"admin/registration/{name}.html"
        return TemplateResponse(request, template, around | context)
