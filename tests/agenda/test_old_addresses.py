from datetime import timedelta

import pytest
from django.db.models.signals import post_init
from django.utils import timezone

from agenda.models import Item, Material, Release, Session
from meeting.models import FormerSlug, Meeting
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db


def make_second_release(meeting):
    return Release.objects.make(meeting)


def make_gone_item(**fields):
    """An item with a speaker, in release 1 alone."""
    item = make_item(make_session(), **{"title": "Data for all"} | fields)
    make_item(item.session, title="Another")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(item.meeting, item=item, title="A paper of it")
    Item.objects.get(pk=item.pk).delete()
    make_second_release(item.meeting)
    return item


@pytest.mark.parametrize("old", ["data-for-all", "données-à-tous", "数据"])
def test_item_that_was_given_another_address_is_led_to(client, old):
    item = make_item(title="Data", slug=old)
    item.slug = "statistics"
    item.save()
    make_second_release(item.meeting)

    response = client.get(f"/15/agenda/{old}/")

    assert response.status_code == 301
    assert response["Location"] == "/15/agenda/statistics/"


def test_each_of_several_addresses_leads_to_the_present_one(client):
    item = make_item(slug="first")
    for slug in ("second", "third"):
        item.slug = slug
        item.save()
        make_second_release(item.meeting)

    for slug in ("first", "second"):
        assert client.get(f"/15/agenda/{slug}/")["Location"] == "/15/agenda/third/"


def test_address_that_another_item_has_now_is_that_items(client):
    item = make_item(title="Data", slug="data")
    item.slug = "statistics"
    item.save()
    make_item(item.session, title="Other data", slug="data", released=False)
    make_second_release(item.meeting)

    response = client.get("/15/agenda/data/")

    assert response.status_code == 200
    assert "Other data" in response.content.decode()


def test_item_that_is_gone_says_what_it_was(client):
    make_gone_item()

    response = client.get("/15/agenda/data-for-all/")

    page = response.content.decode()
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    for words in (
        "No longer on the agenda",
        "Data for all",
        "release 1,",
        "Morning session",
        "10.00",
        "A first look",
        "LIMA",
        "Director",
    ):
        assert words in page


def test_item_that_is_gone_shows_no_material(client):
    item = make_item(make_session())
    later = Item.objects.get(pk=item.pk)
    Release.objects.make(item.meeting, is_final=True)
    current = Release.objects.get(number=2)
    current.content["item"]["rows"].clear()
    current.save()
    make_material(item.meeting, item=later, title="Never shown")

    page = client.get(f"/15/agenda/{item.slug}/").content.decode()

    assert "No longer on the agenda" in page
    assert "Never shown" not in page


def test_item_that_is_back_is_shown_as_it_is(client):
    item = make_gone_item()
    make_item(item.session, title="Data for all", slug=item.slug, released=False)
    make_second_release(item.meeting)

    assert "No longer" not in client.get("/15/agenda/data-for-all/").content.decode()


def test_what_was_never_released_is_not_found(client):
    session = make_session()
    make_item(session, slug="secret", released=False)
    item = make_item(session, slug="planned", released=False)
    Release.objects.make(session.meeting, at=timezone.now() + timedelta(days=1))
    Item.objects.get(pk=item.pk).delete()

    for slug in ("secret", "planned", "nothing", '"', "%"):
        assert client.get(f"/15/agenda/{slug}/").status_code == 404
    assert client.get("/15/sessions/999999/").status_code == 404
    assert client.get("/15/speakers/nobody/").status_code == 404


def test_words_that_are_no_address_are_not_found(client):
    make_item(title="equator", slug="a")

    assert client.get("/15/agenda/equator/").status_code == 404


def test_address_at_another_meeting_is_not_found(client):
    make_gone_item()
    make_meeting()

    assert client.get("/16/agenda/data-for-all/").status_code == 404


def test_speaker_that_was_given_another_address_is_led_to(client):
    role = make_role(make_item(), speaker=make_speaker("Ana LIMA"))
    role.speaker.slug = "ana-maria-lima"
    role.speaker.save()
    make_second_release(role.item.meeting)

    response = client.get("/15/speakers/ana-lima/")

    assert response.status_code == 301
    assert response["Location"] == "/15/speakers/ana-maria-lima/"


def test_speaker_who_is_gone_has_what_they_were_to_do(client):
    role = make_role(make_item(title="Data"), speaker=make_speaker("Ana LIMA"))
    meeting = role.item.meeting
    role.delete()
    make_second_release(meeting)

    response = client.get("/15/speakers/ana-lima/")

    page = response.content.decode()
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "No longer on the agenda" in page
    assert "I. Data" in page


def test_session_that_is_gone_says_what_it_was(client):
    session = make_session(title="Evening session", room="Room 9")
    make_item(session, title="Data")
    make_session(session.meeting)
    Session.objects.get(pk=session.pk).delete()
    make_second_release(session.meeting)

    response = client.get(f"/15/sessions/{session.pk}/")

    page = response.content.decode()
    assert response.status_code == 200
    for words in ("No longer on the agenda", "Evening session", "Room 9", "I. Data"):
        assert words in page


@pytest.mark.parametrize("releases", [1, 5])
def test_queries_do_not_grow_with_releases(client, django_assert_num_queries, releases):
    item = make_gone_item()
    for number in range(releases):
        make_item(item.session, title=f"New {number}", released=False)
        make_second_release(item.meeting)

    with django_assert_num_queries(7):
        client.get("/15/agenda/data-for-all/")


@pytest.mark.parametrize("releases", [1, 5])
def test_session_that_never_was_reads_no_earlier_release(
    client, django_assert_num_queries, releases
):
    item = make_item(make_session())
    for number in range(releases):
        make_item(item.session, title=f"New {number}", released=False)
        make_second_release(item.meeting)
    read = []

    def count(instance, **_facts):
        read.append(instance.number)

    post_init.connect(count, sender=Release)
    try:
        with django_assert_num_queries(7):
            assert client.get("/15/sessions/999/").status_code == 404
    finally:
        post_init.disconnect(count, sender=Release)

    assert read == [releases + 1]


def test_session_whose_number_is_in_a_text_only_is_not_found(client):
    make_session(title="[999,")

    assert client.get("/15/sessions/999/").status_code == 404


def change_slug(meeting, slug):
    meeting.slug = slug
    meeting.save()


@pytest.mark.parametrize(
    "path", ["/", "/agenda/", "/agenda.ics", "/me/abc/?a=1&b=%2F", "/nothing/"]
)
def test_former_address_of_a_meeting_leads_on(client, path):
    change_slug(make_meeting(), "fifteen")

    response = client.get(f"/15{path}")

    assert response.status_code == 301
    assert response["Location"] == f"/fifteen{path}"


def test_form_that_was_opened_before_arrives_whole(client):
    change_slug(make_meeting(), "fifteen")

    response = client.post("/15/register/", {"name": "Ann"})

    assert response.status_code == 308
    assert response["Location"] == "/fifteen/register/"


def test_all_former_addresses_lead_to_the_present_one(client):
    meeting = make_meeting()
    for slug in ("a", "b", "c"):
        change_slug(meeting, slug)

    for slug in ("15", "a", "b"):
        assert client.get(f"/{slug}/")["Location"] == "/c/"


def test_meeting_that_returns_to_its_address_is_found_there(client):
    meeting = make_meeting()
    change_slug(meeting, "a")
    change_slug(meeting, "15")

    assert client.get("/15/").status_code == 200
    assert client.get("/a/")["Location"] == "/15/"
    assert not FormerSlug.objects.filter(slug="15").exists()


def test_former_address_of_a_hidden_meeting_is_not_found(client):
    meeting = make_meeting(is_published=False)
    change_slug(meeting, "a")

    assert client.get("/15/").status_code == 404


def test_saving_other_things_keeps_no_address():
    meeting = Meeting.objects.get(pk=make_meeting().pk)
    meeting.title = "Other"
    meeting.save()
    meeting.save(update_fields=["title"])

    assert not FormerSlug.objects.exists()


def test_no_other_meeting_is_given_a_former_address(client):
    meeting, other = make_meeting(), make_meeting()
    change_slug(meeting, "fifteen")
    sign_in(client)
    address = f"/admin/meeting/meeting/{other.pk}/change/"
    data = form_data(client.get(address))

    response = client.post(address, data | {"slug": "15"})

    errors = response.context["adminform"].form.errors.as_data()
    assert [error.code for error in errors["slug"]] == ["former_address"]


def test_address_of_a_file_that_was_replaced_leads_to_the_present_one(client):
    material = make_material(file=b"%PDF-1.4 new", filename="paper-rev1.pdf")
    old = material.href.replace("paper-rev1.pdf", "paper.pdf")

    assert client.get(old).headers["Location"] == material.href


def test_address_of_a_replaced_file_says_nothing_of_a_restricted_one(client):
    material = make_material(
        file=b"%PDF-1.4 new",
        filename="secret.pdf",
        visibility=Material.Visibility.STAFF,
    )
    old = material.href.replace("secret.pdf", "paper.pdf")

    assert client.get(old).status_code == 404


def test_a_page_is_found_by_each_address_that_it_had(client):
    page = make_page(slug="note")
    for slug in ("information-note", "information"):
        page.slug = slug
        page.save()

    for former in ("note", "information-note"):
        answer = client.get(f"/15/{former}/")
        assert (answer.status_code, answer["Location"]) == (301, "/15/information/")
    assert client.get("/15/information/").status_code == 200
    assert client.get("/15/nothing/").status_code == 404


def test_a_page_that_takes_over_an_address_is_what_is_found(client):
    page = make_page(slug="note")
    page.slug = "information"
    page.save()
    make_page(page.meeting, slug="note", title="Another note")

    assert "Another note" in client.get("/15/note/").text


def test_a_page_that_returns_to_an_address_does_not_lead_in_circles(client):
    page = make_page(slug="note")
    for slug in ("information", "note"):
        page.slug = slug
        page.save()

    assert client.get("/15/note/").status_code == 200
    assert client.get("/15/information/")["Location"] == "/15/note/"
