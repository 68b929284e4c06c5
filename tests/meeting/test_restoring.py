"""What a test committed is taken back, and what migrations wrote is there again."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import TransactionTestCase

from meeting.models import Meeting
from tests.making import make_meeting, make_user


def rows():
    of_groups = Group.permissions.through.objects.order_by("pk").values_list()
    named = [
        model.objects.order_by("pk").values_list() for model in (Group, Permission)
    ]
    return [*of_groups, *named[0], *named[1]]


@pytest.mark.django_db(transaction=True)
def test_each_test_that_commits_leaves_what_migrations_wrote():
    before = rows()
    make_user("somebody").groups.add(Group.objects.first())
    make_meeting()
    Permission.objects.first().delete()
    Group.objects.last().delete()

    TransactionTestCase._fixture_teardown(None)

    assert rows() == before
    assert not Meeting.objects.exists()
    assert make_user("another").groups.count() == 0
