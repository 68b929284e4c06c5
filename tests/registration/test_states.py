import pytest
from django.utils import translation

from meeting.states import OTHER_NAMES, find_state, states, suggest_states


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("France", "FRA"),
        ("  france ", "FRA"),
        ("cote d'ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("Turkiye", "TUR"),
        ("Bolivia", "BOL"),
        ("The Netherlands", "NLD"),
        ("The Gambia", "GMB"),
        ("Congo", "COG"),
        ("Democratic Republic of the Congo", "COD"),
        ("DRC", "COD"),
        ("UK", "GBR"),
        ("usa", "USA"),
        ("Норвегия", "NOR"),
        ("النرويج", "NOR"),
        ("Holy See", "VAT"),
    ],
)
def test_find_state_by_name_code_and_language(words, code):
    assert find_state(words).code == code


@pytest.mark.parametrize("words", ["", "The", "Korea", "Atlantis", "Franc"])
def test_find_state_never_guesses(words):
    assert find_state(words) is None


def test_other_names_are_of_states_that_exist():
    assert set(OTHER_NAMES.values()) <= states().keys()


def test_suggest_states_knows_both_that_are_meant():
    assert {state.code for state in suggest_states("Korea")} == {"PRK", "KOR"}


def test_suggest_states_sees_slips_of_the_hand():
    assert [state.code for state in suggest_states("Germny")] == ["DEU"]


def test_suggest_states_is_silent_where_nothing_is_near():
    assert suggest_states("Red Cross") == []


def test_states_stand_in_english_order():
    names = [state.names["en"] for state in states().values()]

    assert names.index("Côte d'Ivoire") == names.index("Costa Rica") + 1


def test_state_is_named_in_the_readers_language():
    with translation.override("fr"):
        assert find_state("Germany").name == "Allemagne"
