"""What the desk does to many at once, and who is passed over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.contributing import deciding
from agenda.contributing.overview import Overview, Search
from agenda.contributing.together import ACTIONS, Pick, Said, do_to
from agenda.models import Request
from meeting.mail.models import Message
from tests.agenda.contributing.works import begin, passed_over
from tests.making import (
    make_contributor,
    make_item,
    make_meeting,
    make_message,
    make_presentation,
    make_request,
    make_role,
    make_speaker,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def yesterday():
    return timezone.now() - timedelta(days=1)


def act(name, requests, **said):
    """Do it to these; who was passed over, with why."""
    return passed_over(begin(name, requests, **said))


def states():
    requests = Request.objects.order_by("pk")
    return [request.state for request in requests]


def make_three():
    """Requests to three organizations of one meeting, two of which are late."""
    meeting = make_meeting()
    return [
        make_request(make_contributor(meeting, organization=name), due_at=due_at)
        for name, due_at in (
            ("Late", yesterday()),
            ("Late too", yesterday()),
            ("In time", timezone.now() + timedelta(days=3)),
        )
    ]


def test_those_picked_are_reminded_by_one_mail_each():
    late, late_too, _in_time = make_three()
    make_request(late.contributor, kind="photo")

    passed = act("remind", [late, late_too])

    assert passed == {}
    mails = Message.objects.order_by("pk")
    assert [mail.about for mail in mails] == [late.contributor, late_too.contributor]
    assert "Photo" in mails[0].text


def test_who_has_no_address_or_has_sent_all_is_passed_over():
    late, late_too, _in_time = make_three()
    late.contributor.email = ""
    late.contributor.save()
    make_submission(late_too)

    passed = act("remind", [late, late_too])

    assert passed == {
        "Late": "No address is known.",
        "Late too": "Nothing is awaited from them.",
    }
    assert not Message.objects.exists()


def test_two_of_the_desk_remind_once():
    late = make_three()[0]
    shown_at = timezone.now()

    act("remind", [late], shown_at=shown_at)
    passed = act("remind", [late], shown_at=shown_at)

    assert passed == {"Late": "Somebody else has reminded them meanwhile."}
    assert Message.objects.count() == 1


def test_who_has_not_been_told_is_told():
    request = make_request(asked_at=None)
    known = make_request(
        make_contributor(request.contributor.meeting, organization="A")
    )

    passed = act("tell", [request, known])

    assert passed == {"A": "They know what they are asked for."}
    assert Message.objects.get().about == request.contributor


def test_only_what_waits_is_accepted():
    first, second, _third = make_three()
    make_submission(first)

    passed = act("accept", [first, second])

    assert passed == {"Late too": "Nothing has come yet."}
    assert states() == ["accepted", "late", "awaited"]


@pytest.mark.parametrize("has_seen", [True, False])
def test_a_version_that_came_since_the_page_was_shown_is_not_decided_on(has_seen):
    request = make_three()[0]
    seen = make_submission(request).pk if has_seen else None
    newest = make_submission(request)
    pick = Pick(Request.objects.get(pk=request.pk), seen)
    action = ACTIONS["accept"]

    group = do_to(action, [pick], Said(by=make_user()))

    assert group.why_not.startswith(f"Version {newest.number} has arrived")
    assert states()[0] == "received"


def test_a_version_that_comes_at_the_last_moment_is_not_decided_on():
    sent = make_submission(make_three()[0])
    action = ACTIONS["accept"]
    shown = Request.objects.prefetch_related("submissions").get(pk=sent.request_id)
    assert action.group([Pick(shown, sent.pk)]).why_not == ""
    make_submission(sent.request)

    group = do_to(action, [Pick(shown, sent.pk)], Said(by=make_user()))

    assert group.why_not.startswith("Version 2 has arrived")


def test_those_picked_are_posted_at_a_set_time():
    first, second, _third = make_three()
    make_submission(first)
    make_submission(second)
    at = timezone.now() + timedelta(days=2)

    assert act("post", [first, second], at=at) == {}

    assert states()[:2] == ["planned", "planned"]


def test_deadlines_are_moved_and_written_of_once_each():
    first, second, _third = make_three()
    other = make_request(first.contributor, kind="photo")
    at = timezone.now() + timedelta(days=9)

    assert act("deadline", [first, other, second], at=at, tells=True) == {}

    assert Request.objects.filter(due_at=at).count() == 3
    assert Message.objects.count() == 2


def test_a_deadline_is_moved_in_silence():
    first = make_three()[0]

    act("deadline", [first], at=timezone.now() + timedelta(days=9))

    assert states()[0] == "awaited"
    assert not Message.objects.exists()


def test_the_deadline_stays_where_nobody_can_be_told():
    request = make_request(make_contributor(email=""))

    passed = act("deadline", [request], at=timezone.now(), tells=True)

    assert len(passed) == 1
    assert Request.objects.get().due_at == request.due_at


def shown(meeting, **search):
    rows = Overview(meeting).found(Search(**search))
    return [str(row.contributor) for row in rows]


def test_the_desk_shows_speakers_by_family_name_and_organizations_among_them():
    meeting = make_meeting()
    for name in ("Ana ZULU", "Zoe ABLE"):
        make_request(make_contributor(meeting, speaker=make_speaker(name)))
    make_contributor(meeting, organization="IOM")

    assert shown(meeting) == ["Zoe ABLE", "IOM", "Ana ZULU"]


@pytest.mark.parametrize(
    ("show", "expected"),
    [("late", ["Late", "Late too"]), ("awaited", ["In time"]), ("received", [])],
)
def test_the_desk_is_narrowed_by_state(show, expected):
    meeting = make_three()[0].contributor.meeting

    assert shown(meeting, show=show) == expected


def test_a_change_asked_for_is_late_after_the_deadline():
    first = make_three()[0]
    deciding.ask_change(make_submission(first), "Shorter.", by=None)

    overview = Overview(first.contributor.meeting)

    assert (overview.counts["late"], overview.counts["change_asked"]) == (2, 1)
    assert overview.counts["late"] == Request.objects.late().count()


def test_the_desk_is_narrowed_by_kind_and_words():
    first, second, _third = make_three()
    make_request(first.contributor, kind="photo")
    make_submission(second, filename="Números.pdf")
    meeting = first.contributor.meeting

    assert shown(meeting, kind="photo") == ["Late"]
    assert shown(meeting, q="numeros") == ["Late too"]


def test_the_desk_is_narrowed_by_session():
    presentation = make_presentation()
    meeting = presentation.meeting
    speaker = make_role(presentation, speaker=make_speaker()).speaker
    contributor = make_contributor(meeting, speaker=speaker)
    make_request(contributor, presentation=presentation)
    make_request(contributor, kind="biography")
    elsewhere = make_item(title="Elsewhere")
    make_request(make_contributor(meeting, organization="IOM"))
    session = str(presentation.item.session_id)

    rows = Overview(meeting).found(Search(session=session))

    assert [len(row.requests) for row in rows] == [2]
    assert shown(meeting, session=str(elsewhere.session_id)) == []


def test_mail_that_came_back_is_said_until_the_address_is_another():
    contributor = make_request().contributor
    make_message(contributor, to=contributor.email, state="bounced")
    assert shown(contributor.meeting, show="came_back") == [str(contributor)]

    contributor.email = "another@example.org"
    contributor.save()

    assert shown(contributor.meeting, show="came_back") == []


def test_who_has_no_address_is_counted():
    make_request(make_contributor(email=""))
    meeting = make_request(make_contributor(email="")).contributor.meeting

    assert Overview(meeting).counts["no_address"] == 1
