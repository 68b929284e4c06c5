from datetime import UTC, date, datetime

import pytest

from meeting.models import Meeting
from meeting.moments import date_range, in_zone, offset


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2017, 2, 16), date(2017, 2, 17), "16–17 February 2017"),
        (date(2017, 2, 16), date(2017, 2, 16), "16 February 2017"),
        (date(2017, 2, 28), date(2017, 3, 1), "28 February – 1 March 2017"),
        (date(2017, 12, 31), date(2018, 1, 1), "31 December 2017 – 1 January 2018"),
    ],
)
def test_date_range_says_nothing_twice(first, last, words):
    assert date_range(first, last) == words


@pytest.mark.parametrize(
    ("zone", "month", "words"),
    [
        ("America/New_York", 1, "UTC−5"),
        ("America/New_York", 7, "UTC−4"),
        ("Asia/Kathmandu", 1, "UTC+5:45"),
        ("Etc/GMT+12", 1, "UTC−12"),
        ("Pacific/Kiritimati", 1, "UTC+14"),
        ("Europe/London", 1, "UTC"),
    ],
)
def test_offset_is_that_of_the_day(zone, month, words):
    assert (
        offset(datetime(2027, month, 15, tzinfo=UTC), Meeting(timezone=zone)) == words
    )


def test_moment_is_said_in_the_meetings_zone_and_names_it():
    moment = datetime(2027, 1, 12, 23, tzinfo=UTC)

    words = in_zone(moment, Meeting(timezone="America/New_York"))

    assert words == "18.00 on 12 January 2027, New York time (UTC−5)"
