import pytest

from agenda.numerals import from_roman, to_roman


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (1994, "MCMXCIV")],
)
def test_numerals_go_both_ways(number, numeral):
    assert to_roman(number) == numeral
    assert from_roman(numeral) == number


@pytest.mark.parametrize("signs", ["", "IIII", "VX", "A", "i", "IC"])
def test_what_is_no_numeral_is_refused(signs):
    with pytest.raises(ValueError, match="no roman numeral"):
        from_roman(signs)
