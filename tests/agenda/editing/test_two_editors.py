"""Two people edit one programme at random, each with pages that grow old.

What each has decided is read from the tables themselves, before and after each act; so
the rule that refuses is not asked whether it was right.
"""

from contextlib import contextmanager
from random import Random

import pytest
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from agenda.editing import timing
from agenda.editing.pasting import read, save
from agenda.editing.undoing import undo
from agenda.models import Draft, Edit, Session, Snapshot
from agenda.models.snapshot import differences
from tests.making import make_item, make_session, make_user
from tests.parts.staff import form_data

pytestmark = pytest.mark.django_db
INTERLEAVINGS = 50
ACTS = 5


class Editor:
    """Somebody with the page of a session open, as it was when it was opened."""

    def __init__(self, name, session, random):
        self.user = make_user(name, is_superuser=True)
        self.session, self.random = session, random
        self.url = reverse("admin:agenda_session_change", args=[session.pk])
        self.last_edit = None
        self.open()

    def ask(self, method, data=None):
        """The page's answer; drawing it would take longer than all the rest."""
        request = getattr(RequestFactory(), method)(self.url, data)
        request.user, request.session = self.user, {}
        request._messages = CookieStorage(request)
        request._dont_enforce_csrf_checks = True
        view = admin.site.get_model_admin(Session).change_view
        with timezone.override(self.session.meeting.zone):
            response = view(request, str(self.session.pk))
        response.context = getattr(response, "context_data", None)
        return response

    def open(self):
        self.page = form_data(self.ask("get"))
        self.seen = int(self.page["seen"])

    @property
    def rows(self):
        return range(int(self.page["items-INITIAL_FORMS"]))

    def send(self, typed):
        """Whose changes the page names if it was refused, else None."""
        response = self.ask("post", self.page | typed)
        if response.status_code == 302:
            self.last_edit = Edit.objects.first()
            return None
        return " ".join(response.context["adminform"].form.non_field_errors())

    def save_field(self):
        row = self.random.choice([*self.rows, None])
        prefix = "" if row is None else f"items-{row}-"
        name, value = self.random.choice(
            [("title", f"Title {self.random.random()}"), ("start", "11:15")]
            if row is not None
            else [("title", "Another"), ("note", "Of the session"), ("room", "Room 8")]
        )
        return self.send({prefix + name: f"{value}"})

    def move(self):
        if len(self.rows) < 2:
            return self.save_field()
        one, other = self.random.sample(self.rows, 2)
        names = [f"items-{row}-position" for row in (one, other)]
        places = [self.page[name] for name in names]
        return self.send(dict(zip(names, reversed(places), strict=True)))

    def delete(self):
        if not self.rows:
            return self.add()
        return self.send({f"items-{self.random.choice(self.rows)}-DELETE": "on"})

    def add(self):
        total = int(self.page["items-TOTAL_FORMS"])
        return self.send(
            {"items-TOTAL_FORMS": total + 1, f"items-{total}-title": "New"}
        )

    def paste(self):
        self.seen = Draft.version_of(self.session.meeting)
        save(read("I. Pasted"), Session.objects.get(), by=self.user)

    def shift(self):
        """Ten minutes later than whatever it is: on top of what others have decided."""
        self.seen = Draft.version_of(self.session.meeting)
        timing.shift_session(self.session.meeting, self.session.pk, 10, by=self.user)

    def undo(self):
        edit = self.last_edit
        if edit is None or edit.by != self.user:
            return self.save_field()
        self.seen, self.last_edit = edit.number, None
        try:
            undo(edit, by=self.user)
        except ValidationError as error:
            return error.message
        return None


def decided(before, after, acting):
    """The values that differ; of places, those that were meant."""
    keys = set()
    for change in differences(before, after):
        whole = "*" in change.names
        for name in (change.before or change.after) if whole else change.names:
            if name != "position" or whole or acting == "move":
                keys.add((change.kind, change.pk, name))
    return keys


def overwritten(seed):
    """What was overwritten silently in one interleaving."""
    random = Random(seed)
    session = make_session(title=f"Session {seed}")
    make_item(session, title="One", released=False)
    editors = [Editor(name, session, random) for name in ("ann", "bob")]
    history, lost = [], []
    after = Snapshot.of(session.meeting)
    for _act in range(ACTS):
        before = after
        editor = random.choice(editors)
        acting = random.choice(
            ["save_field"] * 6 + ["move", "delete", "add", "paste", "shift", "undo"]
        )
        message = getattr(editor, acting)()
        after = Snapshot.of(session.meeting)
        keys = decided(before, after, acting)
        others = [
            (name, theirs)
            for version, name, theirs in history
            if name != editor.user.username and version > editor.seen
        ]
        if message is not None:
            assert not keys, "What is refused changes nothing."
            assert any(name in message for name, _keys in others), message
        elif acting != "undo" or keys:
            lost += [key for _name, theirs in others for key in keys & theirs]
        version = Draft.version_of(session.meeting)
        if keys:
            history.append((version, editor.user.username, keys))
        # As the browser does; meanwhile the page of the other grows old.
        editor.open()
    return lost


@pytest.mark.parametrize("part", range(5))
def test_two_editors_never_overwrite_each_other_silently(part):
    for seed in range(part, INTERLEAVINGS, 5):
        with and_forgotten():
            assert overwritten(seed) == [], seed


def test_without_the_rule_something_is_overwritten(monkeypatch):
    """That the interleavings above would find it."""
    monkeypatch.setattr(Edit, "clashes_since", lambda edit, seen: iter(()))

    def is_harmed(seed):
        with and_forgotten():
            return overwritten(seed)

    assert any(is_harmed(seed) for seed in range(10))


@contextmanager
def and_forgotten():
    """The next two find nothing of what was done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
