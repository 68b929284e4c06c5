"""The audit trail of registrations: which entries speak of somebody, and in words."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _

from meeting.models import Meeting
from meeting.moments import in_zone
from registration.models import (
    Answer,
    Category,
    Choice,
    FormerLink,
    Question,
    Registration,
)


def entries_about(registrations: Iterable[Registration]) -> QuerySet[LogEntry]:
    """Of these people, their answers and choices, also before they were merged."""
    pks = _numbers(registrations)
    return LogEntry.objects.filter(
        Q(content_type=_type(Registration), object_id__in=pks)
        | Q(
            content_type__in=[_type(Answer), _type(Choice)],
            additional_data__registration__in=pks,
        )
    )


def admin_entries_about(registrations: Iterable[Registration]) -> QuerySet[AdminEntry]:
    """What the admin notes of its own pages, with the name of whoever was changed."""
    return AdminEntry.objects.filter(
        content_type=_type(Registration),
        object_id__in=map(str, _numbers(registrations)),
    )


def entries_of_answers(question: Question) -> QuerySet[LogEntry]:
    """All that was ever answered to it, also what was changed or taken away since."""
    # An answer is written in the trail as "registration: question".
    written = Q(content_type=_type(Answer), object_repr__endswith=f": {question.pk}")
    chosen = Q(content_type=_type(Choice), object_id__in=_choices_of(question))
    return LogEntry.objects.filter(written | chosen)


def _choices_of(question: Question) -> set[int]:
    """The choices of its options, also those that were taken back."""
    # The trail keeps every value as a text.
    options = [str(pk) for pk in question.options.values_list("pk", flat=True)]
    named = Q(changes__option__1__in=options) | Q(changes__option__0__in=options)
    entries = LogEntry.objects.filter(named, content_type=_type(Choice))
    return set(entries.values_list("object_id", flat=True))


def record_readings(
    by: User, read: Iterable[tuple[Registration, Iterable[Question]]]
) -> None:
    """Note who has read which sensitive answers of whom."""
    LogEntry.objects.bulk_create(
        LogEntry(
            action=LogEntry.Action.ACCESS,
            actor=by,
            content_type=_type(Registration),
            object_pk=str(registration.pk),
            object_id=registration.pk,
            object_repr=str(registration),
            additional_data={"read": [question.text for question in questions]},
        )
        for registration, questions in read
    )


class Words:
    """What the trail keeps of a registration's fields, as people read it."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def _categories(self) -> dict[str, str]:
        categories = Category.objects.values_list("pk", "name")
        return {str(pk): name for pk, name in categories}

    def of(self, field: Field, value: Any) -> str:
        """Empty where it was."""
        if value in (None, "None", ""):
            return ""
        if field.name == "category":
            return self._categories.get(str(value), str(value))
        match field.get_internal_type():
            case "DateTimeField":
                moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
                return in_zone(moment, self.meeting)
            case "BooleanField":
                return _("Yes") if str(value) == "True" else _("No")
            case "JSONField" if isinstance(value, str):
                return ", ".join(json.loads(value))
        return str(dict(field.flatchoices).get(value, value))


def _numbers(registrations: Iterable[Registration]) -> set[int]:
    """Theirs, and of those that were merged into them."""
    registrations = list(registrations)
    pks = {registration.pk for registration in registrations}
    return pks | _merged_into(registrations, pks)


def _merged_into(registrations: list[Registration], pks: set[int]) -> set[int]:
    """The numbers of the registrations that became a part of these."""
    links = FormerLink.objects.filter(registration__in=pks)
    merged = set(links.values_list("former", flat=True))
    # A revoked link is forgotten; the reference is not.
    named = Q(pk__in=[])
    for registration in registrations:
        for reference in registration.former_references:
            named |= Q(object_repr__endswith=f"({reference})")
    if named != Q(pk__in=[]):
        entries = LogEntry.objects.filter(named, content_type=_type(Registration))
        merged |= set(entries.values_list("object_id", flat=True))
    return merged


def _type(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)
