"""Two speakers who turn out to be one person."""

from urllib.parse import urlsplit

import pytest

from agenda import one_person
from agenda.models import Contributor, Edit, Release, Role, Snapshot, Speaker
from meeting.mail.models import Message
from registration import unsubscribing
from tests.making import (
    make_contributor,
    make_item,
    make_meeting,
    make_message,
    make_picture,
    make_request,
    make_role,
    make_session,
    make_speaker,
    make_submission,
    make_user,
)
from tests.parts.pictures import colour_of
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pair():
    return make_speaker("Ana LIMA"), make_speaker("Ana Maria LIMA")


def merge(pair, **more):
    return one_person.merge(*pair, **{"by": None} | more)


def test_roles_become_the_others_in_one_edit_a_meeting(pair):
    user = make_user()
    roles = [make_role(make_item(make_session()), speaker=pair[0]) for _each in "ab"]

    merge(pair, by=user)

    assert [Role.objects.get(pk=role.pk).speaker for role in roles] == [pair[1]] * 2
    assert list(Speaker.objects.all()) == [pair[1]]
    assert [(edit.by, edit.what) for edit in Edit.objects.all()] == [
        (user, "“Ana LIMA” and “Ana Maria LIMA” are one person")
    ] * 2


def test_readers_see_the_same_agenda_and_nothing_new_to_release(client, pair):
    session = make_session()
    for speaker in pair:
        make_role(make_item(session), speaker=speaker)
    make_role(make_item(make_session(make_meeting())), speaker=pair[0])

    merge(pair)

    for release in Release.objects.all():
        assert [each.name for each in release.speakers.all()] == ["Ana Maria LIMA"]
    html = client.get("/16/agenda/").text
    # As it was printed there, at the address that this person has now.
    assert '<a href="/16/speakers/ana-maria-lima/">Ana <span' in html
    assert client.get("/15/agenda/").text.count("ana-maria-lima") == 2
    release = Release.objects.get(meeting__slug="15")
    assert not list(release.changes_to(Snapshot.of(release.meeting).public()))


def test_address_that_goes_leads_on_at_each_meeting_for_ever(client, pair):
    first, second = make_session(make_meeting()), make_session(make_meeting())
    make_role(make_item(first), speaker=pair[0])
    make_role(make_item(first), speaker=pair[1])
    make_role(make_item(second), speaker=pair[0])
    Release.objects.make(second.meeting, is_final=True)

    merge(pair)

    for slug in ("15", "16"):
        answer = client.get(f"/{slug}/speakers/ana-lima/")
        assert answer["Location"] == f"/{slug}/speakers/ana-maria-lima/"
        assert client.get(answer["Location"]).status_code == 200
    Release.objects.make(second.meeting)
    Role.objects.filter(item__meeting=second.meeting).delete()
    make_item(second, released=False)
    Release.objects.make(second.meeting)
    gone = client.get("/16/speakers/ana-lima/")
    assert "No longer on the agenda" in gone.text


def test_who_is_merged_twice_is_led_to_the_last(client, pair):
    make_role(make_item(make_session()), speaker=pair[0])
    stays = merge(pair)

    merge((stays, make_speaker("Maria LIMA")))

    for slug in ("ana-lima", "ana-maria-lima"):
        answer = client.get(f"/15/speakers/{slug}/")
        assert answer["Location"] == "/15/speakers/maria-lima/"


def test_page_shows_what_both_did(client, pair):
    make_role(
        make_item(make_session(make_meeting())), speaker=pair[0], function="Clerk"
    )
    make_role(make_item(make_session(make_meeting())), speaker=pair[1])

    merge(pair)

    html = client.get("/16/speakers/ana-maria-lima/").text
    assert "Meeting 15" in html
    assert "Clerk" in html


def test_biography_photo_and_address_fill_what_the_other_lacks():
    gone = make_speaker(
        biography="Born.", photo=make_picture("red"), email="a@example.org"
    )

    stays = merge((gone, make_speaker()))

    stays.refresh_from_db()
    assert (stays.biography, stays.email) == ("Born.", "a@example.org")
    assert colour_of(stays.photo.read()) == (255, 0, 0)


@pytest.mark.parametrize(("chosen", "kept"), [([], "Stays."), (["biography"], "Goes.")])
def test_of_two_biographies_the_chosen_one_is_kept(chosen, kept):
    pair = make_speaker(biography="Goes."), make_speaker(biography="Stays.")

    assert merge(pair, from_gone=chosen).biography == kept


def test_no_news_for_one_is_no_news_for_both(pair):
    pair[0].take_news(False)

    assert merge(pair).takes_news is False


def test_contributor_and_private_link_go_on(pair):
    contributor = make_contributor(speaker=pair[0])
    submission = make_submission(make_request(contributor))
    link = contributor.get_absolute_url()

    merge(pair)

    contributor.refresh_from_db()
    assert contributor.speaker == pair[1]
    assert contributor.get_absolute_url() == link
    assert submission.request.contributor == contributor


def test_of_two_contributors_one_has_all(pair):
    meeting = make_meeting()
    first = make_contributor(meeting, speaker=pair[0], contact="An assistant")
    second = make_contributor(meeting, speaker=pair[1])
    requests = [make_request(first), make_request(second)]
    message = make_message(first)

    merge(pair)

    assert list(Contributor.objects.all()) == [second]
    assert set(second.requests.all()) == set(requests)
    assert list(second.messages.all()) == [message]
    second.refresh_from_db()
    assert second.contact == "An assistant"


def test_mails_to_both_are_with_the_one_who_stays(pair):
    for speaker in pair:
        make_message(speaker, once="news-1")
        make_message(speaker)

    merge(pair)

    assert pair[1].messages.count() == Message.objects.count() == 4


def test_who_is_gone_already_is_not_merged_again(pair):
    merge(pair)

    with pytest.raises(Speaker.DoesNotExist):
        merge((pair[0], make_speaker()))


# The page.


def address(speaker, other=None):
    return f"/admin/agenda/speaker/{speaker.pk}/merge/" + (
        f"?other={other.pk}" if other else ""
    )


def test_page_says_what_moves_and_merges_once_confirmed(client, pair):
    sign_in(client)
    make_role(make_item(make_session(), title="Water"), speaker=pair[0])
    meeting = Release.objects.get().meeting
    for speaker in pair:
        make_contributor(meeting, speaker=speaker)

    shown = client.get(address(*pair)).text
    assert Speaker.objects.count() == 2
    response = client.post(address(*pair))

    assert "Water" in shown
    assert "Both have a private link at the Meeting 15" in shown
    assert response["Location"] == f"/admin/agenda/speaker/{pair[1].pk}/change/"
    assert Speaker.objects.count() == 1


def test_page_asks_what_is_kept_where_both_have_something(client):
    sign_in(client)
    pair = make_speaker(biography="Goes."), make_speaker(biography="Stays.")

    unanswered = client.post(address(*pair))
    client.post(address(*pair), {"biography": "gone"})

    assert "biography" in unanswered.context["form"].errors
    assert Speaker.objects.get().biography == "Goes."


@pytest.mark.parametrize("other", ["", "x", "999999"])
def test_who_stays_must_be_chosen(client, pair, other):
    sign_in(client)

    response = client.get(f"{address(pair[0])}?other={other}")

    assert "other" in response.context["form"].errors


def test_nobody_is_the_same_as_themselves(client, pair):
    sign_in(client)

    response = client.get(address(pair[0], pair[0]))

    assert "other" in response.context["form"].errors


def test_mails_to_any_of_the_former_ones_end_the_news(client, pair):
    meeting = make_meeting()
    addresses = [unsubscribing.address_for(each, meeting) for each in pair]
    merge((merge(pair), make_speaker("Ana Maria LIMA SOUZA")))

    for address in addresses:
        Speaker.objects.update(takes_news=True)
        client.post(urlsplit(address).path)
        assert not Speaker.objects.get().takes_news
