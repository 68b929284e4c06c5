from datetime import time

import pytest

from agenda.editing.pasting import read, save
from agenda.editing.undoing import undo
from agenda.models import Edit, Item, Presentation, Role, Session, Speaker
from tests.making import make_item, make_session, make_speaker, make_user

pytestmark = pytest.mark.django_db

FIFTEENTH = """\
10.00-10.30
I. Opening of the meeting
- Mr. WU Hongbo, Under-Secretary-General, Department of Economic and Social Affairs
- H.E. Mr. Juan José GÓMEZ CAMACHO, Permanent Representative, Mexico: Why we meet

10:30 – 11:30 II. Implementing the New York Declaration for Refugees and Migrants
Moderator: Bela HOVY, Population Division
Panellists:
• Ms. Lakshmi PURI, UN Women: Priorities for 2017: what is next
• Amb. Mwaba Patricia KASESE-BOTA, Zambia: Role of the Commission
• TBC, Civil Society Network: Role of civil society

11.30 Coffee break
III) Tour-de-table
Keynote: Dr. Jane Doe (World Bank): “Remittances”
"""


def test_a_programme_as_united_nations_meetings_print_it():
    pasted = read(FIFTEENTH)

    assert [
        (item.number, item.title, item.kind, item.start, item.end)
        for item in pasted.items
    ] == [
        (1, "Opening of the meeting", "opening", time(10), time(10, 30)),
        (
            2,
            "Implementing the New York Declaration for Refugees and Migrants",
            "",
            time(10, 30),
            time(11, 30),
        ),
        (None, "Coffee break", "break", time(11, 30), None),
        (3, "Tour-de-table", "tour-de-table", None, None),
    ]
    assert pasted.unread == []
    assert [
        (p.kind, p.style, p.name, p.function, p.affiliation) for p in pasted.people
    ] == [
        (
            "speaker",
            "Mr.",
            "WU Hongbo",
            "Under-Secretary-General",
            "Department of Economic and Social Affairs",
        ),
        (
            "speaker",
            "H.E. Mr.",
            "Juan José GÓMEZ CAMACHO",
            "Permanent Representative",
            "Mexico",
        ),
        ("moderator", "", "Bela HOVY", "", "Population Division"),
        ("panellist", "Ms.", "Lakshmi PURI", "", "UN Women"),
        ("panellist", "Amb.", "Mwaba Patricia KASESE-BOTA", "", "Zambia"),
        ("panellist", "", "", "", "Civil Society Network"),
        ("keynote", "Dr.", "Jane Doe", "", "World Bank"),
    ]
    titles = [p.title for item in pasted.items for p in item.presentations]
    assert titles == [
        "",
        "Why we meet",
        "Priorities for 2017: what is next",
        "Role of the Commission",
        "Role of civil society",
        "Remittances",
    ]


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("II. Floods", 2, "Floods"),
        ("2. Floods", 2, "Floods"),
        ("2) Floods", 2, "Floods"),
        ("Item 2: Floods", 2, "Floods"),
        ("Agenda item II – Floods", 2, "Floods"),
        ("XIV. Floods", 14, "Floods"),
        ("Floods and droughts", None, "Floods and droughts"),
        ("II. Floods: what next?", 2, "Floods: what next?"),
    ],
)
def test_an_item_by_its_numeral(line, number, title):
    (item,) = read(line).items

    assert (item.number, item.title) == (number, title)


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("10.00-10.30 Floods", (time(10), time(10, 30))),
        ("10:00 – 10:30 Floods", (time(10), time(10, 30))),
        ("10.00 to 10.30: Floods", (time(10), time(10, 30))),
        ("2:00 pm - 3:30 pm Floods", (time(14), time(15, 30))),
        ("9.30 Floods", (time(9, 30), None)),
        ("I. Floods (10.00–10.30)", (time(10), time(10, 30))),
    ],
)
def test_an_item_with_hours(line, hours):
    (item,) = read(line).items

    assert ((item.start, item.end), item.title) == (hours, "Floods")


@pytest.mark.parametrize(
    "line", ["Coffee break", "Lunch", "Lunch break", "13.00-15.00 Lunch", "Break"]
)
def test_breaks(line):
    (item,) = read(f"I. Opening\n{line}").items[1:]

    assert item.is_break
    assert item.number is None


@pytest.mark.parametrize("bullet", ["- ", "• ", "– ", "* ", "· ", "\uf0b7 ", ""])
def test_people_behind_any_bullet(bullet):
    (item,) = read(f"I. Floods\n{bullet}Ms. Lakshmi PURI, UN Women: Women").items

    (presentation,) = item.presentations
    assert (presentation.title, presentation.person.name) == ("Women", "Lakshmi PURI")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Moderator", "moderator"),
        ("Moderators", "moderator"),
        ("Co-Chair", "chair"),
        ("Chairperson", "chair"),
        ("Panelist(s)", "panellist"),
        ("Discussants", "panellist"),
        ("Keynote speaker", "keynote"),
        ("Keynote address", "keynote"),
        ("Rapporteur", "rapporteur"),
    ],
)
def test_roles_in_words(label, kind):
    pasted = read(f"I. Floods\n{label}: Bela HOVY, IOM")

    assert [(p.kind, p.name) for p in pasted.people] == [(kind, "Bela HOVY")]


def test_one_role_may_be_of_several():
    pasted = read("I. Floods\nModerators: Bela HOVY, IOM; Jan ELIASSON, UN")

    assert [person.name for person in pasted.people] == ["Bela HOVY", "Jan ELIASSON"]


def test_an_office_alone_is_a_function():
    (person,) = read("I. Floods\n- Bela HOVY, Chief of Section").people

    assert (person.function, person.affiliation) == ("Chief of Section", "")


def test_a_bullet_that_names_nobody_is_a_title():
    (item,) = read("I. Floods\n- Interactive discussion").items

    (presentation,) = item.presentations
    assert (presentation.title, presentation.person) == ("Interactive discussion", None)


def test_known_people_are_found_without_accents_and_case():
    speaker = make_speaker("Juan José GÓMEZ CAMACHO")

    known, new = read("I. A\n- Mr. Juan Jose Gomez Camacho, UN\n- Bela HOVY, UN").people

    assert known.speaker == speaker
    assert (new.speaker, new.is_new) == (None, True)


def test_a_line_that_is_not_understood_is_said_and_kept():
    session = make_session(note="Before")
    pasted = read("Distributed yesterday: see below\nI. Opening\nthe room is not sure")

    save(pasted, session, by=None)

    assert [(u.line, u.text) for u in pasted.unread] == [
        (1, "Distributed yesterday: see below"),
        (3, "the room is not sure"),
    ]
    assert Session.objects.get().note == "Before\nDistributed yesterday: see below"
    assert Item.objects.get().note == "the room is not sure"


def test_what_is_saved_is_one_edit_behind_what_is_there():
    session, user = make_session(), make_user()
    make_item(session, title="Before", is_numbered=False)

    save(read(FIFTEENTH), session, by=user)

    edit = Edit.objects.get()
    assert (edit.by, edit.what) == (user, "Pasted 4 items into “Morning session”")
    assert session.items.first().title == "Before"
    assert Item.objects.count() == 5
    assert Presentation.objects.count() == 6
    assert Role.objects.filter(speaker=None).count() == 1
    assert Speaker.objects.count() == 6
    opening = Item.objects.get(kind="opening")
    assert opening.starts_at.astimezone(session.meeting.zone).time() == time(10)


def test_numbers_follow_and_are_set_only_where_they_do_not():
    session = make_session()

    save(read("I. One\nII. Two\nV. Five\nVI. Six"), session, by=None)

    set_numbers = [item.set_number for item in session.items.all()]
    assert set_numbers == [None, None, 5, None]


def test_what_was_pasted_can_be_taken_back():
    session = make_session()

    undo(save(read(FIFTEENTH), session, by=None), by=None)

    assert not Item.objects.exists()


def test_one_person_who_is_named_twice_is_one_speaker():
    session = make_session()

    save(read("I. A\n- Bela HOVY, UN\n- Mr. Bela Hovy, IOM: B"), session, by=None)

    assert Speaker.objects.get().roles.count() == 2
