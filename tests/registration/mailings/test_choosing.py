"""Whom a mail to many reaches, by each thing that narrows it."""

import pytest

from registration.mailings import words
from registration.mailings.choosing import chosen
from registration.mailings.reaching import reach_of
from tests.making import (
    make_answer,
    make_category,
    make_choice,
    make_item,
    make_mailing,
    make_meeting,
    make_question,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)
from tests.registration.mailings.writing import owe

pytestmark = pytest.mark.django_db


def reached(meeting, **people):
    """The names of those of a choice."""
    found = chosen(make_mailing(meeting, people=people))
    return [person.name for person in found]


@pytest.fixture
def meeting():
    return make_meeting()


def make_people(meeting, **fields):
    """Ann, of whom this is true, and Ben, of whom it is not."""
    ann = make_registration(meeting, name="Ann", **fields)
    make_registration(meeting, name="Ben", organization="Somewhere Else")
    return ann


def test_nothing_chosen_is_everybody_of_the_meeting(meeting):
    make_people(meeting)
    make_registration(make_meeting())

    assert reached(meeting) == ["Ann", "Ben"]


def test_status_also_beneath_a_correction(meeting):
    make_people(meeting, status="needs_correction", held="confirmed")

    assert reached(meeting, status=["confirmed", "waiting"]) == ["Ann"]


def test_categories(meeting):
    category = make_category(meeting)
    make_people(meeting, category=category)
    other = make_category(meeting)
    meeting.registrations.filter(name="Ben").update(category=other)

    assert reached(meeting, categories=[category.pk]) == ["Ann"]


@pytest.mark.parametrize("name", ["FRA", "france", "la France", "Francia"])
def test_states_however_written(meeting, name):
    make_people(meeting, organization="France", state="FRA")

    wanted = ["Ann"] if name != "la France" else []
    assert reached(meeting, organizations=[name]) == wanted


def test_organizations_however_written(meeting):
    make_people(meeting, organization="Fondation Été")

    assert reached(meeting, organizations=["ete,  FONDATION"]) == ["Ann"]


def test_languages_and_attendance(meeting):
    make_people(meeting, language="fr", attendance="remote")

    assert reached(meeting, languages=["fr", "ar"]) == ["Ann"]
    assert reached(meeting, attendance="remote") == ["Ann"]


def test_options_of_one_question_any_and_of_several_all(meeting):
    trip = make_question(meeting, kind="one", options=["Museum", "Boat"])
    meal = make_question(meeting, kind="several", options=["Lunch", "Dinner"])
    museum, boat = trip.options.all()
    lunch, dinner = meal.options.all()
    ann = make_people(meeting)
    make_choice(ann, museum)
    make_choice(ann, dinner)

    assert reached(meeting, options=[museum.pk, boat.pk]) == ["Ann"]
    assert reached(meeting, options=[museum.pk, dinner.pk]) == ["Ann"]
    assert reached(meeting, options=[museum.pk, lunch.pk]) == []


def test_an_option_that_was_deleted_is_chosen_by_nobody(meeting):
    """It must not widen the choice to everybody."""
    question = make_question(meeting, kind="one", options=["Museum"])
    pk = question.options.get().pk
    make_people(meeting)
    question.options.all().delete()

    assert reached(meeting, options=[pk]) == []


def test_answers_that_are_not_sensitive(meeting):
    visa = make_question(meeting, kind="yes_no")
    secret = make_question(meeting, kind="yes_no", is_sensitive=True)
    ann = make_people(meeting)
    make_answer(ann, visa, "yes")
    make_answer(ann, secret, "yes")

    assert reached(meeting, answers={str(visa.pk): ["yes"]}) == ["Ann"]
    assert reached(meeting, answers={str(visa.pk): ["no"]}) == []
    assert reached(meeting, answers={str(secret.pk): ["yes"]}) == []


def test_sessions(meeting):
    session = make_session(meeting)
    make_choice(make_people(meeting), session)

    assert reached(meeting, sessions=[session.pk]) == ["Ann"]


def test_speakers_by_name_or_address(meeting):
    item = make_item(make_session(meeting))
    make_role(item, speaker=make_speaker("ANN"))
    make_role(item, speaker=make_speaker("B. BELL", email="Ben@example.org"))
    make_people(meeting)
    make_registration(meeting, name="Benedict", email="ben@example.org")

    assert reached(meeting, speakers="yes") == ["Ann", "Benedict"]
    assert reached(meeting, speakers="no") == ["Ben"]


def test_those_picked_by_hand(meeting):
    ann = make_people(meeting)

    assert reached(meeting, registrations=[ann.pk]) == ["Ann"]


@pytest.mark.parametrize("kind", ["", "reminder"])
def test_who_has_not_got_another(meeting, kind):
    ann = make_people(meeting)
    other = make_mailing(meeting, kind=kind)
    other.messages.model.objects.create(
        about=ann, kind="k", to="a@example.org", once=other.once, state="sent"
    )

    assert reached(meeting, without=other.pk) == ["Ben"]


def test_speakers_who_have_not_got_another(meeting):
    item = make_item(make_session(meeting))
    for name in ("Ann BELL", "Ben BELL"):
        speaker = make_speaker(name, email=f"{name[:3]}@example.org")
        make_role(item, speaker=speaker)
    other = make_mailing(meeting, to="speakers")
    other.messages.model.objects.create(
        about=speaker, kind="k", to="b@example.org", once=other.once, state="sent"
    )
    rest = make_mailing(meeting, to="speakers", people={"without": other.pk})

    assert [each.name for each in chosen(rest)] == ["Ann BELL"]


def test_reach_counts_those_who_do_not_get_it_and_says_why(
    django_assert_num_queries, meeting
):
    make_people(meeting)
    make_registration(meeting, takes_news=False)
    mailing = make_mailing(meeting)
    written = meeting.registrations.get(name="Ben")
    mailing.messages.model.objects.create(
        about=written, kind="k", to="b@example.org", once=mailing.once
    )

    with django_assert_num_queries(4):
        reach = reach_of(mailing)

    assert (reach.count, reach.has_it, reach.no_news) == (1, 1, 1)


def test_reach_has_another_digest_for_other_people(meeting):
    make_people(meeting)
    mailing = make_mailing(meeting)
    before = reach_of(mailing).digest
    assert reach_of(mailing).digest == before

    make_registration(meeting)

    assert reach_of(mailing).digest != before


def test_in_words(meeting):
    trip = make_question(meeting, text="Which trip?", kind="one", options=["A", "B"])
    visa = make_question(meeting, text="Visa?", kind="yes_no")
    other = make_mailing(meeting, name="Papers")
    people = {
        "status": ["confirmed", "waiting"],
        "categories": [make_category(meeting, name="Media").pk],
        "organizations": ["France"],
        "languages": ["fr"],
        "attendance": "remote",
        "options": [option.pk for option in trip.options.all()],
        "answers": {str(visa.pk): ["no"]},
        "sessions": [make_session(meeting, title="Breakfast").pk],
        "speakers": "no",
        "registrations": [1, 2],
        "without": other.pk,
    }

    assert words.whom(make_mailing(meeting, people=people)) == [
        "2 people picked",
        "Confirmed or On the waiting list",
        "Media",
        "from France",
        "mails in French",
        "Remotely",
        "Which trip? A or B",
        "Visa? No",
        "comes to Breakfast",
        "not on the agenda",
        "has not got “Papers”",
    ]


def test_in_words_of_a_whole_list_takes_as_many_queries_as_of_one(
    django_assert_num_queries, meeting
):
    category, session = make_category(meeting), make_session(meeting)
    people = {"categories": [category.pk], "sessions": [session.pk]}
    mailings = [make_mailing(meeting, people=people) for _mailing in range(3)]

    with django_assert_num_queries(2):
        names = words.Names(mailings)
        for mailing in mailings:
            words.whom(mailing, names)


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_whom_another_is_on_its_way_to_does_not_count_as_without_it(meeting, state):
    ann = make_people(meeting)
    other = make_mailing(meeting)
    owe(ann, other.once, state)

    assert reached(meeting, without=other.pk) == ["Ben"]


def test_who_was_picked_is_reached_after_a_merger_too(meeting):
    kept, other = make_registration(meeting), make_registration(meeting)
    mailing = make_mailing(meeting, people={"registrations": [other.pk]})

    kept.absorb(other)

    mailing.refresh_from_db()
    assert list(chosen(mailing)) == [kept]
