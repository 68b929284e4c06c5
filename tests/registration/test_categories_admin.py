"""The list of categories in the admin: those by which one meeting goes."""

import pytest

from registration.models import Category
from tests.making import make_category, make_meeting
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/category/"


def listed(client, query=""):
    return set(client.get(LIST + query).context["cl"].queryset)


def test_list_has_a_meetings_own_categories_only(client):
    meeting = make_meeting()
    offered = make_category(meeting)
    not_offered = make_category(meeting, is_offered=False)
    make_category(make_meeting(slug="other"))
    sign_in(client)

    assert listed(client, f"?meeting={meeting.pk}") == {offered, not_offered}


def test_list_has_those_of_all_meetings_where_a_meeting_has_none(client):
    meeting = make_meeting()
    sign_in(client)

    assert listed(client, f"?meeting={meeting.pk}") == set(Category.objects.all())


def test_list_of_all_meetings_has_all(client):
    make_category(make_meeting())
    sign_in(client)

    assert listed(client, "?meeting=all") == set(Category.objects.all())
