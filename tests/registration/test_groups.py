import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from registration.groups import ORGANIZER, SECRETARIAT, SENSITIVE, make_groups

pytestmark = pytest.mark.django_db


def permissions_of(name):
    held = Permission.objects.filter(group__name=name)
    return {
        f"{each.content_type.app_label}.{each.codename}"
        for each in held.select_related("content_type")
    }


def remake():
    make_groups(apps=apps, using="default")


def test_secretariat_runs_the_programme():
    held = permissions_of(SECRETARIAT)

    for model in ("meeting.{}_meeting", "agenda.{}_item", "registration.{}_category"):
        for action in ("view", "add", "change", "delete"):
            assert model.format(action) in held


def test_secretariat_decides_on_registrations_and_deletes_none():
    held = permissions_of(SECRETARIAT)

    assert {each for each in held if each.endswith("_registration")} == {
        "registration.view_registration",
        "registration.add_registration",
        "registration.change_registration",
        "registration.export_registration",
    }


def test_secretariat_has_mails_sent_again_and_reads_the_audit_trail():
    held = permissions_of(SECRETARIAT)

    assert {each for each in held if each.startswith(("mail.", "auditlog."))} == {
        "mail.view_message",
        "mail.change_message",
        "auditlog.view_logentry",
    }


def test_nobody_of_the_staff_is_given_accounts():
    for name in (SECRETARIAT, ORGANIZER):
        assert not [each for each in permissions_of(name) if each.startswith("auth.")]


def test_organizer_only_reads_and_exports():
    held = permissions_of(ORGANIZER)

    assert "agenda.view_item" in held
    assert "registration.export_registration" in held
    assert {each.partition(".")[2].partition("_")[0] for each in held} == {
        "view",
        "export",
    }
    assert "mail.view_message" in held
    assert not [each for each in held if each.startswith("auditlog.")]


def test_what_an_operator_gave_stays():
    given = Permission.objects.get(codename="view_user")
    Group.objects.get(name=ORGANIZER).permissions.add(given)

    remake()

    assert "auth.view_user" in permissions_of(ORGANIZER)


def test_what_is_missing_is_given():
    before = permissions_of(SECRETARIAT)
    Group.objects.get(name=SECRETARIAT).permissions.clear()
    Group.objects.get(name=ORGANIZER).delete()

    remake()

    assert permissions_of(SECRETARIAT) == before
    assert "registration.view_registration" in permissions_of(ORGANIZER)


@pytest.mark.django_db(transaction=True)
def test_groups_are_there_again_after_the_database_was_emptied():
    call_command("flush", verbosity=0, interactive=False)

    names = Group.objects.values_list("name", flat=True)

    assert set(names) == {SECRETARIAT, ORGANIZER, SENSITIVE}


def test_only_a_group_of_its_own_sees_sensitive_answers():
    assert permissions_of(SENSITIVE) == {"registration.view_sensitive"}
    for name in (SECRETARIAT, ORGANIZER):
        assert "registration.view_sensitive" not in permissions_of(name)
