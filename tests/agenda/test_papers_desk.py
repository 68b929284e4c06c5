"""The papers desk in the admin."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.contributing import working
from agenda.models import Contributor, DeskWork, Material, Request, Submission
from meeting.mail.links import SIGNED
from meeting.mail.models import Message
from meeting.models import Meeting
from tests.making import (
    make_contributor,
    make_desk_work,
    make_item,
    make_meeting,
    make_message,
    make_presentation,
    make_request,
    make_role,
    make_session,
    make_speaker,
    make_submission,
    make_user,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15
LATER = datetime(2090, 1, 1, 14, tzinfo=UTC)


@pytest.fixture
def staff(client):
    return sign_in(client)


def address(name, pk):
    return reverse(f"admin:agenda_{name}", args=[pk])


def said(response):
    return [str(message) for message in response.context["messages"]]


def became(page):
    """What the page of the result says of each."""
    return {str(step): f"{step.outcome}: {step.why}" for step in page.context["page"]}


def codes(form):
    return {
        name: [error.code for error in errors]
        for name, errors in form.errors.as_data().items()
    }


def in_days(days):
    """As a browser sends it, on a clock of the meeting."""
    moment = timezone.now() + timedelta(days=days)
    return moment.astimezone(Meeting.objects.first().zone).strftime("%Y-%m-%dT%H:%M")


def make_speaking():
    """A meeting with one speaker, of whom an address is known."""
    presentation = make_presentation(title="Counting")
    make_role(presentation, speaker=make_speaker(email="wu@example.org"))
    return presentation.meeting


def asking(**fields):
    """What the form of asking sends."""
    return {"whom": "all", "kinds": ["paper"], "due_at": in_days(7), **fields}


# The list.


def test_the_list_has_the_same_queries_for_500_requests(client, staff):
    meeting = make_meeting()
    contributors = Contributor.objects.bulk_create(
        Contributor(meeting=meeting, organization=f"Organization {n}", email="a@b.org")
        for n in range(250)
    )
    due_at = timezone.now()
    Request.objects.bulk_create(
        Request(contributor=contributor, kind=kind, due_at=due_at)
        for contributor in contributors
        for kind in ("paper", "photo")
    )
    requests = list(Request.objects.all())
    Submission.objects.bulk_create(
        Submission(request=request, number=1) for request in requests[::2]
    )
    client.get(address("papers", meeting.pk))

    with CaptureQueriesContext(connection) as captured:
        page = client.get(address("papers", meeting.pk))

    assert page.context["count"] == 500
    assert len(captured) <= MOST_QUERIES


def test_the_menu_leads_to_the_desk_of_the_meeting_at_work(client, staff):
    meeting = make_meeting(is_current=True)

    response = client.get(reverse("admin:agenda_contributor_changelist"))

    assert response["Location"] == address("papers", meeting.pk)


def test_counts_stand_above_the_list_and_narrow_it(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_submission(make_request(make_contributor(meeting, organization="IOM")))

    page = client.get(address("papers", meeting.pk), {"show": "late"})

    looks = {each["look"].name: each["count"] for each in page.context["looks"]}
    assert looks == {"received": 1, "late": 1}
    assert [row.contributor for row, _requests in page.context["rows"]] == [
        request.contributor
    ]


def test_the_home_page_says_what_waits(client, staff):
    late = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = late.contributor.meeting
    make_submission(make_request(make_contributor(meeting, organization="IOM")))

    todo = client.get("/admin/", {"meeting": meeting.pk}).context["todo"]

    desk = address("papers", meeting.pk)
    waits = {each["url"].removeprefix(desk): each["count"] for each in todo}
    assert (waits["?show=received"], waits["?show=late"]) == (1, 1)


# Asking.


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


# Many at once.


def test_it_is_said_who_is_reminded_before_it_is_done(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_request(
        make_contributor(meeting, organization="IOM", email=""), due_at=request.due_at
    )
    many = address("papers_many", meeting.pk) + "?show=late"

    page = client.post(many, {"do": "remind", "all": "1"})

    assert [group.contributor for group in page.context["chosen"]] == [
        request.contributor
    ]
    assert [str(group.contributor) for group in page.context["passed"]] == ["IOM"]
    assert not Message.objects.exists()


def test_the_late_are_reminded_in_one_action(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_request(make_contributor(meeting, organization="In time"))
    many = address("papers_many", meeting.pk) + "?show=late"
    shown = client.post(many, {"do": "remind", "all": "1"}).context

    page = client.post(
        many,
        {
            "do": "remind",
            "r": [f"{pick.request.pk}:" for pick in shown["picks"]],
            "shown_at": shown["shown_at"],
            "line": "We go to print on Friday.",
            "sure": "1",
        },
        follow=True,
    )

    mail = Message.objects.get()
    assert mail.about == request.contributor
    assert "We go to print on Friday." in mail.text
    assert (page.context["title"], page.context["counted"]) == ("Remind", "1 mail")
    assert became(page) == {str(request.contributor): "done: "}
    assert f'href="{address("papers", meeting.pk)}?show=late"' in page.text


def test_those_ticked_are_accepted(client, staff):
    sent = make_submission()
    request = sent.request
    many = address("papers_many", request.contributor.meeting_id)

    client.post(many, {"do": "accept", "r": f"{request.pk}:{sent.pk}", "sure": "1"})

    sent.refresh_from_db()
    assert (sent.state, sent.decided_by) == ("accepted", staff)


def test_nothing_ticked_is_said(client, staff):
    meeting = make_request().contributor.meeting

    page = client.post(
        address("papers_many", meeting.pk), {"do": "accept"}, follow=True
    )

    assert said(page) == ["Tick at least one request, and choose what to do with it."]


def test_requests_of_another_meeting_are_not_reached(client, staff):
    sent = make_submission()
    other = make_request().contributor.meeting

    client.post(
        address("papers_many", other.pk),
        {"do": "accept", "r": f"{sent.request_id}:{sent.pk}", "sure": "1"},
    )

    sent.refresh_from_db()
    assert sent.state == "received"


def remind_all(client, meeting, show="late"):
    """Both pages, without looking."""
    many = address("papers_many", meeting.pk) + f"?show={show}"
    shown = client.post(many, {"do": "remind", "all": "1"}).context
    picks = [f"{pick.request.pk}:" for pick in shown["picks"]]
    sent = {"do": "remind", "r": picks, "shown_at": shown["shown_at"], "sure": "1"}
    return client.post(many, sent, follow=True)


def make_late(count, **fields):
    meeting = make_meeting()
    due_at = timezone.now() - timedelta(days=1)
    for n in range(count):
        contributor = make_contributor(meeting, organization=f"Name {n:03}", **fields)
        make_request(contributor, due_at=due_at)
    return meeting


def test_work_for_many_shows_its_progress_and_then_its_result(client, staff):
    meeting = make_late(7)

    page = remind_all(client, meeting)

    assert "0 of 7 done" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    work = page.context["work"]
    assert (
        address("papers_work", work.pk)
        in client.get(address("papers", meeting.pk)).text
    )
    working.work_off(work.pk)
    page = client.get(address("papers_work", work.pk))
    assert page.context["counted"] == "7 mails"
    assert 'http-equiv="refresh"' not in page.text


def test_all_400_without_an_address_are_named_page_by_page(client, staff):
    meeting = make_late(400, email="")
    work = remind_all(client, meeting).context["work"]
    working.work_off(work.pk)
    url = address("papers_work", work.pk)

    pages = [client.get(url, {"p": number}) for number in (1, 2)]

    assert pages[0].context["whys"] == [("passed over", "No address is known.", 400)]
    named = [str(step) for page in pages for step in page.context["page"]]
    assert named == [f"Name {n:03}" for n in range(400)]


def test_the_result_asks_the_same_queries_for_all(client, staff):
    def count(people):
        work = remind_all(client, make_late(people, email="")).context["work"]
        working.work_off(work.pk)
        url = address("papers_work", work.pk)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).context["page"].paginator.count == people
        return len(captured)

    assert count(1) == count(9)


def test_work_that_stopped_is_told_and_gone_on_with(client, staff):
    work = make_desk_work(make_late(1), state="failed", error="OSError: no", total=1)
    url = address("papers_work", work.pk)
    assert "OSError: no" in client.get(url).text
    assert address("papers_work_go_on", work.pk) in client.get(url).text

    client.post(address("papers_work_go_on", work.pk))

    work.refresh_from_db()
    assert (work.state, work.error) == ("running", "")


# One contributor.


def decide(client, sent, do, **fields):
    pk = sent.request_id
    data = {f"{do}-{pk}-{name}": value for name, value in fields.items()}
    return client.post(
        address("request_decide", pk), {"do": do, "seen": sent.pk, **data}
    )


def test_all_versions_stand_beside_each_other(client, staff):
    request = make_request()
    make_submission(request, pages=6)
    make_submission(request, pages=4)

    page = client.get(address("contributor_change", request.contributor_id))

    newest = page.context["asked"][0]["compared"].versions[0]
    assert "pages: 6 → 4" in newest.differences


def test_the_page_of_those_who_have_sent_nothing_yet(client, staff):
    asked = make_request()

    page = client.get(address("contributor_change", asked.contributor.pk))

    assert page.status_code == 200
    assert page.context["asked"][0]["compared"].versions == []


def test_one_page_asks_the_same_queries_for_all_its_requests(client, staff):
    contributor = make_contributor()

    def count():
        url = address("contributor_change", contributor.pk)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_submission(make_request(contributor))
    count()
    with_one = count()
    for kind in ("photo", "presentation", "statement"):
        make_submission(make_request(contributor, kind=kind))

    assert count() == with_one


def test_what_came_is_accepted(client, staff):
    sent = make_submission()

    decide(client, sent, "accept")

    sent.refresh_from_db()
    assert (sent.state, sent.decided_by) == ("accepted", staff)


def test_what_came_is_accepted_and_posted_at_once(client, staff):
    sent = make_submission()

    decide(client, sent, "post")

    assert Material.objects.public().get().request == sent.request


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"visibility": "participants"}, "for participants alone"),
        ({"visibility": "staff"}, "now for staff alone"),
        ({"visible_from": LATER}, "held back until 1 Jan 2090"),
        (None, "taken down since"),
    ],
)
def test_it_says_who_has_not_got_what_was_posted(client, staff, changes, words):
    sent = make_submission()
    decide(client, sent, "post")
    if changes is None:
        Material.objects.get().delete()
    else:
        Material.objects.update(**changes)

    contributor = sent.request.contributor
    for page in (
        client.get(address("papers", contributor.meeting_id)),
        client.get(address("contributor_change", contributor.pk)),
    ):
        found = re.search(r"posted \d+ [^<]*(?:<b>([^<]*)</b>)?", page.text)
        assert (found[1] or "").startswith(words)
        assert bool(found[1]) == bool(words)


def test_what_came_is_posted_at_a_set_time(client, staff):
    sent = make_submission()

    decide(client, sent, "post_at", at=in_days(3))

    material = Material.objects.get()
    assert material.visible_from.strftime("%M") == in_days(3)[-2:]
    assert not Material.objects.public().exists()


def test_what_waits_for_its_time_is_posted_at_once_without_another_version(
    client, staff
):
    sent = make_submission()
    decide(client, sent, "post_at", at=in_days(3))

    decide(client, sent, "post")

    material = Material.objects.public().get()
    assert (material.number, material.versions.count()) == (1, 0)
    assert Message.objects.count() == 1


def test_a_change_is_asked_for_with_more_time(client, staff):
    sent = make_submission()

    decide(client, sent, "change", comment="Shorter, please.", at=in_days(20))

    request = Request.objects.get()
    assert request.state == "change_asked"
    assert request.due_at > sent.request.due_at
    assert "Shorter, please." in Message.objects.get().text


@pytest.mark.parametrize(
    ("do", "fields", "expected"),
    [
        ("change", {"comment": " "}, {"comment": ["required"]}),
        ("change", {"comment": "x", "at": "2020-01-01T10:00"}, {"at": ["past"]}),
        ("post_at", {"at": ""}, {"at": ["required"]}),
    ],
)
def test_mistakes_of_a_decision_are_said(client, staff, do, fields, expected):
    sent = make_submission()

    page = decide(client, sent, do, **fields)

    assert codes(page.context["wrong"]) == expected
    assert Request.objects.get().state == "received"


def test_a_version_that_came_meanwhile_is_said_and_the_typing_stays(client, staff):
    sent = make_submission()
    make_submission(sent.request)

    page = decide(client, sent, "change", comment="Shorter, please.")

    assert codes(page.context["wrong"]) == {"__all__": ["newer"]}
    assert "Shorter, please." in page.content.decode()
    assert Request.objects.get().state == "received"


def test_a_biography_stands_beside_that_which_it_replaces(client, staff):
    contributor = make_contributor(speaker=make_speaker(biography="As it was."))
    make_submission(make_request(contributor, kind="biography"), text="As it is.")

    page = client.get(address("contributor_change", contributor.pk))

    compared = page.context["asked"][0]["compared"]
    assert (compared.shown_now, compared.latest.text) == ("As it was.", "As it is.")


def test_the_deadline_of_one_request_is_moved_and_told(client, staff):
    request = make_request()
    prefix = f"deadline-{request.pk}"

    client.post(
        address("request_deadline", request.pk),
        {f"{prefix}-at": in_days(30), f"{prefix}-tells": "on"},
    )

    assert Request.objects.get().due_at > request.due_at
    assert Message.objects.get().kind == "paper_moved"


def test_a_request_is_withdrawn_after_a_question(client, staff):
    request = make_request()
    url = address("request_withdraw", request.pk)

    client.get(url)
    assert Request.objects.exists()
    client.post(url)

    assert not Request.objects.exists()


def test_a_request_stays_where_something_was_sent(client, staff):
    request = make_submission().request

    page = client.post(address("request_withdraw", request.pk), follow=True)

    assert Request.objects.exists()
    assert said(page)[0].startswith("Something has been sent for this")


def test_address_and_zone_are_corrected(client, staff):
    contributor = make_contributor(email="")

    client.post(
        address("contributor_change", contributor.pk),
        {"email": "new@example.org", "zone": "Asia/Tokyo", "language": "en"},
    )

    contributor.refresh_from_db()
    assert (contributor.email, contributor.zone) == ("new@example.org", "Asia/Tokyo")


def test_two_who_correct_something_else_keep_both(client, staff):
    contributor = make_contributor(organization="IOM", email="a@example.org")
    shown = {"initial-organization": "IOM", "initial-email": "a@example.org"}
    both = {"organization": "IOM", "language": "en", "initial-language": "en"}
    url = address("contributor_change", contributor.pk)

    client.post(url, {**shown, **both, "email": "b@example.org"})
    client.post(url, {**shown, **both, "email": "a@example.org", "contact": "Jane"})

    contributor.refresh_from_db()
    assert (contributor.email, contributor.contact) == ("b@example.org", "Jane")


def test_the_link_is_sent_again(client, staff):
    contributor = make_request().contributor

    client.post(address("contributor_link", contributor.pk), {"do": "send"})

    assert contributor.address in Message.objects.get().text


def test_the_link_is_revoked(client, staff):
    contributor = make_contributor()

    client.post(address("contributor_link", contributor.pk), {"do": "revoke"})

    assert client.get(contributor.get_absolute_url()).status_code == 404


def test_who_did_what_is_shown(client, staff):
    sent = make_submission()
    decide(client, sent, "accept")

    page = client.get(address("contributor_change", sent.request.contributor_id))

    newest = page.context["history"][0]
    assert (newest.who, newest.object_repr) == (str(staff), sent.filename)
    assert LogEntry.objects.get_for_object(sent).first().actor == staff


def test_all_mails_to_them_are_shown(client, staff):
    contributor = make_contributor()
    message = make_message(contributor)

    page = client.get(address("contributor_change", contributor.pk))

    assert [mail.message for mail in page.context["mails"]] == [message]


# Who may do what.


def test_organizers_see_without_buttons_and_links(client):
    sign_in(client, "Organizer")
    sent = make_submission()
    contributor = sent.request.contributor

    desk = client.get(address("papers", contributor.meeting_id))
    page = client.get(address("contributor_change", contributor.pk))

    assert desk.context["actions"] == []
    text = page.content.decode() + desk.content.decode()
    assert contributor.get_absolute_url() not in text
    assert "/decide/" not in text


def test_posting_needs_the_permission_to_add_materials(client):
    user = make_user(is_staff=True)
    names = ["view_request", "change_submission", "view_submission"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    sent = make_submission()

    assert decide(client, sent, "post").status_code == 403
    assert decide(client, sent, "accept").status_code == 302


@pytest.mark.parametrize("do", ["remind", "tell", "accept", "post", "deadline"])
def test_who_may_only_look_has_nothing_done(client, do):
    sign_in(client, "Organizer")
    sent = make_submission()
    many = address("papers_many", sent.request.contributor.meeting_id)

    response = client.post(
        many, {"do": do, "r": f"{sent.request_id}:{sent.pk}", "sure": "1"}
    )

    assert response.status_code == 403
    assert not DeskWork.objects.exists()


def test_many_are_posted_only_by_who_may_change_what_that_changes(client):
    user = make_user(is_staff=True)
    names = ["view_request", "change_submission"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    sent = make_submission()
    many = address("papers_many", sent.request.contributor.meeting_id)
    said = {"r": f"{sent.request_id}:{sent.pk}", "sure": "1"}

    assert client.post(many, {"do": "post", **said}).status_code == 403
    assert client.post(many, {"do": "accept", **said}).status_code == 302


def test_what_was_done_to_many_is_seen_and_gone_on_with_by_permission(client):
    work = make_desk_work(state="failed", error="OSError: no")
    go_on = address("papers_work_go_on", work.pk)

    sign_in(client, "Organizer")
    page = client.get(address("papers_work", work.pk))
    assert go_on not in page.text
    assert client.post(go_on).status_code == 403
    client.force_login(make_user(is_staff=True))
    assert client.get(address("papers_work", work.pk)).status_code == 403


def test_what_is_seen_of_another_request_cannot_be_decided_on_here(client, staff):
    sent, other = make_submission(), make_request()

    response = client.post(
        address("request_decide", other.pk), {"do": "accept", "seen": sent.pk}
    )

    assert response.status_code == 404
