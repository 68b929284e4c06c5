from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """Two months before the meeting; the clock goes on only where it is moved."""
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as traveller:
        yield traveller
