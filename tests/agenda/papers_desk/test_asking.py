"""Whom the desk asks, and for what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import Contributor, DeskWork, Request
from meeting.mail.links import SIGNED
from meeting.mail.models import Message
from tests.agenda.papers_desk.pages import (
    address,
    asking,
    became,
    codes,
    in_days,
    make_speaking,
)
from tests.making import (
    make_contributor,
    make_item,
    make_meeting,
    make_presentation,
    make_request,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def test_who_gets_what_is_shown_before_anything_is_stored(client, staff):
    meeting = make_speaking()

    page = client.post(
        address("papers_ask", meeting.pk),
        asking(organizations="IOM", note="Four points, please."),
    )

    assert [str(each) for each in page.context["new"]] == ["WU Hongbo", "IOM"]
    assert [str(each) for each in page.context["without"]] == ["IOM"]
    assert "Four points, please." in page.context["mail"].text
    assert "Paper: Counting" in page.context["mail"].text
    assert not Contributor.objects.exists()


def test_those_ticked_are_asked_and_written_to(client, staff):
    meeting = make_speaking()
    ticked = [f"s{meeting.presentations.get().roles.get().speaker_id}", "oWHO"]
    sent = asking(organizations="IOM\nWHO", ask=ticked, sure="1")

    page = client.post(address("papers_ask", meeting.pk), sent, follow=True)

    assert [str(r.contributor) for r in Request.objects.order_by("pk")] == [
        "WU Hongbo",
        "WHO",
    ]
    assert [mail.to for mail in Message.objects.all()] == ["wu@example.org"]
    assert page.context["counted"] == "1 mail"
    assert page.context["whys"] == [("kept, not written to", "No address is known.", 1)]
    assert became(page) == {
        "WHO": "kept: No address is known.",
        "WU Hongbo": "done: ",
    }


def test_who_is_asked_already_is_passed_over_and_said_so(client, staff):
    meeting = make_speaking()
    presentation = meeting.presentations.get()
    contributor = make_contributor(meeting, speaker=presentation.roles.get().speaker)
    make_request(contributor, presentation=presentation)

    page = client.post(address("papers_ask", meeting.pk), asking())

    assert page.context["new"] == []
    assert [str(each) for each in page.context["known"]] == ["WU Hongbo"]


def test_speakers_of_one_session_are_asked(client, staff):
    meeting = make_speaking()
    other = make_presentation(make_item(make_session(meeting)))
    make_role(other, speaker=make_speaker("Ana ZULU"))
    session = meeting.presentations.get(title="Counting").item.session

    page = client.post(
        address("papers_ask", meeting.pk), asking(whom="session", session=session.pk)
    )

    assert [str(each) for each in page.context["new"]] == ["WU Hongbo"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"kinds": []}, {"kinds": ["required"]}),
        ({"due_at": ""}, {"due_at": ["required"]}),
        ({"due_at": "2020-01-01T12:00"}, {"due_at": ["past"]}),
        ({"whom": "session"}, {"session": ["session"]}),
        ({"whom": "picked"}, {"speakers": ["speakers"]}),
        ({"whom": "none"}, {"organizations": ["nobody"]}),
        ({"organizations": "IOM, not@an address"}, {"organizations": ["email"]}),
        ({"organizations": ", a@b.org"}, {"organizations": ["organization"]}),
    ],
)
def test_mistakes_are_said_and_what_was_typed_stays(client, staff, sent, expected):
    meeting = make_speaking()

    page = client.post(
        address("papers_ask", meeting.pk), asking(note="My words", **sent)
    )

    assert codes(page.context["form"]) == expected
    assert "My words" in page.content.decode()


def test_nobody_is_asked_by_a_link_that_does_not_open(client, staff):
    meeting = make_speaking()
    meeting.is_published = False
    meeting.save()

    page = client.post(address("papers_ask", meeting.pk), asking(sure="1", ask=["s1"]))

    assert codes(page.context["form"]) == {"__all__": ["unpublished"]}
    assert not Request.objects.exists()


def test_the_deadline_of_the_meeting_is_offered(client, staff):
    day = timezone.localdate() + timedelta(days=9)
    meeting = make_meeting(papers_deadline=day, papers_max_pages=5)

    page = client.get(address("papers_ask", meeting.pk))

    assert f'value="{day.isoformat()}T23:59"' in page.content.decode()
    assert page.context["form"]["max_pages"].value() == 5


def preview(client, meeting, **fields):
    """What is shown before anybody is asked, or after something else was pressed."""
    return client.post(address("papers_ask", meeting.pk), asking(**fields))


def test_the_preview_carries_no_private_link_of_anybody(client, staff):
    meeting = make_speaking()
    known = make_contributor(meeting, organization="IOM")
    typed = "IOM\nWHO, Jane Doe, jane@who.example"

    for reader in ("", "oIOM", "oWHO"):
        page = preview(client, meeting, organizations=typed, reader=reader)
        assert SIGNED.search(page.text) is None
        assert known.get_absolute_url() not in page.text
        assert f"[the private link of {page.context['reader']}]" in page.text


def test_the_mail_of_each_can_be_looked_at_and_what_was_ticked_stays(client, staff):
    meeting = make_speaking()
    typed = {"organizations": "IOM\nWHO", "note": "My words", "shown_at": "then"}

    page = preview(client, meeting, ask=["oWHO"], reader="oWHO", **typed)

    assert "Dear WHO," in page.context["mail"].text
    assert [(str(each), each.is_ticked) for each in page.context["new"]] == [
        ("WU Hongbo", False),
        ("IOM", False),
        ("WHO", True),
    ]
    assert page.context["shown_at"] == "then"
    assert not Contributor.objects.exists()


@pytest.mark.parametrize("is_published", [True, False])
def test_ticks_survive_what_is_in_the_way(client, staff, is_published):
    meeting = make_speaking()
    meeting.is_published = is_published
    meeting.save()
    ask = [] if is_published else ["oWHO"]

    page = preview(client, meeting, organizations="IOM\nWHO", ask=ask, sure="1")

    expected = "nobody" if is_published else "unpublished"
    assert codes(page.context["form"]) == {"__all__": [expected]}
    assert [each.key for each in page.context["new"] if each.is_ticked] == ask
    assert not DeskWork.objects.exists()


def test_more_than_a_thousand_are_asked_by_one_form(client, staff):
    meeting = make_meeting()
    names = [f"Organization {n}" for n in range(1_100)]

    page = preview(
        client,
        meeting,
        whom="none",
        organizations="\n".join(names),
        ask=[f"o{name}" for name in names],
        sure="1",
    )

    assert page.status_code == 302
    assert DeskWork.objects.get().total == 1_100


def test_a_button_pressed_twice_asks_once(client, staff):
    meeting = make_speaking()
    sent = {"organizations": "IOM", "ask": ["oIOM"], "sure": "1", "shown_at": "then"}
    due_at = in_days(7)

    first, second = (preview(client, meeting, due_at=due_at, **sent) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert DeskWork.objects.get().steps.get().outcome == "kept"
