import pytest

from agenda.names import family_name, initials, sort_key, split_name


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
        ("أحمد", "أحمد", "احمد"),
        ("吴红波", "吴红波", "吴红波"),
        ("Антонио ГУТЕРРИШ", "ГУТЕРРИШ", "гутерриш антонио"),
        ("NGUYỄN Văn Đức", "NGUYỄN", "nguyen van duc"),
        ("ĐẶNG Thị Ngọc", "ĐẶNG", "dang thi ngoc"),
        ("Øyvind ØSTERGÅRD", "ØSTERGÅRD", "ostergard oyvind"),
        ("Juan de la CRUZ", "CRUZ", "cruz juan de la"),
        ("Juan DE LA CRUZ", "DE LA CRUZ", "de la cruz juan"),
        ("Yusuf al-KHATIB", "al-KHATIB", "khatib yusuf"),
        ("Yusuf AL-KHATIB", "AL-KHATIB", "al khatib yusuf"),
        ("Valéry d’ESTAING", "d’ESTAING", "estaing valery"),
        ("Ian McDONALD", "McDONALD", "mcdonald ian"),
    ],
)
def test_family_name_is_what_stands_in_capitals(name, family, key):
    assert family_name(name) == family
    assert sort_key(name) == key


def test_split_name_keeps_the_order():
    assert split_name("WU Hongbo") == [("WU", True), ("Hongbo", False)]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana LIMA", "AL"),
        ("WU Hongbo", "WH"),
        ("Juan José GÓMEZ CAMACHO", "JG"),
        ("Élodie ØSTERGÅRD", "ÉØ"),
        ("Suharto", "S"),
        ("Jane Smith", "JS"),
        ("Антонио ГУТЕРРИШ", "АГ"),
        ("محمد علي", "م"),
        ("吴红波", "吴"),
        ("…", ""),
    ],
)
def test_initials_stand_in_the_order_of_the_name(name, letters):
    assert initials(name) == letters
