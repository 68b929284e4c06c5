"""The States, from `data/states.csv`: UN short names in six languages, M49 regions."""

import csv
import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from meeting.words import plain

LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")

# What people write instead of the UN name, where it can mean one State only.
OTHER_NAMES = {
    "America": "USA",
    "Britain": "GBR",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "Czech Republic": "CZE",
    "DPRK": "PRK",
    "DR Congo": "COD",
    "DRC": "COD",
    "East Timor": "TLS",
    "Great Britain": "GBR",
    "Holland": "NLD",
    "Ivory Coast": "CIV",
    "Laos": "LAO",
    "Macedonia": "MKD",
    "Moldova": "MDA",
    "North Korea": "PRK",
    "Palestine": "PSE",
    "Russia": "RUS",
    "South Korea": "KOR",
    "Swaziland": "SWZ",
    "Syria": "SYR",
    "Tanzania": "TZA",
    "Turkey": "TUR",
    "UAE": "ARE",
    "UK": "GBR",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Vatican": "VAT",
    "Vietnam": "VNM",
}


@dataclass(frozen=True)
class State:
    code: str  # ISO 3166, three letters
    short_code: str
    status: str
    region: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.names.get((get_language() or "en")[:2], self.names["en"])


@cache
def states() -> dict[str, State]:
    """All of them by code, in the English alphabetical order that the UN seats them in."""
    path = Path(__file__).parent / "data" / "states.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = [
            State(
                code=row["iso3"],
                short_code=row["iso2"],
                status=row["status"],
                region=row["region"],
                names={language: row[language] for language in LANGUAGES},
            )
            for row in csv.DictReader(file)
        ]
    found.sort(key=lambda state: plain(state.names["en"]))
    return {state.code: state for state in found}


def find_state(words: str) -> State | None:
    """The State of a name or code, whatever the accents, the case and the language."""
    name = plain(words)
    return _by_name().get(name) or _by_name().get(name.removeprefix("the "))


def suggest_states(words: str, most: int = 3) -> list[State]:
    """States with names like these words, to ask "did you mean …?"."""
    wanted, names = plain(words), _by_name()
    # "Korea" is part of two names; "Frence" is near one.
    close = [name for name in names if f" {wanted} " in f" {name} "] if wanted else []
    close += difflib.get_close_matches(wanted, names, n=most * 2, cutoff=0.7)
    return list({names[name].code: names[name] for name in close}.values())[:most]


@cache
def _by_name() -> dict[str, State]:
    names = {}
    for state in states().values():
        short = re.sub(r"\s*\(.*\)", "", state.names["en"])
        for name in (*state.names.values(), short, state.code, state.short_code):
            # "Congo" is one State's whole name and the beginning of no other's.
            names.setdefault(plain(name), state)
    for name, code in OTHER_NAMES.items():
        names.setdefault(plain(name), states()[code])
    return names
