"""The privacy notice: drafted, published, and then as people agreed to it."""

import pytest
from django.urls import reverse

from registration.models import PrivacyNotice
from tests.making import make_meeting, make_notice, make_registration
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/privacynotice/"


def text(response):
    return response.content.decode()


def page_of(notice, action="change"):
    return reverse(f"admin:registration_privacynotice_{action}", args=[notice.pk])


def address_of(meeting):
    return reverse("privacy-notice", args=[meeting.slug])


# On the site.


def test_the_site_shows_the_version_in_force(client):
    meeting = make_meeting()
    make_notice(meeting, text="## Old")
    make_notice(meeting, text="## Why\n\nWe *need* <b>it</b>.")
    make_notice(meeting, text="A draft.", is_published=False)

    page = text(client.get(address_of(meeting)))

    assert "<h2>Why</h2>" in page
    assert "We <em>need</em> &lt;b&gt;it&lt;/b&gt;." in page
    assert "Version 2, published at" in page


def test_the_site_shows_older_versions_and_says_so(client):
    meeting = make_meeting()
    make_notice(meeting, text="The old words.")
    make_notice(meeting, text="The new words.")

    page = text(client.get(address_of(meeting), {"version": 1}))

    assert "The old words." in page
    assert "This is an earlier version." in page


@pytest.mark.parametrize("version", ["2", "3", "x", ""])
def test_no_draft_and_no_other_version_is_shown(client, version):
    meeting = make_meeting()
    make_notice(meeting)
    make_notice(meeting, is_published=False)

    assert client.get(address_of(meeting), {"version": version}).status_code == 404


def test_a_meeting_without_notice_has_no_page_of_it(client):
    make_notice(make_meeting())

    assert client.get(address_of(make_meeting())).status_code == 404


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_asks_the_same_for_any_number_of_versions(
    client, versions, django_assert_num_queries
):
    meeting = make_meeting()
    for _version in range(versions):
        make_notice(meeting)

    with django_assert_num_queries(3):
        client.get(address_of(meeting))


# In the admin.


def test_the_first_draft_begins_with_a_text_that_fits_the_meeting(client):
    make_meeting(title="Fifteenth O'Meeting", retention_days=90)
    sign_in(client)

    words = client.get(f"{LIST}add/").context["adminform"].form.initial["text"]

    assert "organizes the Fifteenth O'Meeting (" in words
    assert "Questions about your data: secretariat@example.org." in words
    assert "Until 90 days after the meeting." in words


def test_a_new_version_begins_as_the_newest(client):
    make_notice(text="What we said last.")
    sign_in(client)

    form = client.get(f"{LIST}add/").context["adminform"].form

    assert form.initial["text"] == "What we said last."


def test_a_draft_is_written_changed_and_published(client):
    meeting = make_meeting()
    sign_in(client)
    client.post(f"{LIST}add/", {"meeting": meeting.pk, "text": "First."})
    notice = PrivacyNotice.objects.get()
    client.post(page_of(notice), {"text": "Better."})

    answer = client.post(page_of(notice, "publish"), follow=True)

    notice.refresh_from_db()
    assert (notice.version, notice.text, notice.is_fixed) == (1, "Better.", True)
    assert "Version 1 is published" in text(answer)


def test_the_action_publishes_one_draft(client):
    notice = make_notice(is_published=False)
    sign_in(client)

    client.post(LIST, {"action": "publish", "_selected_action": [notice.pk]})

    notice.refresh_from_db()
    assert notice.is_fixed


def test_a_published_version_can_be_neither_changed_nor_deleted(client):
    notice = make_notice(text="Fixed.")
    sign_in(client)

    page = client.get(page_of(notice))
    answers = [
        client.post(page_of(notice), {"text": "Other."}),
        client.post(page_of(notice, "delete"), {"post": "yes"}),
        client.post(page_of(notice, "publish")),
    ]
    data = {"action": "delete_selected", "_selected_action": [notice.pk], "post": "yes"}
    client.post(LIST, data)

    notice.refresh_from_db()
    assert notice.text == "Fixed."
    assert 'name="text"' not in text(page)
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_draft_can_be_deleted(client):
    notice = make_notice(is_published=False)
    sign_in(client)

    client.post(page_of(notice, "delete"), {"post": "yes"})

    assert not PrivacyNotice.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_says_how_many_agreed_to_each(
    client, people, django_assert_num_queries
):
    meeting = make_meeting()
    old, new = make_notice(meeting), make_notice(meeting)
    for notice, number in ((old, people), (new, 1)):
        for _person in range(number):
            make_registration(meeting, notice=notice)
    make_notice(meeting, is_published=False)
    sign_in(client)
    client.get(LIST)

    with django_assert_num_queries(10):
        page = client.get(LIST)

    rows = [(each.version, each.agreed) for each in page.context["cl"].result_list]
    assert rows == [(3, 0), (2, 1), (1, people)]
    for state in ("Draft", "In force", "Earlier version"):
        assert f">{state}</span>" in text(page)


def test_an_organizer_only_reads_it(client):
    notice = make_notice(is_published=False)
    sign_in(client, "Organizer")

    assert client.get(page_of(notice)).status_code == 200
    assert client.post(page_of(notice), {"text": "Mine."}).status_code == 403
    assert client.post(page_of(notice, "publish")).status_code == 403
