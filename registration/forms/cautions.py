"""What a person should know before it counts: said once, and never forbidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from registration.forms.sent import many


@dataclass(frozen=True)
class Caution:
    """A warning; the key names exactly what was warned of."""

    key: str
    text: str


class Cautions:
    """A form that warns: sent a second time with the same content, it goes through."""

    data: Any

    def find_cautions(self) -> Iterator[Caution]:
        """All that there is to say of a valid form."""
        return iter(())

    @cached_property
    def found(self) -> list[Caution]:
        return list(self.find_cautions()) if self.is_valid() else []

    @cached_property
    def cautions(self) -> list[Caution]:
        """What the person has not been told yet."""
        told = many(self.data, "warned")
        return [caution for caution in self.found if caution.key not in told]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Hidden inputs: what this page tells."""
        found = self.found if self.is_bound else []
        return [("warned", caution.key) for caution in found]
