"""Roman numerals, in which agenda items are numbered."""

_SIGNS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]  # fmt: skip


def to_roman(number: int) -> str:
    signs = ""
    for value, sign in _SIGNS:
        count, number = divmod(number, value)
        signs += sign * count
    return signs


def from_roman(signs: str) -> int:
    """The number of a numeral; raises ValueError where it is not written properly."""
    rest, number = signs, 0
    for value, sign in _SIGNS:
        while rest.startswith(sign):
            rest, number = rest[len(sign) :], number + value
    if not signs or rest or to_roman(number) != signs:
        raise ValueError(f"{signs!r} is no roman numeral")
    return number
