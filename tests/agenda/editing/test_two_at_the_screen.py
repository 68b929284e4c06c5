"""Two people at the programme's one screen, at random, each with a screen that grows old.

What became of each act is read from the tables, and what it meant is written here; so
the rule that refuses is not asked whether it was right.
"""

from collections import Counter
from datetime import date, time, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError

from agenda.editing import adding, moving, timing
from agenda.editing.changing import change
from agenda.editing.parts import GoneError
from agenda.models import ConflictError, Draft, Edit, Snapshot
from agenda.models.snapshot import differences
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db
INTERLEAVINGS = 50
ACTS = 10
DAY = date(2027, 2, 16)
DAYS = [DAY, DAY + timedelta(days=1)]
# What can be said of each, by the column in which it is kept.
COLUMNS = {
    "session": {"title": "title", "room": "room"},
    "item": {
        "title": "title",
        "note": "note",
        "start": "starts_at",
        "minutes": "minutes",
    },
    "presentation": {"title": "title"},
}
WITHIN = {"session": "date", "item": "session_id", "presentation": "item_id"}
OWN_HOURS = ("starts_at", "minutes", "follows")
# What no other act may change but one that means it.
PLAIN = {"title", "note", "room", *WITHIN.values()}


class Editor:
    """Somebody who looks at the programme as it was when the screen was opened.

    `meant` are the keys of what the last act says outright, and `wanted` their values.
    """

    def __init__(self, name, meeting, random):
        self.user = make_user(name)
        self.meeting, self.random = meeting, random
        self.at = None, None

    def open(self, programme):
        self.seen = Draft.version_of(self.meeting)
        self.screen = programme.rows

    def act(self, name):
        self.meant, self.wanted, self.saw = set(), {}, self.seen
        getattr(self, name if self.screen["session"] else "add_session")()

    def pick(self, *kinds):
        """Often what the other has just been at, so that the two meet."""
        kind, pk = self.other.at
        if (
            kind not in kinds
            or pk not in self.screen[kind]
            or self.random.random() < 0.3
        ):
            kind = self.random.choice([each for each in kinds if self.screen[each]])
            pk = self.random.choice(list(self.screen[kind]))
        self.at = kind, pk
        return self.at

    @property
    def options(self):
        return {"by": self.user, "seen": self.seen}

    def say(self):
        kind, pk = self.pick("session", "item", "item", "presentation")
        name, column = self.random.choice(list(COLUMNS[kind].items()))
        self.meant = {(kind, pk, column)}
        values = {"start": time(11, 15), "minutes": self.random.choice([5, 10, 20])}
        value = values.get(name, f"{self.user} {self.random.random()}")
        if name not in values:
            self.wanted = {(kind, pk, column): value}
        change(self.meeting, kind, pk, {name: value}, **self.options)

    def put(self):
        kind, pk = self.pick("session", "item", "item", "presentation")
        owners = {"item": "session", "presentation": "item"}
        into = (
            self.random.choice(list(self.screen[owners[kind]]))
            if kind in owners
            else self.random.choice(DAYS)
        )
        after = self.random.choice([0, *self.screen[kind]])
        row = self.screen[kind][pk]
        columns = ["position", WITHIN[kind]]
        if kind == "item" and row["session_id"] != into and not row["follows"]:
            columns += OWN_HOURS
        self.meant = {(kind, pk, column) for column in columns}
        self.wanted = {(kind, pk, WITHIN[kind]): into if kind in owners else f"{into}"}
        moving.put(self.meeting, kind, pk, into, after, **self.options)

    def remove(self):
        kind, pk = self.pick("session", "item", "presentation", "presentation")
        self.meant = {(kind, pk, "*")}
        adding.remove(self.meeting, kind, pk, **self.options)

    # These say nothing of what was there before: whatever that is, they add to it.

    def step(self):
        kind, pk = self.pick("session", "item", "presentation")
        self.saw, self.meant = None, {(kind, pk, "position")}
        by = self.random.choice([-1, 1])
        moving.step(self.meeting, kind, pk, by, by=self.user)

    def shift(self):
        self.saw = None
        kind, pk = self.pick("session", "item")
        shift = timing.shift_item if kind == "item" else timing.shift_session
        shift(self.meeting, pk, 10, by=self.user)

    def add_session(self):
        self.saw = None
        values = {"title": "New", "start": time(9), "end": time(10)}
        adding.add_session(self.meeting, DAY, values, by=self.user)

    def add(self):
        self.saw = None
        kind, pk = self.pick("session", "item")
        if kind == "item":
            values = {"title": "New"}, {}
            adding.add_presentation(self.meeting, pk, *values, by=self.user)
        else:
            adding.add_item(self.meeting, pk, {"title": "New"}, by=self.user)


def keys_of(changes, meant):
    """What differs; of places, those that were meant: all others follow from them."""
    found = {(each.kind, each.pk, name) for each in changes for name in each.names}
    return {key for key in found if key[2] != "position" or key in meant}


def meeting_each_other(mine, theirs):
    return {
        key
        for key in mine
        for other in theirs
        if key[:2] == other[:2] and (key[2] == other[2] or "*" in (key[2], other[2]))
    }


class Interleaving:
    """One meeting, two editors, some acts of theirs; `lost` is overwritten silently."""

    def __init__(self, seed):
        random = Random(seed)
        self.meeting = make_programme()
        self.lost, self.told, self.done = [], Counter(), Counter()
        self.history, self.said = [], {}
        editors = [
            Editor(name, self.meeting, random) for name in (f"a{seed}", f"b{seed}")
        ]
        for editor, other in (editors, reversed(editors)):
            editor.other = other
        self.programme = Snapshot.of(self.meeting)
        for editor in editors:
            editor.open(self.programme)
        for _act in range(ACTS):
            name = random.choice(["say"] * 5 + ["put"] * 3 + ["remove"] + RELATIVE)
            editor = random.choice(editors)
            self.follow(editor, name)
            # As the browser does; meanwhile the screen of the other grows old.
            editor.open(self.programme)

    def follow(self, editor, name):
        before, refused = self.programme, None
        try:
            editor.act(name)
        except (ConflictError, GoneError, ValidationError) as error:
            refused = error
        self.programme = after = Snapshot.of(self.meeting)
        changes = list(differences(before, after))
        others = [
            (who, keys)
            for version, who, keys in self.history
            if who != editor.user.username
            and editor.saw is not None
            and version > editor.saw
        ]
        if refused is not None:
            assert changes == [], "What is refused changes nothing."
            if isinstance(refused, ConflictError):
                assert any(who in str(refused) for who, _keys in others)
                self.told[name] += 1
            return
        keys = keys_of(changes, editor.meant)
        mine = {key for key in keys if key in editor.meant or is_gone(key, after)}
        for _who, theirs in others:
            self.lost += meeting_each_other(mine, theirs)
        self.compare(editor, after.rows)
        self.done[name] += 1
        entry = Draft.version_of(self.meeting), editor.user.username, keys
        self.history.append(entry)

    def compare(self, editor, rows):
        """What anybody has said stands in the tables, until somebody means another."""
        self.said |= editor.wanted
        for (kind, pk, name), value in list(self.said.items()):
            if pk not in rows[kind]:
                del self.said[kind, pk, name]
            elif name in PLAIN and rows[kind][pk][name] != value:
                self.lost.append((kind, pk, name))


RELATIVE = ["step", "shift", "add"]


def is_gone(key, after):
    kind, pk, name = key
    return name == "*" and pk not in after.rows[kind]


def make_programme():
    """Two sessions; an item of each follows on, and one has hours of its own."""
    meeting = make_meeting(starts_on=DAY, timezone="UTC")
    for hour in (10, 14):
        start = meeting.midnight_of(DAY) + timedelta(hours=hour)
        hours = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
        session = make_session(meeting, released=False, date=DAY, **hours)
        make_item(session, released=False, follows=True, minutes=30)
        fixed = start + timedelta(hours=1)
        ends = {"starts_at": fixed, "ends_at": fixed + timedelta(minutes=30)}
        item = make_item(session, released=False, **ends)
        make_presentation(item, released=False)
        timing.recount(session)
    return meeting


@pytest.mark.parametrize("part", range(5))
def test_commands_of_two_editors_never_overwrite_each_other_silently(part):
    told, done = Counter(), Counter()

    for seed in range(part, INTERLEAVINGS, 5):
        found = Interleaving(seed)
        assert found.lost == [], seed
        told += found.told
        done += found.done

    assert told.total() >= 3
    assert set(done) == {"say", "put", "remove", *RELATIVE}


def test_without_the_rule_commands_overwrite_something(monkeypatch):
    """That the interleavings above would find it."""
    monkeypatch.setattr(Edit, "clashes_since", lambda edit, seen: iter(()))

    assert any(Interleaving(seed).lost for seed in range(10))
