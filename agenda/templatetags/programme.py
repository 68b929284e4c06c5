"""The programme within a page."""

from typing import Any

from django import template
from django.template.context import Context

from agenda.jinja import printed as print_part
from agenda.names import printed_name
from agenda.own.keeping import begun_cookie, is_open
from agenda.reader import Reader

register = template.Library()

register.filter("begun_cookie", begun_cookie)
register.filter("printed_name", printed_name)
register.filter("takes_stars", is_open)


@register.simple_tag(takes_context=True)
def printed(context: Context, partial: str, part: Any) -> str:
    """A part of the programme, for the page's reader: `{% printed "day" day %}`."""
    reader = context.get("reader") or Reader(context["meeting"])
    return print_part(partial, reader, part)
