"""Rows looked at by the rules of the form."""

import pytest

from meeting.words import UNSEEN
from registration.importing.checking import Checker, submission_of
from registration.importing.columns import match
from registration.references import reference_of
from tests.making import make_category, make_meeting, make_registration
from tests.registration.importing.files import make_row

pytestmark = pytest.mark.django_db


def look(*rows, meeting=None):
    """What is found, with rows numbered as in a spreadsheet."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    checker = Checker(meeting or make_meeting(), match(headings, []))
    cells = [[row.get(heading, "") for heading in headings] for row in rows]
    return list(checker.look(enumerate(cells, start=2)))


def good(**cells):
    found = look(make_row(**cells))[0]
    assert found.reasons == []
    return found.arrival.registration


def reasons(**cells):
    found = look(make_row(**cells))[0]
    assert found.arrival is None
    return {each["column"]: each["reason"] for each in found.reasons}


def test_a_row_is_a_registration():
    meeting = make_meeting()

    found = look(make_row(Name="  Ann   BELL "), meeting=meeting)[0]

    registration = found.arrival.registration
    assert registration.meeting == meeting
    assert registration.category.name == "Academia"
    assert registration.name == "Ann BELL"
    assert found.arrival.submission == submission_of(meeting, "row1@example.org")


def test_what_is_left_empty_is_as_the_template_says():
    registration = good(Takes_part="", Days="", Language="")

    assert registration.attendance == "in_person"
    assert registration.dates == registration.meeting.days
    assert (registration.language, registration.is_listed) == ("en", False)


@pytest.mark.parametrize("words", ["Remotely", "REMOTE", "online"])
def test_takes_part_in_words(words):
    assert good(Takes_part=words).attendance == "remote"


@pytest.mark.parametrize("words", ["French", "français", "fr"])
def test_language_in_words(words):
    assert good(Language=words).language == "fr"


@pytest.mark.parametrize("words", ["yes", "X", "1", "TRUE"])
def test_listed_in_words(words):
    assert good(**{"In the list of participants": words}).is_listed


@pytest.mark.parametrize(
    "written", ["{:%Y-%m-%d}", "{0:%d/%m/%Y}", "{0.day} {0:%B %Y}", "{0.day} {0:%B}"]
)
def test_days_in_many_ways(written):
    meeting = make_meeting()
    last = meeting.days[-1]

    found = look(make_row(Days=written.format(last)), meeting=meeting)[0]

    assert found.arrival.registration.days == [last.isoformat()]


def test_several_days_stand_in_one_cell():
    meeting = make_meeting()
    days = [day.isoformat() for day in meeting.days]

    found = look(make_row(Days="; ".join(reversed(days))), meeting=meeting)[0]

    assert found.arrival.registration.days == days


def test_a_state_gets_its_own_name():
    row = {"Category": "Member State", "State or organization": "ivory coast"}

    registration = good(**row)

    assert (registration.organization, registration.state) == ("Côte d'Ivoire", "CIV")


def test_each_thing_that_is_wrong_has_its_column_and_a_sentence():
    found = reasons(
        Category="Nobody",
        Name="=1+1",
        **{"E-mail": "ann", "Takes part": "maybe", "Days": "2001-01-01"},
        Language="Latin",
    )

    assert found["Name"] == "Write the name."
    assert found["E-mail"] == "Write an e-mail address like name@example.org."
    assert found["Category"].startswith("“Nobody” is not known here. Write one of: ")
    assert found["Takes part"].endswith("Write one of: In person, Remotely.")
    assert set(found) == {
        "Category",
        "Name",
        "E-mail",
        "Takes part",
        "Days",
        "Language",
    }


def test_a_state_that_is_none_gets_the_form_s_own_sentence():
    row = {"Category": "Member State", "State or organization": "Frence"}

    assert "Did you mean France" in reasons(**row)["State or organization"]


def test_what_is_too_long_is_refused_in_few_words():
    found = reasons(Name="x" * 200_000, Category="y" * 200_000)

    assert found["Name"] == "Shorten “Name” to 200 characters or fewer."
    assert len(found["Category"]) < 1_000


@pytest.mark.parametrize("seen", ["Ann\u202e Bell", "Ann\0 Bell", "Ann\u2066 Bell"])
def test_what_cannot_be_seen_is_taken_out_as_in_the_form(seen):
    assert UNSEEN.search(seen)
    assert good(Name=seen).name == "Ann Bell"


def test_a_formula_is_words():
    assert good(Function="=1+1").function == "=1+1"


def test_categories_of_the_meeting_count():
    meeting = make_meeting()
    make_category(meeting, name="Pilots, and others")

    found = look(make_row(Category="pilots and others"), meeting=meeting)
    left = look(make_row(Category="Academia"), meeting=meeting)

    assert found[0].arrival
    assert left[0].reasons


def test_a_double_in_the_file_names_the_first():
    found = look(make_row(), make_row(**{"E-mail": "ROW1@example.org"}))

    assert found[0].arrival
    assert found[1].reasons == [
        {
            "column": "E-mail",
            "reason": "Row 2 has the same address. Leave only one of them.",
        }
    ]


def test_who_is_registered_is_known():
    meeting = make_meeting()
    known = make_registration(meeting, email="Row1@example.org")
    make_registration(make_meeting(), email="row2@example.org")

    found = look(make_row(1), make_row(2), meeting=meeting)

    assert [each.known for each in found] == [known.reference, ""]


def test_who_was_taken_before_is_known_by_another_address_and_once_merged():
    meeting = make_meeting()
    changed = make_registration(
        meeting, submission=submission_of(meeting, "row1@example.org")
    )
    former = reference_of(submission_of(meeting, "row2@example.org"))
    merged = make_registration(meeting, former_references=[former])

    found = look(make_row(1), make_row(2), meeting=meeting)

    assert [each.known for each in found] == [changed.reference, merged.reference]


def test_rows_ask_no_queries_each(django_assert_num_queries):
    meeting = make_meeting()
    checker = Checker(meeting, match(list(make_row()), []))
    rows = [(number, list(make_row(number).values())) for number in range(3)]

    with django_assert_num_queries(0):
        assert all(found.arrival for found in checker.look(rows))
