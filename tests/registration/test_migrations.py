"""What stood in the tables before a migration stands there after it, and back."""

from datetime import UTC, date, datetime

import pytest

BEFORE = [("registration", "0002_default_categories")]
AFTER = [("registration", "0010_mails_to_many")]
RECEIVED_AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def old_state(migrator):
    """A meeting with two registrations, as the first version wrote them."""
    state = migrator.apply_initial_migration(BEFORE)
    meeting = state.apps.get_model("meeting", "Meeting").objects.create(
        slug="15", title="A", starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 16)
    )
    category = state.apps.get_model("registration", "Category").objects.first()
    registration = state.apps.get_model("registration", "Registration").objects
    for number, (organization, code) in enumerate([("Kenya", "KEN"), ("O'Brien", "")]):
        registration.create(
            meeting_id=meeting.pk,
            category=category,
            submission=f"form {number}",
            reference=f"0000{number}-00000",
            organization=organization,
            state=code,
            name="José YUSUF",
            email=f"jose{number}@example.org",
            status="waiting",
            created_at=RECEIVED_AT,
        )
    return state


def test_registrations_keep_their_place_and_get_their_keys_also_on_the_way_back(
    old_state, migrator
):
    state = migrator.apply_tested_migration(AFTER)

    model = state.apps.get_model("registration", "Registration")
    found = model.objects.order_by("pk")
    assert [each.arrived_at for each in found] == [RECEIVED_AT] * 2
    assert [each.organization_key for each in found] == ["KEN", "obrien"]
    assert {each.name_key for each in found} == {"jose yusuf"}
    assert {(each.status, each.held) for each in found} == {("waiting", "")}

    state = migrator.apply_tested_migration(BEFORE)

    model = state.apps.get_model("registration", "Registration")
    assert model.objects.filter(status="waiting").count() == 2
