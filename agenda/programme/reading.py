"""A programme file, read and checked: all that is wrong with it is said at once."""

from pathlib import Path
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import ValidationError

from agenda.programme.mistakes import (
    Location,
    Mistake,
    ProgrammeError,
    did_you_mean,
    where,
)
from agenda.programme.schema import Context, Part, Programme
from agenda.programme.source import Source


def read_file(path: Path) -> Programme:
    return read(path.read_bytes(), name=str(path))


def read(content: bytes, *, name: str = "programme.yaml") -> Programme:
    """The programme that is written there; raises ProgrammeError with every mistake."""
    source = Source(content, name, all_fields(Part))
    mistakes = list(source.mistakes)
    try:
        programme = Programme.model_validate(source.data, context=Context())
    except ValidationError as error:
        mistakes += [_mistake(source, each) for each in error.errors()]
    if mistakes:
        raise ProgrammeError(name, mistakes)
    return programme


def _mistake(source: Source, error: dict[str, Any]) -> Mistake:
    location = error["loc"]
    words = error.get("ctx", {}).get("words", {})
    text = source.text(location)
    words = {"text": text, "hour": text.replace(":", "."), **words}
    sentence = _sentence(error) % words
    return Mistake(source.line(location), where(location) or _("this file"), sentence)


def _sentence(error: dict[str, Any]) -> str:
    match error["type"]:
        case "programme":
            return str(error["ctx"]["sentence"])
        case "missing":
            return _("is missing; it cannot be left out.")
        case "extra_forbidden":
            hint = did_you_mean(error["loc"][-1], _fields_beside(error["loc"]))
            return _("is not known here; %s") % hint.replace("%", "%%")
        case "list_type":
            return _(
                "is not a list; write each entry on a line of its own, after “- ”, or"
                " all in [ ], with commas."
            )
        case "model_type":
            return _("has no fields; expected lines such as “title: …” here.")
    return error["msg"].replace("%", "%%")


def _fields_beside(location: Location) -> list[str]:
    """The fields of the mapping in which something stands."""
    part: Any = Programme
    for name in location[:-1]:
        if isinstance(name, str):
            part = _part_in(part.model_fields[name].annotation)
    return list(part.model_fields)


def _part_in(annotation: Any) -> type[Part]:
    """The mapping of `Part`, `Part | None` or `list[Part]`."""
    inner = [each for each in get_args(annotation) if each is not type(None)]
    return _part_in(inner[0]) if inner else annotation


def all_fields(part: type[Part]) -> set[str]:
    """Every name of a field anywhere in the format."""
    inner = [all_fields(each) for each in part.__subclasses__()]
    return set(part.model_fields).union(*inner)
