"""What the releases of an agenda have changed, as a feed (RFC 4287)."""

from datetime import datetime
from html import escape
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.differences import Difference
from agenda.feeds.identity import host
from agenda.models import Release
from meeting.mail.cleaning import lines, one_line
from meeting.models import Meeting
from meeting.words import NOT_IN_XML

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
# So many of the last releases.
ENTRIES = 20
# Names that stay when addresses change (RFC 4151): since when the host is ours.
SINCE = "2026"

ET.register_namespace("", ATOM)


def to_atom(
    meeting: Meeting, releases: list[tuple[Release, list[Difference]]]
) -> bytes:
    """An entry a release, the newest first."""
    feed = ET.Element(_name("feed"), {f"{{{XML}}}lang": get_language() or "en"})
    title = _("Changes of the agenda: %(meeting)s") % {"meeting": meeting.title}
    _add(feed, "title", one_line(title, 500))
    _add(feed, "id", _tag(meeting, "agenda"))
    _add(feed, "updated", _moment(releases[0][0].at))
    author = _add(feed, "author")
    _add(author, "name", one_line(meeting.organizer_name or meeting.title, 500))
    itself = {"rel": "self", "type": "application/atom+xml"}
    _link(feed, reverse("agenda-atom", args=[meeting.slug]), **itself)
    _link(feed, reverse("agenda", args=[meeting.slug]), **ALTERNATE)
    for release, differences in releases:
        _entry(feed, meeting, release, differences)
    return ET.tostring(feed, encoding="utf-8", xml_declaration=True)


ALTERNATE = {"rel": "alternate", "type": "text/html"}


def _entry(
    feed: ET.Element,
    meeting: Meeting,
    release: Release,
    differences: list[Difference],
) -> None:
    entry = _add(feed, "entry")
    _add(entry, "title", str(release))
    _add(entry, "id", _tag(meeting, f"release-{release.number}"))
    _add(entry, "updated", _moment(release.at))
    _add(entry, "published", _moment(release.at))
    args = [meeting.slug, release.number]
    _link(entry, reverse("release-changes", args=args), **ALTERNATE)
    _add(entry, "content", _html(release, differences), type="html")


def _html(release: Release, differences: list[Difference]) -> str:
    parts = [f"<p>{escape(lines(release.note))}</p>"] if release.note else []
    if differences:
        said = "".join(f"<li>{escape(lines(each.text))}</li>" for each in differences)
        parts.append(f"<ul>{said}</ul>")
    elif release.number == 1:
        parts.append(f"<p>{escape(_('The first release of the agenda.'))}</p>")
    else:
        parts.append(f"<p>{escape(_('Nothing that readers see has changed.'))}</p>")
    return "".join(parts)


def _add(
    parent: ET.Element, name: str, text: str = "", **attributes: str
) -> ET.Element:
    element = ET.SubElement(parent, _name(name), attributes)
    element.text = NOT_IN_XML.sub("", text) or None
    return element


def _link(parent: ET.Element, path: str, **attributes: str) -> None:
    _add(parent, "link", href=settings.SITE_URL + path, **attributes)


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _tag(meeting: Meeting, name: str) -> str:
    return f"tag:{host()},{SINCE}:meeting-{meeting.pk}/{name}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
