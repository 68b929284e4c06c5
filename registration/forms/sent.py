"""What a browser sent, as forms are given it."""

from typing import Any

from django.utils.datastructures import MultiValueDict


def many(data: Any, name: str) -> list[str]:
    """All that was sent under a name."""
    return (
        data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name, [])
    )


def pairs(data: Any) -> list[tuple[str, str]]:
    """All that was sent, a pair for each value."""
    if not isinstance(data, MultiValueDict):
        data = MultiValueDict(
            {
                name: value if isinstance(value, list) else [value]
                for name, value in data.items()
            }
        )
    return [(name, value) for name, values in data.lists() for value in values]
