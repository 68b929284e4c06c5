"""What is loaded is dumped, and what is dumped is loaded, with nothing lost."""

from pathlib import Path

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from agenda.programme.collecting import to_programme
from agenda.programme.dumping import dump, write
from agenda.programme.loading import load
from agenda.programme.reading import read, read_file
from tests.agenda.programme.strategies import programmes

DEMO = Path(__file__).parents[3] / "meeting" / "demo"
FILES = [
    DEMO / "meeting-14.yaml",
    DEMO / "meeting-15.yaml",
    Path(__file__).parent / "files" / "three-days.yaml",
]
some = settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    # A whole programme takes minutes to shrink; the difference says enough.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

pytestmark = pytest.mark.django_db


def read_data(data):
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return read(text.encode())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_comes_back_as_it_was(file):
    before = read_file(file)

    meeting, _changes = load(before)
    text = dump(meeting)

    assert read(text.encode()) == before
    assert str(load(read(text.encode()))[1]) == "0 added, 0 changed, 0 removed"
    assert dump(meeting) == text


@given(data=programmes())
@some
def test_any_programme_comes_back_as_it_was(data):
    before = read_data(data)
    with transaction.atomic():
        meeting, _changes = load(before)
        text = dump(meeting)
        after = read(text.encode())
        changes = load(after)[1]
        transaction.set_rollback(True)

    assert write(after) == write(before)
    assert after == before
    assert str(changes) == "0 added, 0 changed, 0 removed"


def without(data, names):
    """The data with no mapping in it that has these fields."""
    if isinstance(data, list):
        return [without(each, names) for each in data]
    if not isinstance(data, dict):
        return data
    return {k: without(v, names) for k, v in data.items() if k not in names}


@given(first=programmes(), second=programmes())
@some
def test_a_programme_takes_the_place_of_another(first, second):
    """Rows that are kept say what the new file says; only addresses stay."""
    # Left to the secretariat, where the file does not say.
    theirs = {"contact", "registration", "site_menu", "language", "visibility"}
    theirs |= {"author", "contributed", "visible_from"}
    wanted = read_data(without(second, theirs))
    with transaction.atomic():
        load(read_data(without(first, theirs)))
        meeting, _changes = load(wanted)
        became = to_programme(meeting)
        transaction.set_rollback(True)

    assert without(became.model_dump(), {"slug"}) == without(
        wanted.model_dump(), {"slug"}
    )
