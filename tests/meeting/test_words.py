"""What counts as the same word, name or mailbox."""

import re
import time

import pytest

from meeting.words import inert, likeness, normalized, plain, same_mailbox


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Brien", "Obrien"),
        ("O’Brien", "O'BRIEN"),
        ("José", "JOSE"),
        ("YUSUF Amina", "Amina Yusuf"),
        ("Jean-Pierre MARTIN", "Jean Pierre Martin"),
        ("Łukasz Wałęsa", "Lukasz Walesa"),
        ("Søren Kierkegaard", "SOREN KIERKEGAARD"),
        ("Amina\u200b Yusuf", "Amina Yusuf"),
        ("Ami\u00adna Yusuf", "Amina Yusuf"),
    ],
)
def test_likeness_is_the_same(one, other):
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Amina Yusuf", "Amina Yusupov"), ("王伟", "王芳"), ("Ann Bell", "Ann")],
)
def test_likeness_tells_apart(one, other):
    assert likeness(one) != likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.org", "ann@example.ORG"),
        ("ann+un@example.org", "ann@example.org"),
        ("ann.bell@gmail.com", "annbell@googlemail.com"),
    ],
)
def test_same_mailbox(one, other):
    assert same_mailbox(one) == same_mailbox(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann.bell@example.org", "annbell@example.org"),
        ("ann@example.org", "ann@example.com"),
        ("+1@example.org", "+2@example.org"),
    ],
)
def test_another_mailbox(one, other):
    assert same_mailbox(one) != same_mailbox(other)


def test_heap_of_marks_on_a_letter_takes_no_time():
    heap = "a" + "\u0315\u0300" * 60_000
    start = time.process_time()
    normalized("NFC", heap)
    plain(heap)
    assert time.process_time() - start < 2  # Without a limit: half a minute.


def test_marks_that_a_language_writes_stay():
    assert normalized("NFC", "Việt Nam, Côte d’Ivoire") == "Việt Nam, Côte d’Ivoire"
    assert normalized("NFC", "e\u0301") == "é"


@pytest.mark.parametrize(
    "words",
    [
        "http://evil.example",
        "www.evil.example",
        "evil.example",
        "https://127.0.0.1/x",
        "pay@evil.example",
        "EVIL.COM",
        "evil。com",
    ],
)
def test_inert_words_look_as_typed_and_are_no_address(words):
    assert inert(words).replace("\u2060", "") == words
    assert not re.search(r"://|www\.\w|\w@\w|\w\.\w\w|。\w", inert(words))


@pytest.mark.parametrize(
    "words", ["Amina YUSUF", "J. R. R. Tolkien", "Dr. O'Brien", "St. Gallen", "王"]
)
def test_inert_leaves_names_alone(words):
    assert inert(words) == words
