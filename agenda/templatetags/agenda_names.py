from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agenda.models import Speaker

register = template.Library()


@register.filter
def printed_name(speaker: Speaker) -> SafeString:
    """The name as programmes print it, its family name marked for small capitals."""
    runs = (
        (format_html('<span class="family">{}</span>', words) if is_family else words,)
        for words, is_family in speaker.name_runs
    )
    return format_html_join(" ", "{}", runs)
