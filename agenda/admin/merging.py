"""What somebody typed into an older page, put together with what stands there now."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict

from agenda.models import Edit, Snapshot
from agenda.models.edit import Clash
from agenda.models.snapshot import MODELS, Values
from meeting.models import Meeting
from meeting.words import number_in

Row = tuple[str, int]
MOST_ROWS = 2_000
# A label, and what stands there.
Typed = tuple[str, str]


class Meanwhile:
    """Which rows others have changed since a version, and how they read then."""

    def __init__(self, meeting: Meeting, seen: int) -> None:
        self.meeting = meeting
        self.then: dict[Row, Values] = {}
        self.deleted_by: dict[Row, Edit] = {}
        edits = Edit.objects.filter(meeting=meeting).since(seen).select_related("by")
        for edit in edits:  # The newest first: the oldest value stays.
            for change in edit.list_changes():
                row = (change.kind, change.pk)
                self.then.setdefault(row, {}).update(change.before or {})
                if change.after is None:
                    self.deleted_by.setdefault(row, edit)

    def as_it_was(self, row: Model) -> Model:
        """The row as the page showed it; to be read, and not to be saved."""
        kind = row._meta.model_name
        values = self.then.get((kind, row.pk), {})
        rows = {each: {} for each in MODELS}
        rows[kind][row.pk] = values
        (then,) = Snapshot(self.meeting, rows).made(kind)
        was = copy(row)
        # A copy shares what was fetched along with it.
        was._state = copy(row._state)
        was._state.fields_cache = dict(row._state.fields_cache)
        for name in values:
            setattr(was, name, getattr(then, name))
        return was


class Merger:
    """Fields that were left as they stood on the page say what is said by now."""

    def __init__(self, data: QueryDict, files: Any, meanwhile: Meanwhile) -> None:
        self.data, self.files, self.meanwhile = data.copy(), files, meanwhile
        self.clashes: list[Clash] = []

    def merge_row(self, form: type[forms.ModelForm], row: Model, prefix: Any) -> None:
        now = form(instance=row, prefix=prefix)
        then = form(instance=self.meanwhile.as_it_was(row), prefix=prefix)
        self._read_role_as_it_was(then)
        for name, field in now.fields.items():
            if not self._is_typed(then, name):
                self._put(field.widget, now.add_prefix(name), now[name].value())

    def _read_role_as_it_was(self, then: forms.ModelForm) -> None:
        if role := getattr(then, "role", None):
            was = self.meanwhile.as_it_was(role)
            for name in then.initial.keys() & {"style", "function", "affiliation"}:
                then.initial[name] = getattr(was, name)
            then.initial["speaker"] = was.speaker_id

    def _is_typed(self, then: forms.ModelForm, name: str) -> bool:
        """Whether it differs from what the page showed."""
        field, html_name = then.fields[name], then.add_prefix(name)
        typed = field.widget.value_from_datadict(self.data, self.files, html_name)
        initial = then.get_initial_for_field(field, name)
        return field.has_changed(getattr(initial, "pk", initial), typed)

    def _put(self, widget: forms.Widget, name: str, value: Any) -> None:
        if isinstance(widget, forms.FileInput):
            return
        if isinstance(widget, forms.CheckboxInput):
            self.data.setlist(name, ["on"] if value else [])
            return
        said = widget.format_value(getattr(value, "pk", value))
        self.data.setlist(name, said if isinstance(said, list) else [said or ""])

    def merge_formset(
        self, formset: type[BaseInlineFormSet], queryset: Any, prefix: str
    ) -> None:
        kind = formset.model._meta.model_name
        changed = dict(self._rows(kind, prefix))
        there = {row.pk: row for row in queryset.filter(pk__in=changed.values())}
        gone = []
        for place, pk in changed.items():
            if row := there.get(pk):
                self.merge_row(formset.form, row, f"{prefix}-{place}")
            elif (kind, pk) in self.meanwhile.deleted_by:
                gone.append(place)
        if gone:
            self._without(gone, kind, formset, prefix)

    def _rows(self, kind: str, prefix: str) -> Iterator[tuple[int, int]]:
        """Place and number of those that others have changed."""
        for place in rows_in(self.data.get(f"{prefix}-INITIAL_FORMS")):
            pk = number_in(self.data.get(f"{prefix}-{place}-id"))
            row = (kind, pk)
            roles = kind == "presentation" and any(
                each[0] == "role" for each in self.meanwhile.then
            )
            if row in self.meanwhile.then or roles:
                yield place, pk

    def _without(
        self, gone: list[int], kind: str, formset: type[BaseInlineFormSet], prefix: str
    ) -> None:
        """What was deleted leaves the page; what was typed into it becomes a new row."""
        initial = len(rows_in(self.data.get(f"{prefix}-INITIAL_FORMS")))
        total = rows_in(self.data.get(f"{prefix}-TOTAL_FORMS"))
        rows = [self._take(f"{prefix}-{place}-") for place in total]
        kept = [row for n, row in enumerate(rows[:initial]) if n not in gone]
        added = rows[initial:]
        for place in gone:
            pk = int(rows[place]["id"][0])
            if self._was_typed_into(formset, kind, pk, rows[place]):
                edit = self.meanwhile.deleted_by[kind, pk]
                self.clashes.append(Clash(edit, kind, pk, "*"))
                added.append(rows[place] | {"id": [""]})
        for place, row in enumerate([*kept, *added]):
            for name, values in row.items():
                self.data.setlist(f"{prefix}-{place}-{name}", values)
        self.data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(added))

    def _was_typed_into(
        self,
        formset: type[BaseInlineFormSet],
        kind: str,
        pk: int,
        row: dict[str, list[str]],
    ) -> bool:
        if "DELETE" in row:
            return False
        rows = {each: {} for each in MODELS} | {
            kind: {pk: self.meanwhile.then[kind, pk]}
        }
        (was,) = Snapshot(self.meanwhile.meeting, rows).made(kind)
        was.meeting = self.meanwhile.meeting
        data = QueryDict(mutable=True)
        for name, values in row.items():
            data.setlist(f"x-{name}", values)
        form = formset.form(data, instance=was, prefix="x")
        return any(name != "position" for name in form.changed_data)

    def _take(self, start: str) -> dict[str, list[str]]:
        names = [name for name in self.data if name.startswith(start)]
        return {name.removeprefix(start): self.data.pop(name) for name in names}


def typed_into(form: forms.Form, data: QueryDict) -> Iterator[Typed]:
    """What stands in the fields of text, as its label and itself."""
    for name, field in form.fields.items():
        text = data.get(form.add_prefix(name), "").strip()
        is_text = not isinstance(
            field, forms.ChoiceField | forms.ModelChoiceField | forms.BooleanField
        )
        if text and is_text and name != "position" and not field.widget.is_hidden:
            yield str(form[name].label), text


def rows_in(text: str | None) -> range:
    """The places of so many rows as a page says; Django looks at no more of them."""
    return range(min(number_in(text), MOST_ROWS))
