import pytest

from agenda.names import family_name, sort_key, split_name


@pytest.mark.parametrize(
    ("name", "family", "key"),
    [
        ("David MALONE", "MALONE", "malone david"),
        ("WU Hongbo", "WU", "wu hongbo"),
        ("Juan José GÓMEZ CAMACHO", "GÓMEZ CAMACHO", "gomez camacho juan jose"),
        ("Götz SCHMIDT-BREMME", "SCHMIDT-BREMME", "schmidt bremme gotz"),
        ("Masud BIN MOMEN", "BIN MOMEN", "bin momen masud"),
        ("J. R. SMITH", "SMITH", "smith j r"),
        ("Suharto", "Suharto", "suharto"),
        ("Sinéad O'BRIEN", "O'BRIEN", "o brien sinead"),
        ("محمد علي", "محمد علي", "محمد علي"),
    ],
)
def test_family_name_is_what_stands_in_capitals(name, family, key):
    assert family_name(name) == family
    assert sort_key(name) == key


def test_split_name_keeps_the_order():
    assert split_name("WU Hongbo") == [("WU", True), ("Hongbo", False)]
