"""What the outbox held before a migration it holds after it, and back."""

from datetime import UTC, datetime

import pytest

BEFORE = [("mail", "0001_initial")]
AFTER = [("mail", "0003_newest_first")]
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def make_message(tables, number, **fields):
    kind, _made = tables.apps.get_model(
        "contenttypes", "ContentType"
    ).objects.get_or_create(app_label="mail", model="heartbeat")
    return tables.apps.get_model("mail", "Message").objects.create(
        content_type_id=kind.pk,
        object_id=number,
        kind="test",
        to=f"person{number}@example.org",
        subject="A subject",
        text="A text.",
        message_id=f"<{number}@example.org>",
        **fields,
    )


@pytest.fixture
def old_state(migrator):
    state = migrator.apply_initial_migration(BEFORE)
    make_message(state, 1, state="sent", sent_at=AT)
    make_message(state, 2, state="queued", once="reminder")
    state.apps.get_model("mail", "Heartbeat").objects.create(at=AT)
    return state


def states_of(state):
    messages = state.apps.get_model("mail", "Message").objects.order_by("object_id")
    return list(messages.values_list("state", flat=True))


def test_messages_stay_also_on_the_way_back_and_the_heartbeat_is_the_queues(
    old_state, migrator
):
    state = migrator.apply_tested_migration(AFTER)

    assert states_of(state) == ["sent", "queued"]
    heartbeats = state.apps.get_model("mail", "Heartbeat").objects
    assert list(heartbeats.values_list("name", "at")) == [("queue", AT)]

    make_message(state, 3, state="stopped")
    make_message(state, 4, state="bounced", sent_at=AT)
    heartbeats.create(name="worker", at=AT)

    state = migrator.apply_tested_migration(BEFORE)

    # In old words, what it can.
    assert states_of(state) == ["sent", "queued", "failed", "sent"]
    assert state.apps.get_model("mail", "Heartbeat").objects.count() == 1
