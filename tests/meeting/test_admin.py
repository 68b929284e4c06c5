"""The staff's first page, the meeting's own, and what all lists have in common."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meeting.models import Meeting
from registration.models import Tally
from tests.making import (
    make_bulk_work,
    make_item,
    make_mail_text,
    make_mailing,
    make_material,
    make_meeting,
    make_message,
    make_notice,
    make_page,
    make_presentation,
    make_question,
    make_registration,
    make_role,
    make_session,
    make_speaker,
    make_user,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db

LISTS = {
    "meeting_meeting",
    "meeting_page",
    "agenda_session",
    "agenda_release",
    "agenda_item",
    "agenda_presentation",
    "agenda_role",
    "agenda_speaker",
    "agenda_material",
    "registration_registration",
    "registration_category",
    "registration_question",
    "registration_privacynotice",
    "registration_tally",
    "registration_bulkwork",
    "registration_mailing",
    "registration_mailtext",
    "mail_message",
    "auditlog_logentry",
}
OPERATORS = {"auth_user", "auth_group"}
# Nothing is added there by hand.
WRITTEN_BY_THE_SYSTEM = {
    "mail_message",
    "auditlog_logentry",
    "agenda_role",
    "registration_tally",
    "registration_bulkwork",
    "registration_mailtext",
}


def make_one_of_everything(meeting: Meeting) -> None:
    """One more row for every list."""
    session = make_session(meeting)
    item = make_item(session)
    presentation = make_presentation(item)
    make_role(presentation, speaker=make_speaker(f"Ann SPEAKER{presentation.pk}"))
    make_material(meeting, item=item)
    make_page(meeting)
    make_question(meeting)
    make_message(make_registration(meeting))
    make_notice(meeting)
    Tally.objects.create(meeting=meeting, category=f"Category {item.pk}", count=1)
    make_bulk_work(meeting)
    make_mail_text(meeting)
    make_mailing(meeting, people={"status": ["confirmed"]})
    make_user()


def count_queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_in_the_admin_is_in_these_tests():
    registered = {
        f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry
    }

    # The desks are pages, and have no list.
    assert registered == LISTS | OPERATORS | {"agenda_day", "agenda_contributor"}


def test_lists_have_as_many_queries_with_three_rows_as_with_one(client):
    meeting = make_meeting()
    client.force_login(make_user(is_superuser=True))
    urls = [reverse(f"admin:{name}_changelist") for name in LISTS | OPERATORS]
    make_one_of_everything(meeting)
    for url in urls:
        client.get(url)  # Whatever is looked up once a process has been.
    before = {url: count_queries(client, url) for url in urls}

    make_one_of_everything(meeting)
    make_one_of_everything(meeting)
    for url in urls:
        client.get(url)  # Nor what is worked out once a release, all together.

    assert {url: count_queries(client, url) for url in urls} == before


def test_first_page_has_as_many_queries_with_three_rows_as_with_one(client):
    meeting = make_meeting()
    sign_in(client)
    make_one_of_everything(meeting)
    client.get("/admin/")
    before = count_queries(client, "/admin/")

    make_one_of_everything(meeting)
    make_one_of_everything(meeting)

    assert count_queries(client, "/admin/") == before


@pytest.mark.parametrize("group", ["Secretariat", "Organizer"])
def test_groups_open_the_lists_and_pages_they_may_see(client, group):
    make_one_of_everything(make_meeting())
    user = sign_in(client, group)
    for model in site._registry:
        opts = model._meta
        name = f"{opts.app_label}_{opts.model_name}"
        if name not in LISTS:
            continue
        may_see = user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
        row = model._default_manager.first()

        listed = client.get(reverse(f"admin:{name}_changelist"))
        opened = client.get(reverse(f"admin:{name}_change", args=[row.pk]), follow=True)

        expected = 200 if may_see else 403
        assert (listed.status_code, opened.status_code) == (expected, expected), name


@pytest.mark.parametrize("name", sorted(LISTS - WRITTEN_BY_THE_SYSTEM))
def test_secretariat_opens_every_form_to_add(client, name):
    make_meeting()
    sign_in(client)

    response = client.get(reverse(f"admin:{name}_add"), follow=True)

    assert response.status_code == 200


def test_organizer_adds_and_changes_nothing(client):
    session = make_session()
    sign_in(client, "Organizer")

    added = client.get(reverse("admin:agenda_session_add"))
    changed = client.post(
        reverse("admin:agenda_session_change", args=[session.pk]), {"title": "Mine"}
    )

    assert (added.status_code, changed.status_code) == (403, 403)


def test_sections_stand_in_the_order_of_the_meeting(client):
    make_meeting()
    sign_in(client)

    sections = client.get("/admin/").context["app_list"]

    assert [
        (str(section["name"]), [str(model["name"]) for model in section["models"]])
        for section in sections
    ] == [
        ("The meeting", ["Meetings", "Pages"]),
        (
            "Programme",
            [
                "Sessions",
                "Programme on one screen",
                "Items",
                "Presentations",
                "Speakers",
                "Materials",
                "Papers desk",
                "Releases",
                "Desk of the day",
            ],
        ),
        (
            "Registration",
            [
                "Registrations",
                "Categories",
                "Questions",
                "Privacy notices",
                "Numbers",
                "Bulk work",
            ],
        ),
        ("Mail", ["Messages", "How mail goes", "Mails to many", "Texts of mails"]),
        ("Staff and audit", ["Audit trail"]),
    ]


def test_sections_show_accounts_to_those_who_look_after_them(client):
    client.force_login(make_user(is_superuser=True))

    sections = client.get("/admin/").context["app_list"]

    names = [str(model["name"]) for model in sections[-1]["models"]]
    assert names == ["Users", "Groups", "Audit trail"]


def test_first_page_invites_to_set_up_the_first_meeting(client):
    sign_in(client)

    response = client.get("/admin/")

    assert "There is no meeting yet" in response.content.decode()


def test_first_page_turns_to_another_meeting_and_stays_there(client):
    make_meeting(is_current=True)
    other = make_meeting()
    sign_in(client)

    client.get("/admin/", {"meeting": other.pk})

    assert client.get("/admin/").context["meeting"] == other


def test_first_page_needs_no_inline_style_or_script(client):
    make_meeting()
    sign_in(client)

    content = client.get("/admin/").content.decode()

    assert "style=" not in content
    assert "<script>" not in content


def test_list_shows_the_meeting_that_is_worked_on(client):
    make_page(make_meeting(is_current=True), title="Of the current one")
    other = make_meeting()
    make_page(other, title="Of the other")
    sign_in(client)
    url = reverse("admin:meeting_page_changelist")

    def titles(**query):
        return [page.title for page in client.get(url, query).context["cl"].result_list]

    assert titles() == ["Of the current one"]
    assert titles(meeting=other.pk) == ["Of the other"]
    assert titles() == ["Of the other"]
    assert sorted(titles(meeting="all")) == ["Of the current one", "Of the other"]


def new_meeting(**fields):
    """What a person fills in to begin with; the browser adds empty lists of rows."""
    data = {
        "number": "16",
        "slug": "16",
        "title": "Sixteenth Coordination Meeting",
        "is_published": "on",
        "starts_on": "2027-02-15",
        "ends_on": "2027-02-16",
        "timezone": "America/New_York",
        "reminder_days": "3",
    }
    for prefix in ("references", "pages", "programme_days"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | fields


def test_add_meeting_reads_hours_in_the_zone_of_the_same_form(client):
    sign_in(client)

    client.post(
        reverse("admin:meeting_meeting_add"),
        new_meeting(
            timezone="Africa/Nairobi",
            registration_opens_at="2027-01-04T09:00",
            registration_closes_at="2027-02-01T18:00",
        ),
    )

    meeting = Meeting.objects.get(slug="16")
    assert meeting.registration_opens_at == datetime(2027, 1, 4, 6, tzinfo=UTC)
    assert meeting.registration_closes_at == datetime(2027, 2, 1, 15, tzinfo=UTC)


def test_change_meeting_shows_hours_in_its_zone_and_names_it(client):
    meeting = make_meeting(
        timezone="Africa/Nairobi",
        registration_opens_at=datetime(2027, 1, 4, 6, tzinfo=UTC),
    )
    sign_in(client)

    response = client.get(reverse("admin:meeting_meeting_change", args=[meeting.pk]))

    content = response.content.decode()
    assert 'value="2027-01-04T09:00"' in content
    assert "Registration opens (Africa/Nairobi time)" in content


def test_change_meeting_unchanged_changes_nothing(client):
    meeting = make_meeting(
        registration_opens_at=datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
        tbc=["venue", "something of its own"],
        languages=["en", "pt"],
        notes={"a": "note"},
    )
    before = Meeting.objects.values().get()
    sign_in(client)
    url = reverse("admin:meeting_meeting_change", args=[meeting.pk])

    response = client.post(url, form_data(client.get(url)))

    assert response.status_code == 302
    after = Meeting.objects.values().get()
    assert after | {"updated_at": None} == before | {"updated_at": None}


def test_change_meeting_with_no_zone_says_so(client):
    sign_in(client)

    response = client.post(
        reverse("admin:meeting_meeting_add"),
        new_meeting(timezone="Mars", registration_opens_at="2027-01-04T09:00"),
    )

    form = response.context["adminform"].form
    assert form.has_error("timezone", "timezone")
    assert not Meeting.objects.exists()


def test_ticks_keep_what_has_no_tick_of_its_own(client):
    meeting = make_meeting(tbc=["venue", "something of its own"])
    sign_in(client)
    url = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    data = form_data(client.get(url))

    client.post(url, data | {"tbc": ["room", "something of its own"]})

    meeting.refresh_from_db()
    assert meeting.tbc == ["room", "something of its own"]


def test_show_as_current_moves_what_visitors_see_first(client):
    make_meeting(is_current=True)
    other = make_meeting()
    sign_in(client)

    client.post(
        reverse("admin:meeting_meeting_changelist"),
        {"action": "show_as_current", "_selected_action": [other.pk]},
    )

    assert Meeting.objects.current() == other


def test_show_as_current_wants_one_that_is_published(client):
    current = make_meeting(is_current=True)
    hidden = make_meeting(is_published=False)
    sign_in(client)

    response = client.post(
        reverse("admin:meeting_meeting_changelist"),
        {"action": "show_as_current", "_selected_action": [hidden.pk]},
        follow=True,
    )

    assert Meeting.objects.current() == current
    assert "Choose one meeting that is published." in response.content.decode()


def test_accounts_give_nobody_more_than_the_giver_has(client):
    manager = make_user(password="a long one")
    manager.user_permissions.set(
        manager.user_permissions.model.objects.filter(
            codename__in=["view_user", "change_user"]
        )
    )
    client.force_login(manager)
    url = reverse("admin:auth_user_change", args=[manager.pk])
    data = form_data(client.get(url))

    client.post(url, data | {"is_superuser": "on", "first_name": "Ann"})

    manager.refresh_from_db()
    assert (manager.first_name, manager.is_superuser) == ("Ann", False)


def test_pages_are_on_the_clock_of_the_meeting_worked_on(client):
    meeting = make_meeting(timezone="Africa/Nairobi")
    registration = make_registration(meeting)
    make_message(registration, created_at=datetime(2027, 1, 4, 22, 30, tzinfo=UTC))
    sign_in(client)

    page = client.get(reverse("admin:mail_message_changelist")).content.decode()

    assert "5 Jan 2027, 01.30" in page
    assert "Times are those of a clock in the zone Africa/Nairobi." in page
    assert timezone.get_current_timezone_name() == "UTC"
