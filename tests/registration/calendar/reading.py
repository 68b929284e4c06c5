"""A small calendar program: what it has after all mails, as they came."""

from datetime import date, datetime

from icalendar import Calendar


def objects_in(text):
    """Each iCalendar object of a mail."""
    return Calendar.from_ical(text, multiple=True) if text else []


def events_in(text):
    return [event for each in objects_in(text) for event in each.walk("VEVENT")]


def methods_in(text):
    return [str(each["METHOD"]) for each in objects_in(text)]


class Program:
    """Puts what is requested, takes out what is cancelled, ignores what is older."""

    def __init__(self):
        self.entries = {}
        self.sequences = {}

    def take(self, text):
        for each in objects_in(text):
            for event in each.walk("VEVENT"):
                self._take(str(each["METHOD"]), event)

    def _take(self, method, event):
        uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
        if sequence < self.sequences.get(uid, -1):
            return
        self.sequences[uid] = sequence
        if method == "CANCEL":
            self.entries.pop(uid, None)
        else:
            place, title = str(event["LOCATION"]), str(event["SUMMARY"])
            status = str(event["STATUS"])
            self.entries[uid] = (event.start, event.end, place, status, title)


def shown(entries):
    """What such a program shows of entries that are kept as ISO 8601."""
    return {
        entry["uid"]: (
            _moment(entry["start"]),
            _moment(entry["end"]),
            entry["place"] or "Remotely",
            entry["status"],
            entry["summary"],
        )
        for entry in entries.values()
    }


def _moment(iso):
    return datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso)
