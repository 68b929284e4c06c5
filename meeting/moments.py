"""Days and hours in words: the meeting's own zone, named."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from meeting.models import Meeting


def hour(moment: datetime, meeting: Meeting) -> str:
    """UN style: "10.00"."""
    return moment.astimezone(meeting.zone).strftime("%H.%M")


def offset(moment: datetime, meeting: Meeting) -> str:
    """Distance from UTC on that day: "UTC−5", "UTC+5:30"."""
    return offset_of(moment.astimezone(meeting.zone))


def offset_of(local: datetime) -> str:
    minutes = int(local.utcoffset().total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def zone_city(meeting: Meeting) -> str:
    """The city that a zone is named after: "New York" of America/New_York."""
    return city_of(meeting.zone)


def city_of(zone: ZoneInfo) -> str:
    return zone.key.rpartition("/")[2].replace("_", " ")


def in_zone(moment: datetime, meeting: Meeting) -> str:
    """A moment whole: "18.00 on 12 January 2027, New York time (UTC−5)"."""
    return whole(moment, meeting.zone)


def whole(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return _("%(hour)s on %(date)s, %(city)s time (%(offset)s)") % {
        "hour": local.strftime("%H.%M"),
        "date": formats.date_format(local, "j F Y"),
        "city": city_of(zone),
        "offset": offset_of(local),
    }


def date_range(first: date, last: date) -> str:
    """First to last day, saying nothing twice: "16–17 February 2017"."""
    end = formats.date_format(last, "j F Y")
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        start = formats.date_format(first, "j")
        return f"{start}–{end}"
    start = formats.date_format(first, "j F" if first.year == last.year else "j F Y")
    return f"{start} – {end}"
