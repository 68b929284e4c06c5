"""What every page prints: moments, texts with symbols, the menu."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from markupsafe import Markup, escape

from meeting import markup, moments
from meeting.models import Meeting, Page
from meeting.symbols import split_symbols

register = template.Library()
# The names of pages that a browser may keep for when it has no connection.
KEPT = {
    "agenda",
    "contributed-papers",
    "documents",
    "home",
    "item",
    "now",
    "offline",
    "page",
    "session",
    "speaker",
    "speakers",
}

register.filter("in_zone", moments.in_zone)
register.filter("offset", moments.offset)
register.filter("zone_city", moments.zone_city)


@register.filter
def hour(moment: datetime, meeting: Meeting) -> SafeString:
    """The hour in the meeting's zone, readable by machines as well."""
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(timespec="minutes"),
        moments.hour(moment, meeting),
    )


@register.filter
def hours(part: Any, meeting: Meeting) -> SafeString:
    """From when to when, in this order in every script."""
    until = format_html("–{}", hour(part.ends_at, meeting)) if part.ends_at else ""
    return format_html(
        '<bdi dir="ltr">{}{}</bdi>', hour(part.starts_at, meeting), until
    )


@register.filter
def date_range(meeting: Meeting) -> str:
    return moments.date_range(meeting.starts_on, meeting.ends_on)


@register.filter
def language_names(meeting: Meeting) -> str:
    """The working languages of a meeting in the reader's own: "English, French"."""
    names = []
    for code in meeting.languages:
        known = LANG_INFO.get(code)
        names.append(str(gettext(known["name"])) if known else code)
    return ", ".join(names)


@register.filter
def partial_date(value: str) -> str:
    """A date as exact as it is known: "31 August 2017", "August 2017", "2017"."""
    parts = [int(part) for part in value.split("-")]
    whole = date(*parts, *[1] * (3 - len(parts)))
    return formats.date_format(whole, ["Y", "F Y", "j F Y"][len(parts) - 1])


def _link(words: str, url: str) -> Markup:
    return Markup(f'<a href="{escape(url)}">{escape(words)}</a>')


@register.filter
@stringfilter
def symbols(text: str, url: str = "") -> SafeString:
    """A text with its document symbols as links; the rest leads to `url` if given."""
    if "/" not in text:  # As in most: nothing to look for.
        return SafeString(_link(text, url) if url and text.strip() else escape(text))

    def piece(words: str, link: str) -> Markup:
        target = link or (url if words.strip() else "")
        return _link(words, target) if target else escape(words)

    return SafeString("".join(piece(*each) for each in split_symbols(text)))


@register.filter
@stringfilter
def markdown(text: str) -> SafeString:
    return markup.to_html(text)


@register.filter
@stringfilter
def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@register.simple_tag
def site_url(path: str = "") -> str:
    """A whole address, as a calendar or another site needs it."""
    return settings.SITE_URL + path


# As those who show a preview of a page name its language.
LOCALES = {
    "ar": "ar_AR",
    "zh-hans": "zh_CN",
    "en": "en_GB",
    "fr": "fr_FR",
    "ru": "ru_RU",
    "es": "es_ES",
}


@register.inclusion_tag("meeting/_shared.html")
def shared(
    meeting: Meeting,
    path: str,
    title: str = "",
    description: str = "",
    image: str = "",
) -> dict[str, Any]:
    """How a public page shows where somebody shares its address (Open Graph)."""
    place = ", ".join(filter(None, [meeting.venue, meeting.city]))
    facts = ". ".join(filter(None, [date_range(meeting), place]))
    return {
        "meeting": meeting,
        "url": site_url(path),
        "title": title or meeting.title,
        "description": description or facts,
        "locale": LOCALES.get(get_language(), "en_GB"),
        "image": site_url(image or static("img/shared.png")),
        "is_own_image": bool(image),
    }


@register.filter
def is_kept(request: HttpRequest | str) -> bool:
    """Whether browsers may keep this page: it is the same for everybody."""
    found = getattr(request, "resolver_match", None)
    return found is not None and found.url_name in KEPT


@register.inclusion_tag("meeting/_contents.html")
def contents(meeting: Meeting) -> dict[str, Any]:
    """The sections of the meeting's site under their groups, in order."""
    groups: dict[str, list[Page]] = {}
    for page in meeting.pages.all():
        page.meeting = meeting  # Known already: no query a page.
        groups.setdefault(page.group, []).append(page)
    return {"groups": groups}


@register.filter
def hours_in(part: Any, zone: ZoneInfo) -> SafeString:
    """From when to when, where the reader is; with the weekday where it is another."""
    start = part.starts_at.astimezone(zone)
    moments_there = [m.astimezone(zone) for m in (part.starts_at, part.ends_at) if m]
    words = format_html(
        '<bdi dir="ltr">{}</bdi>',
        "–".join(moment.strftime("%H.%M") for moment in moments_there),
    )
    if start.date() == part.starts_at.astimezone(part.meeting.zone).date():
        return words
    return format_html("{} {}", formats.date_format(start, "D"), words)
