"""What is said where people come, go, change places or are announced otherwise."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.differences import facts, names
from agenda.differences.matching import Matching, owner_of
from agenda.models import Role

# What is said of a role, about it, and about the one that it was, if there was one.
Told = tuple[Role, Role | None, str]
OPEN = {
    "name_open": (
        gettext_lazy("Whether %(who)s takes part in %(place)s is to be confirmed"),
        gettext_lazy("%(who)s is confirmed for %(place)s"),
    ),
    "office_open": (
        gettext_lazy("The function of %(who)s in %(place)s is to be confirmed"),
        gettext_lazy("The function of %(who)s in %(place)s is confirmed"),
    ),
}


def told(rows: Matching) -> Iterator[Told]:
    gone, come = defaultdict(list), defaultdict(list)
    for old, new in rows.roles:
        if old and new and is_same_person(old, new):
            yield from _told_of(old, new, rows.is_moved(old, new))
            continue
        if old and rows.is_in_both(owner_of(old)):
            gone[rows.now(owner_of(old)), old.kind].append(old)
        if new and rows.is_in_both(owner_of(new)):
            come[owner_of(new), new.kind].append(new)
    for where in {**gone, **come}:
        yield from _exchanged(gone[where], come[where])


def is_same_person(old: Role, new: Role) -> bool:
    """By the row or by the name: the same person may have been entered twice."""
    if old.speaker_id == new.speaker_id:
        return True
    return facts.of_role(old)["name"] == facts.of_role(new)["name"]


def _exchanged(gone: list[Role], come: list[Role]) -> Iterator[Told]:
    """Who left and who came, in one part and one function."""
    for old, new in zip(gone, come, strict=False):
        yield new, old, _instead(old, new)
    for old in gone[len(come) :]:
        yield old, None, _text(_("%(who)s no longer takes part in %(place)s"), old)
    for new in come[len(gone) :]:
        yield new, None, _text(_("%(who)s joins %(place)s as %(function)s"), new)


def _instead(old: Role, new: Role) -> str:
    before = {"before": names.person(old)}
    if new.kind == Role.Kind.SPEAKER:
        text = _("%(who)s speaks in %(place)s instead of %(before)s")
    else:
        text = _("%(who)s is %(function)s of %(place)s instead of %(before)s")
    return _text(text, new, **before)


def _told_of(old: Role, new: Role, has_moved: bool) -> Iterator[Told]:
    was, now = facts.of_role(old), facts.of_role(new)
    if was == now and not has_moved:
        return
    if has_moved:
        text = _(
            "%(who)s is now %(function)s in %(place)s, and no longer in %(before)s"
        )
        yield new, old, _text(text, new, before=names.place_of(old))
    elif was["kind"] != now["kind"]:
        text = _("%(who)s is now %(function)s in %(place)s, and no longer %(before)s")
        yield new, old, _text(text, new, before=names.function(old))
    if has_moved and was["kind"] != now["kind"]:
        text = _("%(who)s is no longer %(before)s")
        yield new, old, _text(text, new, before=names.function(old))
    if was["style"] != now["style"]:
        text = _("%(who)s in %(place)s was %(before)s before")
        yield new, old, _text(text, new, before=names.person(old))
    yield from ((new, old, text) for text in _particulars(new, was, now))


def _particulars(role: Role, was: facts.Facts, now: facts.Facts) -> Iterator[str]:
    if was["office"] != now["office"]:
        if now["office"]:
            text = _("%(who)s speaks in %(place)s as %(office)s")
            yield _text(text, role, office=names.quoted(now["office"]))
        else:
            yield _text(_("%(who)s has no function any more in %(place)s"), role)
    for name, (is_open, is_not) in OPEN.items():
        if was[name] != now[name]:
            yield _text(str(is_open if now[name] else is_not), role)
    if was["note"] != now["note"]:
        text = _("The note about %(who)s in %(place)s now reads: %(note)s")
        if not now["note"]:
            text = _("There is no note about %(who)s in %(place)s any more")
        yield _text(text, role, note=names.quoted(now["note"]))


def _text(text: str, role: Role, **more: str) -> str:
    return text % {
        "who": names.person(role),
        "place": names.place_of(role),
        "function": names.function(role),
        **more,
    }
