from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from meeting.models import Page
from tests.making import make_meeting, make_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("year", [1, 1944, 2200, 9999])
def test_year_that_is_mistyped_is_refused_by_the_database(year):
    with pytest.raises(IntegrityError):
        make_meeting(starts_on=date(year, 2, 16), ends_on=date(year, 2, 17))


def test_meeting_of_months_is_refused_with_a_question():
    meeting = make_meeting(starts_on=date(2027, 2, 16))
    meeting.ends_on = date(2028, 2, 17)

    with pytest.raises(ValidationError) as refused:
        meeting.full_clean()

    assert refused.value.message_dict == {
        "ends_on": ["A meeting lasts at most 60 days. Is the year right?"]
    }


def test_one_meeting_is_current_at_most():
    first, second = make_meeting(), make_meeting()
    first.make_current()
    second.make_current()
    first.refresh_from_db()

    assert (first.is_current, second.is_current) == (False, True)
    with pytest.raises(IntegrityError):
        type(first).objects.filter(pk=first.pk).update(is_current=True)


@pytest.mark.parametrize("slug", ["register", "agenda", "me", "participants"])
def test_page_cannot_take_an_address_of_the_site(slug):
    page = Page(meeting=make_meeting(), title="A page", slug=slug)

    with pytest.raises(ValidationError, match="is a page of the site itself"):
        page.full_clean()


def test_registration_ends_with_the_meeting_at_the_latest():
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="Africa/Nairobi")
    meeting.registration_opens_at = datetime(2027, 1, 1, tzinfo=UTC)
    meeting.registration_closes_at = meeting.ends_at + timedelta(days=20)

    with time_machine.travel(meeting.ends_at + timedelta(days=1), tick=False):
        assert not meeting.is_registration_open
    with time_machine.travel(meeting.ends_at - timedelta(hours=1), tick=False):
        assert meeting.is_registration_open


@pytest.mark.parametrize(
    ("shows", "address"),
    [
        (Page.Shows.TEXT, "/15/page-1/"),
        (Page.Shows.OBJECTIVES, "/15/#objectives"),
        (Page.Shows.AGENDA, "/15/agenda/"),
        (Page.Shows.PARTICIPANTS, "/15/participants/"),
    ],
)
def test_page_leads_to_its_text_or_to_a_list(shows, address):
    assert make_page(shows=shows).get_absolute_url() == address
