"""The meeting's own questions as columns of a table."""

import pytest
from auditlog.models import LogEntry

from registration.importing import working
from registration.importing.checking import Checker, in_words
from registration.importing.columns import match, questions_of
from registration.models import Answer, Choice, Import, Registration
from registration.sealing import unseal
from tests.making import make_category, make_meeting, make_question, make_session
from tests.registration.importing.files import make_csv, make_row

pytestmark = pytest.mark.django_db


def look(meeting, **answers):
    """One row with these answers, by the words of the questions."""
    row = make_row() | answers
    columns = match(list(row), questions_of(meeting))
    return next(Checker(meeting, columns).look([(2, list(row.values()))])), columns


def answers_of(meeting, **answers):
    found, _columns = look(meeting, **answers)
    assert found.reasons == []
    return found.arrival.answers


def take(meeting, *rows, is_seated=True):
    job = working.begin(meeting, make_csv(*rows), None)
    working.work_on(job.pk)
    job.refresh_from_db()
    assert job.confirm(is_seated=is_seated, writes_mails=True)
    working.work_on(job.pk)
    return Import.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    ("kind", "words", "kept"),
    [
        ("short", " Green  tea ", "Green tea"),
        ("long", "One\nTwo", "One\nTwo"),
        ("number", "1,5", "1.5"),
        ("yes_no", "Yes", "yes"),
        ("yes_no", "", ""),
        ("date", "16.02.2027", "2027-02-16"),
        ("country", "Ivory Coast", "CIV"),
    ],
)
def test_written_answers_are_kept_as_by_the_form(kind, words, kept):
    meeting = make_meeting()
    question = make_question(meeting, text="Q", kind=kind)

    assert answers_of(meeting, Q=words).values == {question: kept}


def test_options_are_chosen_by_their_words():
    meeting = make_meeting()
    one = make_question(meeting, text="One", kind="one", options=["Tea", "Coffee"])
    many = make_question(
        meeting, text="Many", kind="several", options=["A, and B", "C", "D"]
    )

    found = answers_of(meeting, One="coffee", Many="D; c")

    assert [str(option) for option in found.options[one]] == ["Coffee"]
    assert {str(option) for option in found.options[many]} == {"C", "D"}


def test_an_option_with_a_comma_is_one():
    meeting = make_meeting()
    many = make_question(
        meeting, text="Many", kind="several", options=["A, and B", "C"]
    )

    found = answers_of(meeting, Many="a, and b")

    assert [str(option) for option in found.options[many]] == ["A, and B"]


def test_a_wrong_answer_has_a_sentence():
    meeting = make_meeting()
    make_question(meeting, text="Tea?", kind="one", options=["Green", "Black"])
    make_question(meeting, text="How many?", kind="number")

    found, _columns = look(meeting, **{"Tea?": "Red", "How many?": "few"})

    assert {each["column"]: each["reason"] for each in found.reasons} == {
        "Tea?": "“Red” is not known here. Write one of: Green, Black.",
        "How many?": "“few” is not a number. Write it in figures, like 12 or 1.5.",
    }


@pytest.mark.parametrize(
    ("kind", "words"), [("number", "P1234567"), ("country", "Kenyaa")]
)
def test_a_wrong_sensitive_answer_is_not_repeated(kind, words):
    meeting = make_meeting()
    make_question(meeting, text="Passport", kind=kind, is_sensitive=True)

    found, _columns = look(meeting, Passport=words)

    (reason,) = found.reasons
    assert reason["column"] == "Passport"
    assert reason["reason"].startswith("This cannot be read.")


def test_a_sensitive_answer_that_is_too_long_says_so():
    meeting = make_meeting()
    make_question(meeting, text="Passport", is_sensitive=True)

    found, _columns = look(meeting, Passport="P" * 301)

    reason = "Shorten “Passport” to 300 characters or fewer."
    assert found.reasons == [{"column": "Passport", "reason": reason}]


def test_what_must_be_answered_may_be_answered_later():
    meeting = make_meeting()
    make_question(meeting, text="Tea?", is_required=True)
    make_question(meeting, text="Papers?", kind="file", is_required=True)

    assert look(meeting)[0].reasons == []


def test_an_answer_to_what_does_not_apply_is_left_out():
    meeting = make_meeting()
    tea = make_question(meeting, text="Tea?", kind="yes_no")
    kind = make_question(meeting, text="Kind?", depends_on=tea, depends_value="yes")
    others = make_question(meeting, text="Others?")
    others.categories.add(make_category())

    found = answers_of(meeting, **{"Tea?": "no", "Kind?": "Green", "Others?": "x"})

    assert kind not in found.values
    assert others not in found.values


def test_sessions_are_not_asked_for():
    meeting = make_meeting()
    make_session(meeting, is_chosen=True)

    assert answers_of(meeting).sessions is None


def test_answers_are_shown_before_they_are_taken():
    meeting = make_meeting()
    make_question(meeting, text="Where?", kind="country")
    make_question(meeting, text="Passport?", is_sensitive=True)

    found, columns = look(meeting, **{"Where?": "CIV", "Passport?": "X123"})

    shown = {each["label"]: each["value"] for each in in_words(found.arrival, columns)}
    assert (shown["Where?"], shown["Passport?"]) == ("Côte d'Ivoire", "••••••")


def test_answers_are_taken_with_their_history():
    meeting = make_meeting()
    question = make_question(meeting, text="Tea?")

    take(meeting, make_row(1, **{"Tea?": "Green"}), make_row(2, **{"Tea?": ""}))

    answer = Answer.objects.get()
    assert (answer.question, answer.value) == (question, "Green")
    entry = LogEntry.objects.get_for_object(answer).get()
    assert entry.additional_data == {"registration": answer.registration_id}


def test_options_get_their_places_in_the_order_of_the_file():
    meeting = make_meeting()
    make_question(meeting, text="Trip?", kind="one", options=[("Museum", 1)])

    take(meeting, *(make_row(number, **{"Trip?": "Museum"}) for number in range(2)))

    chosen = Choice.objects.order_by("registration__arrived_at")
    assert [choice.status for choice in chosen] == ["confirmed", "waiting"]


def test_sensitive_answers_lie_nowhere_in_the_open():
    meeting = make_meeting()
    make_question(meeting, text="Passport?", is_sensitive=True)
    rows = [make_row(n, **{"Passport?": "SECRET-77"}) for n in range(2)]
    rows[1]["Category"] = "Nobody"
    job = working.begin(meeting, make_csv(*rows), None)
    working.work_on(job.pk)
    job.refresh_from_db()

    assert b"SECRET-77" not in job.file.read()
    assert "SECRET-77" not in str(job.report)
    job.confirm(is_seated=False, writes_mails=False)
    working.work_on(job.pk)

    answer = Answer.objects.get()
    assert unseal(answer.value) == "SECRET-77"
    entries = LogEntry.objects.values_list("changes", flat=True)
    assert "SECRET-77" not in str(list(entries))
    assert Registration.objects.count() == 1
