import gzip
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError, Event, Thread

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from agenda.models import Release
from meeting import keeping
from meeting.keeping import keeper, kept
from tests.making import make_item, make_material, make_meeting, make_session, make_user

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keeps(settings):
    """Answers are kept for a second, as in life, and none is there from before."""
    settings.KEPT_SECONDS = 1
    keeper.clear()
    yield
    keeper.clear()


def travel(seconds=0):
    return time_machine.travel(NOON + timedelta(seconds=seconds), tick=False)


def counting(text="A text", **understood):
    """A kept view, and a list of what it was asked for."""
    asked = []

    def wishes(parameters):
        return {
            name: parameters[name]
            for name, values in understood.items()
            if parameters.get(name) in values
        }

    @kept(wishes)
    def view(request):
        asked.append(request)
        return HttpResponse(f"{text} {len(asked)}")

    return view, asked


def test_answer_is_made_once_a_second(rf):
    view, asked = counting()

    for seconds in (0, 0.4, 1, 1.4, 2):
        with travel(seconds):
            view(rf.get("/a/"))

    assert len(asked) == 3


def test_many_who_ask_at_once_have_it_made_once(rf):
    made, two_makers = [], Barrier(2)

    @kept()
    def view(request):
        made.append(request)
        with suppress(BrokenBarrierError):
            two_makers.wait(timeout=0.2)
        return HttpResponse("A text")

    threads = [Thread(target=view, args=[rf.get("/a/")]) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1


def test_while_one_makes_it_anew_others_get_the_old_one(rf):
    made, begun, may_end = [], Event(), Event()

    @kept()
    def view(request):
        made.append(request)
        if len(made) == 2:
            begun.set()
            may_end.wait(timeout=5)
        return HttpResponse(f"{len(made)}")

    with travel():
        view(rf.get("/a/"))
    with travel(0.6):
        maker = Thread(target=view, args=[rf.get("/a/")])
        maker.start()
        begun.wait(timeout=5)
        other = view(rf.get("/a/"))
        may_end.set()
        maker.join()

    assert other.content == b"1"


def test_clock_that_was_set_back_keeps_nothing_for_long(rf):
    view, _asked = counting()
    with travel(3600):
        view(rf.get("/a/"))

    with travel():
        assert view(rf.get("/a/")).content == b"A text 2"


def test_view_sees_nobody_and_no_other_parameters(rf, django_user_model):
    view, asked = counting(zone=["Asia/Tokyo"])
    request = rf.get("/a/?zone=Asia/Tokyo&token=secret", headers={"cookie": "a=b"})
    request.user, request.session = django_user_model(username="ana"), {}

    view(request)

    (seen,) = asked
    assert seen.user.is_anonymous
    assert seen.GET.dict() == {"zone": "Asia/Tokyo"}
    assert (seen.COOKIES, hasattr(seen, "session")) == ({}, False)
    assert "secret" not in seen.get_full_path()


def test_parameters_that_the_view_understands_have_answers_of_their_own(rf):
    view, _asked = counting(zone=["1", "2"])

    with travel():
        texts = [
            view(rf.get(f"/a/?{query}")).content[-1:]
            for query in ("zone=1", "zone=2", "zone=1&page=3", "page=4", "zone=4")
        ]

    assert texts == [b"1", b"2", b"1", b"3", b"3"]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("agenda/", "?view=compact&zone=Asia/Tokyo&by=room"),
        ("agenda/opening/", "?zone=Asia/Tokyo"),
        ("sessions/{pk}/", "?zone=Asia/Tokyo"),
        ("releases/1/", "?view=compact&zone=Asia/Tokyo&by=room"),
        ("embed/", "?lang=ar"),
        ("embed/fragment", "?lang=ar"),
        ("agenda.ics", ""),
        ("speakers/", ""),
    ],
)
def test_words_of_strangers_fill_no_memory(client, db, settings, path, known):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    meeting = make_meeting(embed_hosts="https://www.example.org")
    item = make_item(make_session(meeting), title="Opening", slug="opening")
    address = f"/15/{path.format(pk=item.session_id)}"
    client.get(address)
    client.get(address + known)
    kept_before = len(keeper)

    for name in ("zone", "view", "by", "room", "day", "lang", "q", "x"):
        for value in ("", "a", "Asia/Nowhere", "compact ", "Room", "x" * 2000):
            answer = client.get(address, {name: value})
            assert answer.status_code == 200

    assert len(keeper) == kept_before == len({address, address + known})
    other_order = known[1:].split("&")[::-1]
    client.get(f"{address}?{'&'.join(other_order)}&x=y")
    assert len(keeper) == kept_before


@pytest.mark.parametrize("path", ["sessions/{}/", "sessions/{}.ics"])
def test_a_number_has_one_address(client, db, path):
    session = make_session()

    assert client.get(f"/15/{path.format(session.pk)}").status_code == 200
    assert client.get(f"/15/{path.format(f'00{session.pk}')}").status_code == 404
    assert client.get(f"/15/{path.format('9' * 40)}").status_code == 404


@pytest.mark.parametrize("path", ["releases/{}/", "releases/{}/changes/"])
def test_a_release_has_one_address(client, db, path):
    make_session()

    assert client.get(f"/15/{path.format(1)}").status_code == 200
    assert client.get(f"/15/{path.format('001')}").status_code == 404


def test_languages_have_answers_of_their_own(client, settings, db):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    make_session(make_meeting())

    with travel():
        pages = [
            client.get("/15/agenda/", headers={"accept-language": code}).text
            for code in ("en", "ar", "en")
        ]

    assert ['dir="rtl"' in page for page in pages] == [False, True, False]


def test_what_was_not_changed_is_not_sent_again(rf):
    view, _asked = counting()
    with travel():
        etag = view(rf.get("/a/"))["ETag"]

        again = view(rf.get("/a/", headers={"if-none-match": etag}))

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, no-cache"


def test_whoever_has_it_is_told_by_the_hour_as_well(rf):
    hour = "Mon, 04 Jan 2027 11:00:00 GMT"

    @kept()
    def view(request):
        return HttpResponse("A text", headers={"Last-Modified": hour})

    with travel():
        again = view(rf.get("/a/", headers={"if-modified-since": hour}))

    assert again.status_code == 304


def test_policy_holds_for_the_copy_that_the_reader_has(client, db):
    with travel():
        make_session(make_meeting(embed_hosts="https://www.example.org"))
        first = client.get("/15/embed/")

        again = client.get("/15/embed/", headers={"if-none-match": first["ETag"]})

    policy = "Content-Security-Policy"
    assert (again.status_code, again[policy]) == (304, first[policy])
    assert "X-Frame-Options" not in again


def test_compressed_bytes_are_kept_as_well(rf):
    view, asked = counting(text="A text" * 100)
    with travel():
        plain = view(rf.get("/a/"))
        small = view(rf.get("/a/", headers={"accept-encoding": "gzip, br"}))

    assert gzip.decompress(small.content) == plain.content
    assert small["Content-Encoding"] == "gzip"
    assert small["Vary"] == "Accept-Encoding"
    assert small["ETag"] == f"W/{plain['ETag']}"
    assert len(asked) == 1


def test_answer_that_middleware_writes_into_stays_as_it_was(rf):
    view, _asked = counting()
    with travel():
        view(rf.get("/a/"))["X-Person"] = "Ana"
        view(rf.get("/a/")).set_cookie("a", "b")
        other = view(rf.get("/a/"))

    assert "X-Person" not in other
    assert not other.cookies


@pytest.mark.parametrize(("name", "most"), [("MOST_ANSWERS", 2), ("MOST_BYTES", 40)])
def test_what_was_asked_for_least_lately_gives_way(rf, monkeypatch, name, most):
    monkeypatch.setattr(keeping, name, most)
    view, asked = counting(text="8 bytes", n="123")

    with travel():
        for n in (1, 2, 1, 3, 1, 2):
            view(rf.get(f"/a/?n={n}"))

    assert [request.GET["n"] for request in asked] == ["1", "2", "3", "2"]


SHOWING = [
    "agenda/",
    "agenda.ics",
    "agenda.json",
    "agenda.xml",
    "agenda/opening.ics",
    "embed/",
    "embed/fragment",
    "sessions/{pk}/",
    "sessions/{pk}.ics",
]


@pytest.mark.parametrize("path", SHOWING)
def test_release_is_seen_within_a_second(client, db, path):
    with travel():
        meeting = make_meeting(embed_hosts="https://www.example.org")
        item = make_item(make_session(meeting), title="Opening", slug="opening")
        address = f"/15/{path.format(pk=item.session_id)}"
        client.get(address)
        item.title = "Ceremony"
        item.save()
        Release.objects.make(meeting)
        assert "Ceremony" not in client.get(address).text

    with travel(1):
        assert "Ceremony" in client.get(address).text


@pytest.mark.parametrize("path", ["releases/", "releases/1/", "releases/1/changes/"])
def test_releases_tell_of_a_new_one_within_a_second(client, db, path):
    with travel():
        item = make_item(make_session(), title="Opening")
        before = client.get(f"/15/{path}").text
        item.title = "Ceremony"
        item.save()
        Release.objects.make(item.meeting)
        assert client.get(f"/15/{path}").text == before

    with travel(1):
        assert client.get(f"/15/{path}").text != before


def test_material_is_seen_within_a_second(client, db):
    with travel():
        meeting = make_meeting()
        client.get("/15/documents/")
        make_material(meeting, title="Report of the meeting")

    with travel(1):
        assert "Report of the meeting" in client.get("/15/documents/").text


@pytest.mark.parametrize(
    "path", ["agenda/", "agenda/opening/", "agenda.ics", "speakers/", "documents/"]
)
def test_staff_and_visitors_get_the_same_bytes_and_no_cookie(client, db, path):
    with travel():
        make_item(make_session(), title="Opening")
        client.force_login(make_user(is_superuser=True))
        staff = client.get(f"/15/{path}")
        client.logout()
        visitor = client.get(f"/15/{path}")

    assert staff.content == visitor.content
    assert not visitor.cookies


@pytest.mark.parametrize("path", ["", "agenda/", "agenda.ics", "speakers/"])
def test_it_is_the_same_for_every_cookie(client, db, path):
    make_item(make_session(), title="Opening")
    client.force_login(make_user(is_superuser=True))

    response = client.get(f"/15/{path}")

    assert "Cookie" not in response["Vary"]


def test_while_its_state_is_the_same_an_answer_is_not_made_anew(rf):
    made, states = [], iter("aab")

    @kept(state=lambda: next(states))
    def view(request):
        made.append(request)
        return HttpResponse("A text")

    counts = []
    for seconds in (0, 1, 2, 3):  # The first time nobody asks for its state.
        with travel(seconds):
            view(rf.get("/a/"))
            counts.append(len(made))

    assert counts == [1, 2, 2, 3]


def test_after_ten_seconds_it_is_made_anew_whatever_its_state_says(rf):
    made = []

    @kept(state=lambda: "the same")
    def view(request):
        made.append(request)
        return HttpResponse("A text")

    counts = []
    for seconds in (0, 1, 10, 11):
        with travel(seconds):
            view(rf.get("/a/"))
            counts.append(len(made))

    assert counts == [1, 2, 2, 3]


def test_beginning_of_an_item_is_seen_at_its_minute(client, db):
    with travel():
        make_item(
            make_session(),
            starts_at=NOON + timedelta(seconds=2),
            ends_at=NOON + timedelta(hours=1),
        )
    with travel(-1):
        assert "is-now" not in client.get("/15/agenda/").text

    with travel(2):
        assert "is-now" in client.get("/15/agenda/").text


def test_page_that_is_made_anew_takes_eight_queries_at_most(client, db):
    with travel():
        make_item(make_session(), title="Opening")
        client.get("/15/agenda/")

    with travel(1), CaptureQueriesContext(connection) as queries:
        client.get("/15/agenda/")

    assert len(queries) <= 8


def test_page_that_is_still_true_takes_three_queries_a_second(
    client, db, django_assert_num_queries
):
    with travel():
        make_item(make_session(), title="Opening")
        client.get("/15/agenda/")
    with travel(1):
        client.get("/15/agenda/")

    with travel(2), django_assert_num_queries(3):
        client.get("/15/agenda/")
