"""The schedule as XML, by the same values as JSON."""

from xml.etree.ElementTree import Element, SubElement, tostring

from agenda.feeds.schedule import Values
from meeting.words import NOT_IN_XML

OF_CONFERENCE = ["acronym", "title", "start", "end"]
OF_EVENT = [
    "date",
    "start",
    "duration",
    "room",
    "slug",
    "url",
    "title",
    "subtitle",
    "track",
    "type",
    "language",
    "abstract",
    "description",
]


def to_xml(values: Values) -> bytes:
    schedule = values["schedule"]
    root = Element("schedule")
    SubElement(root, "generator", values["generator"])
    _add(root, "version", schedule["version"])
    root.append(_conference(schedule))
    root.extend(_day(day) for day in schedule["conference"]["days"])
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _conference(schedule: Values) -> Element:
    values = schedule["conference"]
    element = Element("conference")
    for name in OF_CONFERENCE:
        _add(element, name, values[name])
    _add(element, "days", str(values["daysCount"]))
    _add(element, "timeslot_duration", values["timeslot_duration"])
    _add(element, "base_url", schedule["base_url"])
    if zone := values.get("time_zone_name"):
        _add(element, "time_zone_name", zone)
    return element


def _day(values: Values) -> Element:
    index, start, end = values["index"], values["day_start"], values["day_end"]
    element = Element(
        "day", index=str(index), date=values["date"], start=start, end=end
    )
    for name, events in values["rooms"].items():
        room = SubElement(element, "room", name=_clean(name))
        room.extend(_event(event) for event in events)
    return element


def _event(values: Values) -> Element:
    element = Element("event", id=str(values["id"]), guid=values["guid"])
    for name in OF_EVENT:
        _add(element, name, values[name])
    persons = SubElement(element, "persons")
    for person in values["persons"]:
        _add(persons, "person", person["name"], id=str(person["id"]))
    for name in ("links", "attachments"):
        several = SubElement(element, name)
        for link in values[name]:
            _add(several, name[:-1], link["title"], href=_clean(link["url"]))
    return element


def _add(parent: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _clean(words)


def _clean(words: str) -> str:
    return NOT_IN_XML.sub("", words)
