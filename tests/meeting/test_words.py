"""What counts as the same word, name or mailbox."""

import pytest

from meeting.words import likeness, same_mailbox


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
