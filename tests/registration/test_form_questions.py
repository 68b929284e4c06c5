import pytest

from registration.forms import RegistrationForm, new_key
from registration.models import Question
from tests.making import (
    make_meeting,
    make_question,
)
from tests.registration.sending import typed

pytestmark = pytest.mark.django_db
Kind = Question.Kind


def fill(meeting, *shown, files=None, given=(), **changes):
    data = {
        "key": new_key(meeting),
        "asked": [question.key for question in shown],
        "given": [question.key for question in given],
        **typed(meeting, **changes),
    }
    return RegistrationForm(data, files, meeting=meeting)


def codes(form, question):
    return [error.code for error in form.errors.as_data().get(question.key, [])]


def answer_of(question, value):
    form = fill(question.meeting, question, **{question.key: value})
    assert form.errors == {}
    return form.answers.values[question]


@pytest.mark.parametrize(
    ("kind", "typed_in", "kept"),
    [
        (Kind.SHORT, " A \t line ", "A line"),
        (Kind.LONG, "Two\r\nlines", "Two\nlines"),
        (Kind.NUMBER, "1,5", "1.5"),
        (Kind.NUMBER, "1 000", "1000"),
        (Kind.NUMBER, "-007.50", "-7.5"),
        (Kind.NUMBER, "0.125", "0.125"),
        (Kind.NUMBER, "\u0661\u0662\u066b\u0665", "12.5"),
        (Kind.NUMBER, "100", "100"),
        (Kind.YES_NO, "no", "no"),
        (Kind.DATE, "2027-02-16", "2027-02-16"),
        (Kind.DATE, "16.02.2027", "2027-02-16"),
        (Kind.COUNTRY, "cote d'ivoire", "CIV"),
        (Kind.COUNTRY, "", ""),
    ],
)
def test_answer_is_kept_in_one_way(kind, typed_in, kept):
    assert answer_of(make_question(kind=kind), typed_in) == kept


@pytest.mark.parametrize(
    ("kind", "typed_in", "code"),
    [
        (Kind.SHORT, "x" * 301, "max_length"),
        (Kind.LONG, "x" * 5001, "max_length"),
        (Kind.NUMBER, "many", "invalid"),
        (Kind.NUMBER, "NaN", "invalid"),
        (Kind.NUMBER, "1e99", "invalid"),
        (Kind.NUMBER, "1,000", "two_ways"),
        (Kind.YES_NO, "maybe", "invalid_choice"),
        (Kind.DATE, "16/17/2027", "invalid"),
        (Kind.DATE, "0027-02-16", "invalid"),
        (Kind.COUNTRY, "Atlantis", "no_state"),
        (Kind.ONE, "0", "invalid_choice"),
        (Kind.SEVERAL, ["x"], "invalid_choice"),
    ],
)
def test_answer_that_is_none_is_refused(kind, typed_in, code):
    question = make_question(kind=kind, options=["One", "Two"])

    form = fill(question.meeting, question, **{question.key: typed_in})

    assert codes(form, question) == [code]


@pytest.mark.parametrize("kind", Kind)
def test_what_must_be_answered_is_asked_for(kind):
    question = make_question(kind=kind, is_required=True, options=["One"])

    assert codes(fill(question.meeting, question), question) == ["required"]


@pytest.mark.parametrize("kind", Kind)
def test_what_need_not_be_answered_may_stay_empty(kind):
    question = make_question(kind=kind, options=["One"])

    assert fill(question.meeting, question).is_complete


def test_country_asks_which_was_meant():
    question = make_question(kind=Kind.COUNTRY)

    form = fill(question.meeting, question, **{question.key: "Germny"})

    assert form.errors[question.key] == [
        "“Germny” is not in the list of States. Did you mean Germany?"
    ]


def test_lists_give_the_options_that_were_chosen():
    meeting = make_meeting()
    one, several = (
        make_question(meeting, kind=kind, options=["A", "B", "C"])
        for kind in (Kind.ONE, Kind.SEVERAL)
    )
    first, third = several.options.all()[0], several.options.all()[2]
    second = one.options.all()[1]

    form = fill(
        meeting,
        one,
        several,
        **{one.key: str(second.pk), several.key: [str(third.pk), str(first.pk)]},
    )

    assert form.is_complete
    assert form.answers.options == {one: [second], several: [first, third]}
