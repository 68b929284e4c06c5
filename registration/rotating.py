"""A new key for sensitive answers: everything is sealed with it again."""

from dataclasses import dataclass

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile

from registration.models import Answer
from registration.sealing import (
    SealBrokenError,
    has_newest_seal,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)

# How each sealed text begins.
SEALED = "gAAAA"


@dataclass
class Rotation:
    anew: int = 0
    before: int = 0
    broken: int = 0


def rotate() -> Rotation:
    """Seal with the first key what an older one sealed, also in the audit trail."""
    result = Rotation()
    for answer in Answer.objects.filter(is_sealed=True).iterator():
        _rotate_file(answer, result) if answer.file else _rotate_text(answer, result)
    kind = ContentType.objects.get_for_model(Answer)
    for entry in LogEntry.objects.filter(content_type=kind).iterator():
        _rotate_entry(entry)
    return result


def _rotate_text(answer: Answer, result: Rotation) -> None:
    if has_newest_seal(answer.value.encode()):
        result.before += 1
        return
    try:
        anew = seal(unseal(answer.value))
    except SealBrokenError:
        result.broken += 1
        return
    # Not where it was answered differently meanwhile: that has the new seal.
    same = Answer.objects.filter(pk=answer.pk, value=answer.value)
    result.anew += same.update(value=anew)


def _rotate_file(answer: Answer, result: Rotation) -> None:
    before, storage = answer.file.name, answer.file.storage
    try:
        with answer.file.open() as file:
            content = file.read()
    except FileNotFoundError:
        result.broken += 1
        return
    if has_newest_seal(content):
        result.before += 1
        return
    try:
        sealed = ContentFile(seal_bytes(unseal_bytes(content)))
    except SealBrokenError:
        result.broken += 1
        return
    answer.file.save("answer", sealed, save=False)
    same = Answer.objects.filter(pk=answer.pk, file=before)
    is_kept = same.update(file=answer.file.name)
    storage.delete(before if is_kept else answer.file.name)
    result.anew += is_kept


def _rotate_entry(entry: LogEntry) -> None:
    values = (entry.changes or {}).get("value", [])
    anew = [_rotated(value) for value in values]
    if anew != values:
        changes = entry.changes | {"value": anew}
        LogEntry.objects.filter(pk=entry.pk).update(changes=changes)


def _rotated(value: str) -> str:
    if not str(value).startswith(SEALED) or has_newest_seal(value.encode()):
        return value
    try:
        return seal(unseal(value))
    except SealBrokenError:
        return value
