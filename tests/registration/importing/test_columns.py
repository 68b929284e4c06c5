"""Headings as people write them."""

import pytest
from django.core.exceptions import ValidationError

from registration.exports.rows import headings
from registration.importing.columns import match
from tests.making import make_question

pytestmark = pytest.mark.django_db


def test_headings_are_matched_forgivingly():
    found = ["CATEGORY", "Organisation", " name ", "Email", "Shoe size", ""]

    columns = match(found, [])

    assert columns.places == {"category": 0, "organization": 1, "name": 2, "email": 3}
    assert columns.ignored == ["Shoe size"]


def test_headings_of_the_export_are_known():
    columns = match(list(headings().values()), [])

    assert list(columns.places) == list(headings())


def test_a_question_is_matched_by_its_words():
    question = make_question(text="What is your T-shirt size?")

    columns = match(
        ["Category", "State", "Name", "Mail", "what is your t shirt size"], [question]
    )

    assert columns.places[question.key] == 4


def test_missing_columns_are_named():
    with pytest.raises(ValidationError) as refused:
        match(["Category", "Name"], [])

    assert [error.code for error in refused.value.error_list] == ["missing"]
    assert "“State or organization”, “E-mail”" in refused.value.messages[0]


def test_a_column_that_is_there_twice_is_refused():
    with pytest.raises(ValidationError) as refused:
        match([*headings().values(), "E-mail address"], [])

    assert [error.code for error in refused.value.error_list] == ["twice"]
