"""Files are kept whole or not at all, and none without a row that names it."""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.models import FileField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from meeting.files.names import FOLDERS

log = logging.getLogger(__name__)

# Names of the files that this request has written.
_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


class NotKeptError(ValidationError):
    """There is no room, or the storage does not answer; nothing of the file is there."""

    def __init__(self) -> None:
        sentence = _(
            "The file could not be kept just now, so nothing was saved. All else that you"
            " typed is still here: choose the file again, and try once more in some"
            " minutes. If it goes on, tell the secretariat, or whoever runs this site."
        )
        super().__init__(sentence, code="not_kept")


class Keeping:
    """What a storage of ours has in common; `failures` are those of its own kind."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def save(self, name: str, content: File, max_length: int | None = None) -> str:
        """Raises NotKeptError."""
        try:
            kept = super().save(name, content, max_length)
        except self.failures as error:
            log.error("A file could not be kept: %s", error)
            raise NotKeptError from error
        if (written := _written.get()) is not None:
            written.append(kept)
        return kept


def forget_orphans(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Delete what a request wrote for a row that was not saved in the end."""

    def answer(request: HttpRequest) -> HttpResponse:
        before = _written.set([])
        try:
            response = get_response(request)
            if written := _written.get():
                _forget(written)
            return response
        finally:
            _written.reset(before)

    return answer


def _forget(names: list[str]) -> None:
    try:
        for name in orphans_among(names):
            default_storage.delete(name)
    except (DatabaseError, *default_storage.failures) as error:
        # The sweep finds it another day.
        log.warning("Files without a row may be left: %s", error)


def orphans_among(names: Iterable[str]) -> set[str]:
    """Those of these names that no row has, in the folders where each must have one."""
    names = {name for name in names if name.partition("/")[0] in FOLDERS}
    return names - set(_named(names)) if names else set()


def _named(names: set[str]) -> Iterable[str]:
    """One query, over every column of every model that names a file."""
    first, *others = (
        model._base_manager.filter(**{f"{name}__in": names})
        .order_by()
        .values_list(name, flat=True)
        for model, name in columns()
    )
    return first.union(*others)


def columns() -> list[tuple[type, str]]:
    """Each column that names a file, as its model and its name."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    ]
