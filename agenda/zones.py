"""The zones in which a reader may have the hours shown besides the meeting's own."""

from zoneinfo import ZoneInfo

from meeting.models import Meeting

# One city an offset or so, the seats of UN offices and commissions first of all.
READER_ZONES = {
    "Pacific/Honolulu": "Honolulu",
    "America/Los_Angeles": "Los Angeles",
    "America/Denver": "Denver",
    "America/Mexico_City": "Mexico City",
    "America/New_York": "New York",
    "America/Santiago": "Santiago",
    "America/Sao_Paulo": "São Paulo",
    "Atlantic/Azores": "Azores",
    "Africa/Dakar": "Dakar",
    "Europe/London": "London",
    "Africa/Lagos": "Lagos",
    "Europe/Zurich": "Geneva",
    "Europe/Vienna": "Vienna",
    "Africa/Cairo": "Cairo",
    "Asia/Beirut": "Beirut",
    "Africa/Addis_Ababa": "Addis Ababa",
    "Africa/Nairobi": "Nairobi",
    "Europe/Moscow": "Moscow",
    "Asia/Tehran": "Tehran",
    "Asia/Dubai": "Dubai",
    "Asia/Kabul": "Kabul",
    "Asia/Karachi": "Karachi",
    "Asia/Kolkata": "Delhi",
    "Asia/Kathmandu": "Kathmandu",
    "Asia/Dhaka": "Dhaka",
    "Asia/Yangon": "Yangon",
    "Asia/Bangkok": "Bangkok",
    "Asia/Shanghai": "Beijing",
    "Asia/Manila": "Manila",
    "Asia/Tokyo": "Tokyo",
    "Australia/Adelaide": "Adelaide",
    "Australia/Sydney": "Sydney",
    "Pacific/Auckland": "Auckland",
    "Pacific/Apia": "Apia",
}


def reader_zone(name: str, meeting: Meeting) -> ZoneInfo | None:
    """The zone that was asked for; None where it is unknown, or the meeting's own."""
    if name not in READER_ZONES or name == meeting.timezone:
        return None
    return ZoneInfo(name)
