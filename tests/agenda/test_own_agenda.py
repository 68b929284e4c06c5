"""Stars without an account: one agenda a browser and meeting."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from agenda.models import Mark, OwnAgenda
from agenda.models.own_agenda import KEPT_AFTER
from agenda.own import keeping
from registration.purging import Purge
from tests.making import make_item, make_meeting, make_release, make_session

pytestmark = pytest.mark.django_db
AS_JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _no_agendas_counted():
    cache.clear()


def star(client, part, slug="15", **headers):
    name = f"i{part.pk}" if hasattr(part, "session_id") else f"s{part.pk}"
    return client.post(f"/{slug}/mine/", {"add": name}, headers=headers)


def stars(client, slug="15"):
    return client.get(f"/{slug}/mine/stars").json()["stars"]


def test_the_first_star_makes_an_agenda_and_its_cookie(client, settings):
    settings.IS_HTTPS = True
    item = make_item()

    response = star(client, item)

    agenda = OwnAgenda.objects.get()
    assert response["Location"] == "/15/mine/"
    assert list(agenda.items.all()) == [item]
    cookie = response.cookies[f"agenda_{item.meeting_id}"]
    assert cookie.value == agenda.token
    kept = {name: cookie[name] for name in ("path", "httponly", "samesite", "secure")}
    assert kept == {"path": "/15/", "httponly": True, "samesite": "Lax", "secure": True}
    until = timezone.now() + timedelta(seconds=cookie["max-age"])
    # By the meeting's clock, which may change meanwhile.
    assert abs(until - (item.meeting.ends_at + KEPT_AFTER)) < timedelta(minutes=1)


def test_scripts_can_tell_that_there_is_an_agenda_but_not_whose(client):
    item = make_item()

    cookie = star(client, item).cookies[f"agenda_{item.meeting_id}_begun"]

    assert (cookie.value, cookie["path"], cookie["httponly"]) == ("1", "/15/", "")


def test_reading_makes_nothing(client):
    make_item()

    client.get("/15/mine/")

    assert stars(client) == []
    assert not OwnAgenda.objects.exists()


def test_stars_come_and_go(client):
    item = make_item()
    star(client, item)
    star(client, item.session)
    star(client, item)
    both = stars(client)

    client.post("/15/mine/", {"remove": f"i{item.pk}"})

    assert both == [f"i{item.pk}", f"s{item.session_id}"]
    assert stars(client) == [f"s{item.session_id}"]


def test_a_script_is_answered_with_the_stars(client):
    item = make_item()

    response = star(client, item, **AS_JSON)

    assert response.json() == {"stars": [f"i{item.pk}"]}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/15/mine/", "/15/mine/stars"])
def test_nobody_keeps_these_pages(client, path):
    make_item()

    assert {"no-store", "private"} <= set(
        client.get(path)["Cache-Control"].replace(" ", "").split(",")
    )


def test_every_browser_has_its_own(client):
    item = make_item()
    star(client, item)
    other = Client()
    star(other, item.session)

    assert stars(client) == [f"i{item.pk}"]
    assert stars(other) == [f"s{item.session_id}"]


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000])
def test_a_wrong_token_opens_nothing(client, token):
    item = make_item()
    star(client, item)
    other = Client()
    other.cookies[f"agenda_{item.meeting_id}"] = token

    assert stars(other) == []


def test_the_token_of_another_meeting_opens_nothing(client):
    item = make_item()
    star(client, item)
    other = make_session(make_meeting()).meeting
    client.cookies[f"agenda_{other.pk}"] = OwnAgenda.objects.get().token

    assert stars(client, "16") == []


@pytest.mark.parametrize(
    "name", ["", "i", "x1", "i-1", "i1; drop", "i9999999999999", "s0"]
)
def test_what_is_not_there_cannot_be_starred(client, name):
    make_item()

    response = client.post("/15/mine/", {"add": name}, headers=AS_JSON)

    assert (response.status_code, response.json()["code"]) == (409, "no_such_part")
    assert not OwnAgenda.objects.exists()


def test_what_is_not_released_or_elsewhere_cannot_be_starred(client):
    item = make_item()
    secret = make_item(item.session, released=False)
    elsewhere = make_item(make_session(make_meeting()))

    answers = [star(client, each).status_code for each in (secret, elsewhere)]

    assert answers == [409, 409]


def test_a_form_from_another_site_is_refused():
    item = make_item()
    client = Client(enforce_csrf_checks=True)

    assert star(client, item).status_code == 403
    assert not OwnAgenda.objects.exists()


def test_the_token_that_comes_with_the_stars_lets_a_script_star():
    item = make_item()
    client = Client(enforce_csrf_checks=True)
    token = client.get("/15/mine/stars").json()["token"]

    response = star(client, item, **AS_JSON, **{"X-CSRFToken": token})

    assert response.status_code == 200


def test_stars_have_a_limit(client, monkeypatch):
    monkeypatch.setattr("agenda.models.own_agenda.MOST_STARS", 1)
    item = make_item()
    star(client, item)

    response = star(client, item.session)

    assert response.status_code == 409
    assert "take something off your agenda first" in response.text
    assert stars(client) == [f"i{item.pk}"]


def test_one_machine_cannot_begin_agendas_without_end(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_NEW", 2)
    item = make_item()

    answers = [star(Client(), item).status_code for _each in range(3)]

    assert answers == [302, 302, 429]
    assert OwnAgenda.objects.count() == 2


# The page.


def test_my_agenda_lists_days_and_points_out_clashes(client):
    meeting = make_meeting()
    session = make_session(meeting, title="Plenary")
    item = make_item(session, title="Water")
    other = make_session(meeting, title="Round table")
    later = make_session(meeting, title="Next day", date=meeting.ends_on)
    for part in (session, item, other, later):
        star(client, part)

    response = client.get("/15/mine/")

    clashes = {
        part.title: [other.title for other in part.clashes]
        for _date, parts in response.context["days"]
        for part in parts
    }
    assert clashes == {
        "Plenary": ["Round table"],
        "I. Water": ["Round table"],
        "Round table": ["Plenary", "I. Water"],
        "Next day": [],
    }
    assert "At the same time: Round table" in response.text


def test_what_was_cancelled_is_said_and_clashes_with_nothing(client):
    meeting = make_meeting()
    item = make_item(make_session(meeting), title="Water")
    other = make_session(meeting, title="Round table")
    Mark.objects.create(meeting=meeting, item=item, state=Mark.State.CANCELLED)
    star(client, item)
    star(client, other)

    html = client.get("/15/mine/").text

    assert '<p class="cancelled">Cancelled</p>' in html
    assert "At the same time" not in html


def test_what_left_the_agenda_is_not_listed(client):
    item = make_item(title="Water")
    star(client, item)
    item.delete()
    make_release(item.session.meeting)

    assert "Nothing is on it yet" in client.get("/15/mine/").text


def test_an_item_is_asked_about_by_its_address(client):
    item = make_item(title="Water")

    html = client.get(f"/15/mine/?part=i{item.pk}").text

    assert "This is not on your agenda yet." in html
    assert f'name="add" value="i{item.pk}"' in html


@pytest.mark.parametrize("items", [1, 30])
def test_my_agenda_takes_as_many_queries_however_long(
    client, items, django_assert_num_queries
):
    session = make_session()
    made = [make_item(session, released=False) for _each in range(items)]
    make_release(session.meeting)
    star(client, made[0])
    OwnAgenda.objects.get().items.add(*made)

    # The meeting, the agenda and its stars (2), release, materials, marks, the menu.
    with django_assert_num_queries(8):
        client.get("/15/mine/")


def test_agendas_go_some_time_after_the_meeting(client):
    item = make_item()
    star(client, item)
    end = item.meeting.ends_at + KEPT_AFTER

    Purge(end - timedelta(minutes=1)).run()
    before = OwnAgenda.objects.count()
    with time_machine.travel(end):
        Purge(end).run()
        answer = star(client, item, **AS_JSON)

    assert before == 1
    assert (answer.status_code, answer.json()["code"]) == (409, "over")
    assert not OwnAgenda.objects.exists()
