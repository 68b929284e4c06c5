"""A meeting in the database, written out as a programme file."""

from datetime import time
from typing import Any

import yaml

from agenda.programme.collecting import to_programme
from agenda.programme.schema import Programme
from meeting.models import Meeting

_ON_ONE_LINE = {"dates", "languages", "tbc"}


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # Entries stand further in.

    def represent_mapping(self, *args: Any, **kwargs: Any) -> yaml.MappingNode:
        node = super().represent_mapping(*args, **kwargs)
        for name, value in node.value:
            if name.value in _ON_ONE_LINE:
                value.flow_style = True
        return node


def _write_hour(dumper: yaml.Dumper, hour: time) -> yaml.Node:
    # In quotes, since YAML takes 10.00 for a number.
    return dumper.represent_scalar("tag:yaml.org,2002:str", f"{hour:%H.%M}", style='"')


def _write_text(dumper: yaml.Dumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(time, _write_hour)
_Dumper.add_representer(str, _write_text)


def dump(meeting: Meeting) -> str:
    """The YAML text: what stands above in the format stands above in the file."""
    return write(to_programme(meeting))


def write(programme: Programme) -> str:
    data = programme.model_dump(exclude_defaults=True)
    return "\n".join(_write({name: value}) for name, value in data.items())


def _write(data: dict[str, Any]) -> str:
    return yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=float("inf"),
    )
