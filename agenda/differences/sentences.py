"""What is said of one row that readers see otherwise, as pairs of a sort and a text."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.differences import names
from agenda.differences.facts import Facts
from agenda.models import Item, Presentation, Session

Said = Iterator[tuple[str, str]]

# What is said where a text is new or another, and where there is none any more.
TEXTS = {
    "note": (
        gettext_lazy("The note of %(what)s now reads: %(text)s"),
        gettext_lazy("%(what)s has no note any more"),
    ),
    "ordinal": (
        gettext_lazy("%(what)s is now numbered %(text)s"),
        gettext_lazy("%(what)s has no meeting number any more"),
    ),
    "organizers": (
        gettext_lazy("%(what)s is now organized by %(text)s"),
        gettext_lazy("The organizers of %(what)s are no longer named"),
    ),
    "attendance": (
        gettext_lazy("%(what)s: attended by %(text)s"),
        gettext_lazy("It is no longer said how many attended %(what)s"),
    ),
    "webcast": (
        gettext_lazy("The webcast of %(what)s is now at %(url)s"),
        gettext_lazy("%(what)s has no webcast any more"),
    ),
    "recording": (
        gettext_lazy("The recording of %(what)s is now at %(url)s"),
        gettext_lazy("%(what)s has no recording any more"),
    ),
    "url": (
        gettext_lazy("More about %(what)s is now at %(url)s"),
        gettext_lazy("%(what)s has no page of its own any more"),
    ),
    "kind": (
        gettext_lazy("%(what)s is of another kind now"),
        gettext_lazy("%(what)s is of another kind now"),
    ),
}
# What is said where something is to be confirmed, and where it no longer is.
OPEN = {
    "title_open": (
        gettext_lazy("The title of %(what)s is to be confirmed"),
        gettext_lazy("The title of %(what)s is confirmed"),
    ),
    "date_open": (
        gettext_lazy("The date of %(what)s is to be confirmed"),
        gettext_lazy("The date of %(what)s is confirmed"),
    ),
    "hours_open": (
        gettext_lazy("The hours of %(what)s are to be confirmed"),
        gettext_lazy("The hours of %(what)s are confirmed"),
    ),
    "room_open": (
        gettext_lazy("The room of %(what)s is to be confirmed"),
        gettext_lazy("The room of %(what)s is confirmed"),
    ),
    "webcast_open": (
        gettext_lazy("The webcast of %(what)s is to be confirmed"),
        gettext_lazy("The webcast of %(what)s is confirmed"),
    ),
    "is_break": (
        gettext_lazy("%(what)s is now a break"),
        gettext_lazy("%(what)s is no longer a break"),
    ),
    "is_complete": (
        gettext_lazy("%(what)s is complete"),
        gettext_lazy("More of %(what)s is to be confirmed"),
    ),
}
SORTS = {
    "note": "note",
    "title_open": "renamed",
    "date_open": "hours",
    "hours_open": "hours",
    "room_open": "room",
}
# What goes without saying where the first of the two is said.
IMPLIED = {"title": "title_open", "hours": "hours_open", "room": "room_open"}


def added(row: Session | Item | Presentation) -> str:
    match row:
        case Session():
            count = len(row.listed_items)
            what = {"what": names.session(row), "hours": _hours_and_place(row)}
            text = _("New session: %(what)s%(hours)s") % what
            return text + (_with_items(count) if count else "")
        case Item():
            text = _("New item: %(what)s%(hours)s") % {
                "what": names.title_of(row),
                "hours": _hours_and_place(row),
            }
            return text + _with_people(names.everybody(row))
    what = {"what": names.presentation(row), "place": names.place_of(row)}
    text = _("New in %(place)s: %(what)s") % what
    return text + (_with_people(names.everybody(row)) if row.title else "")


def removed(row: Session | Item | Presentation) -> str:
    if isinstance(row, Session) and (count := len(row.listed_items)):
        text = _("%(what)s is no longer on the agenda") % {"what": names.session(row)}
        return text + _with_items(count)
    return _("%(what)s is no longer on the agenda") % {"what": names.within(row)}


def _with_items(count: int) -> str:
    return ngettext(", with its item", ", with its %(n)d items", count) % {"n": count}


def _with_people(people: str) -> str:
    return _(", with %(people)s") % {"people": people} if people else ""


def _hours_and_place(row: Session | Item) -> str:
    """“, 11.30–12.00, Conference Room 8”, as far as it is known."""
    session = row if isinstance(row, Session) else row.session
    hours = names.hours_of(row)
    return "".join(f", {words}" for words in (hours, session.place) if words)


def of_session(old: Session, new: Session, was: Facts, now: Facts, along: bool) -> Said:
    what = {"what": names.session(new)}
    if was["kind"] != now["kind"]:
        if now["kind"] == Session.Kind.SIDE_EVENT:
            yield "more", _("%(what)s is now a side event") % what
        else:
            yield "more", _("%(what)s is no longer a side event") % what
    yield from _renamed(names.session(old), was, now)
    if was["date"] != now["date"]:
        names_of_both = {
            "what": names.quoted(new.title or _("Session")),
            "before": _day_and_hours(old),
            "after": _day_and_hours(new) + _place(new.place),
        }
        yield "moved", _("%(what)s moved from %(before)s to %(after)s") % names_of_both
    elif was["hours"] != now["hours"]:
        text = _other_hours(what["what"], was["hours"], now["hours"], new.place)
        yield "hours", text + (_(", and its items with it") if along else "")
    if was["room"] != now["room"]:
        yield "room", _other_room(what["what"], was["room"], now["room"])
    yield from of_texts(what, was, now)


def of_item(old: Item, new: Item, was: Facts, now: Facts, has_moved: bool) -> Said:
    what = {"what": names.item(new)}
    yield from _renamed(names.item(old), was, now)
    if has_moved:
        both = {
            "what": what["what"],
            "before": names.session(old.session) + _hours(old),
            "after": names.session(new.session) + _hours_and_place(new),
        }
        yield "moved", _("%(what)s moved from %(before)s to %(after)s") % both
    elif was["hours"] != now["hours"]:
        place = new.session.place
        text = _other_hours(what["what"], was["hours"], now["hours"], place)
        yield "moved", text
    yield from of_texts(what, was, now)


def of_presentation(
    old: Presentation, new: Presentation, was: Facts, now: Facts, has_moved: bool
) -> Said:
    what = {"what": names.within(new)}
    yield from _renamed(names.within(old), was, now)
    if has_moved or was["date"] != now["date"]:
        yield (
            "moved",
            _("%(what)s moved from %(before)s to %(after)s")
            % {
                "what": names.presentation(new),
                "before": names.place_of(old),
                "after": names.place_of(new),
            },
        )
    if was["kind"] != now["kind"] and not was["title"] and not now["title"]:
        yield "more", TEXTS["kind"][0] % what
    yield from of_texts(what, {**was, "kind": ""}, {**now, "kind": ""})


def _renamed(what: str, was: Facts, now: Facts) -> Said:
    if was["title"] == now["title"]:
        return
    if now["title"]:
        both = {"what": what, "title": names.quoted(now["title"])}
        yield "renamed", _("%(what)s is now called %(title)s") % both
    else:
        yield "renamed", _("The title of %(what)s is to be confirmed") % {"what": what}


def _other_hours(
    what: str, was: tuple[str, str], now: tuple[str, str], place: str
) -> str:
    (start, end), (new_start, new_end) = was, now
    both = {"what": what, "before": start, "after": new_start, "place": _place(place)}
    if not new_start and not new_end:
        both["before"] = names.hours(*was)
        return _("%(what)s no longer has the hours %(before)s") % both
    if start and new_start and start != new_start:
        if end and end == new_end:
            return _("%(what)s begins at %(after)s instead of %(before)s") % both
        both |= {"before": names.hours(*was), "after": names.hours(*now)}
        return _("%(what)s moved from %(before)s to %(after)s%(place)s") % both
    if start == new_start:
        both |= {"before": end, "after": new_end}
        if end and new_end:
            return _("%(what)s ends at %(after)s instead of %(before)s") % both
        if new_end:
            return _("%(what)s ends at %(after)s") % both
        return (
            _("%(what)s no longer ends at %(before)s: that is to be confirmed") % both
        )
    both["after"] = names.hours(*now)
    return _("%(what)s takes place at %(after)s%(place)s") % both


def _other_room(what: str, was: str, now: str) -> str:
    both = {"what": what, "before": was, "after": now}
    if not now:
        return _("%(what)s is no longer in %(before)s") % both
    if not was:
        return _("%(what)s takes place in %(after)s") % both
    return _("%(what)s takes place in %(after)s instead of %(before)s") % both


def of_texts(what: dict[str, str], was: Facts, now: Facts) -> Said:
    """All that needs no more than the text itself."""
    for name, (is_so, is_not_so) in TEXTS.items():
        if name not in now or name == "kind" or was[name] == now[name]:
            continue
        words = {"text": names.quoted(now[name]), "url": now[name]}
        text = (is_so if now[name] else is_not_so) % (what | words)
        yield SORTS.get(name, "more"), text
    implied = {flag for name, flag in IMPLIED.items() if was.get(name) != now.get(name)}
    for name, (is_so, is_not_so) in OPEN.items():
        if name in now and was[name] != now[name]:
            if name in implied and not now[name]:
                continue
            yield SORTS.get(name, "more"), (is_so if now[name] else is_not_so) % what


def _day_and_hours(session: Session) -> str:
    return names.day(session.date) + _hours(session)


def _hours(row: Session | Item) -> str:
    hours = names.hours_of(row)
    return f", {hours}" if hours else ""


def _place(place: str) -> str:
    return f", {place}" if place else ""
