"""What loading does to rows that are there already."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command

from agenda.models import (
    Day,
    Item,
    Material,
    Presentation,
    Role,
    Session,
    Speaker,
)
from agenda.programme.dumping import dump
from agenda.programme.loading import load
from agenda.programme.reading import read
from agenda.programme.rows import LossError
from meeting.models import Meeting, Page

FILES = Path(__file__).parent / "files"
THREE_DAYS = FILES / "three-days.yaml"
START = """\
format: meeting-programme/1
meeting:
  number: 3
  title: Shared Rivers
  dates: {start: 2027-03-10, end: 2027-03-11}
  timezone: America/New_York
"""
PANEL = """\
days:
  - date: 2027-03-10
    sessions:
      - label: Morning session
        start: "10.00"
        end: "13.00"
        items:
          - number: I
            title: Measuring a river
            contributions:
              - {speaker: LIN Meihua, title: Gauges}
              - {speaker: Jonas WEIDENBACH, title: Floods}
            moderators:
              - {speaker: Henrik STRAND}
          - number: II
            title: Sharing data
"""

pytestmark = pytest.mark.django_db


def load_text(text, **options):
    meeting, changes = load(read(text.encode()), **options)
    return meeting, str(changes)


def upload(**values):
    """A material whose file somebody has uploaded."""
    material = Material.objects.create(
        meeting=Meeting.objects.get(), title="Slides", **values
    )
    Material.objects.filter(pk=material.pk).update(file="x.pdf", filename="talk.pdf")
    return material


def state():
    """Everything that is stored, without when it was stored."""
    models = (Meeting, Page, Day, Session, Item, Presentation, Role, Material, Speaker)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_rows_say_what_the_file_says():
    call_command("load_meeting", THREE_DAYS, verbosity=0)

    meeting = Meeting.objects.get(slug="rivers-3")
    session = Session.objects.get(title="Working group on groundwater")
    assert meeting.tbc == [
        "objectives",
        "venue",
        "dates.end",
        "organizer.name",
        "participation.number",
        "papers.deadline",
        "site_menu.Information materials.entries",
    ]
    assert meeting.notes["dates"] == "the last day may be dropped"
    assert meeting.notes[""] == "Made up from beginning to end."
    assert meeting.objectives.splitlines()[0] == (
        "Compare what is measured upstream and downstream."
    )
    # Nairobi is three hours ahead; a day alone closes at its end.
    assert meeting.registration_opens_at == datetime(2027, 1, 11, 6, tzinfo=UTC)
    assert meeting.registration_closes_at == datetime(2027, 3, 5, 21, tzinfo=UTC)
    assert session.starts_at == datetime(2027, 3, 10, 7, 45, tzinfo=UTC)
    assert (session.room, session.position) == ("Room B", 2)
    assert [day.date.day for day in meeting.programme_days.all()] == [10, 11, 12]


def test_numbers_are_set_only_where_they_do_not_follow():
    call_command("load_meeting", THREE_DAYS, verbosity=0)

    numbered = Item.objects.in_order().filter(is_numbered=True)
    assert [item.set_number for item in numbered] == [None, None, None, None, 6]


def test_what_speakers_do_is_kept_with_the_presentation_or_the_item():
    call_command("load_meeting", THREE_DAYS, verbosity=0)

    message = Presentation.objects.get(title="Message of the Executive Secretary")
    assert [
        (role.kind, role.speaker.name, role.tbc) for role in message.roles.all()
    ] == [
        ("speaker", "Tomás DE LA RIVA", ["function"]),
        ("delivered_by", "Ingrid HALVORSEN-ØDEGÅRD", ["speaker"]),
    ]
    keynote = Presentation.objects.get(title="The river as a ledger").roles.get()
    assert keynote.kind == "keynote"
    material = Material.objects.get(title="Gauges of the upper basin")
    assert material.role.speaker.name == "Priya RAMANATHAN-COLE"
    assert material.role.item.title == "Measuring a river: Who counts what?"
    unknown = Role.objects.get(affiliation="Lower Basin Authority")
    assert (unknown.speaker, unknown.kind) == (None, "panellist")


def test_menu_entries_of_known_titles_show_what_they_are_called():
    load_text(
        START
        + "site_menu: {sections: [{group: Information, entries: [Objectives,"
        + " Organization of work (with films), List of participants, Visas]},"
        + " {group: Papers, entries: []}]}\n"
    )

    pages = Page.objects.values_list("group", "title", "slug", "shows")
    assert list(pages) == [
        ("Information", "Objectives", "objectives", "objectives"),
        (
            "Information",
            "Organization of work (with films)",
            "organization-of-work-with-films",
            "agenda",
        ),
        ("Information", "List of participants", "list-of-participants", "participants"),
        ("Information", "Visas", "visas", "text"),
        ("", "Papers", "papers", "documents"),
    ]


def test_the_same_file_again_changes_nothing():
    call_command("load_meeting", THREE_DAYS, verbosity=0)
    before, entries = state(), LogEntry.objects.count()

    call_command("load_meeting", THREE_DAYS, verbosity=0)

    assert entries > 0
    assert state() == before
    assert LogEntry.objects.count() == entries


def test_rows_keep_their_identity_when_the_file_is_edited():
    load_text(START + PANEL)
    items = {item.title: (item.pk, item.slug) for item in Item.objects.all()}
    session = Session.objects.get()
    gauges = Presentation.objects.get(title="Gauges")

    edited = PANEL.replace('"10.00"', '"09.30"').replace("Gauges", "Gauges and wells")
    edited = edited.replace(
        "          - number: I\n",
        "          - {number: I, title: Opening of the meeting}\n          - number: II\n",
    )
    edited = edited.replace(
        "number: II\n            title: Sh", "number: III\n            title: Sh"
    )
    _meeting, changes = load_text(START + edited)

    assert changes == "1 added, 4 changed, 0 removed"
    now = {item.title: (item.pk, item.slug) for item in Item.objects.all()}
    assert now["Measuring a river"] == items["Measuring a river"]
    assert now["Sharing data"] == items["Sharing data"]
    assert Session.objects.get().uid == session.uid
    assert Session.objects.get().starts_at == datetime(2027, 3, 10, 14, 30, tzinfo=UTC)
    assert Presentation.objects.get(pk=gauges.pk).title == "Gauges and wells"


def test_an_item_that_gets_another_title_keeps_its_address():
    load_text(START + PANEL)
    slug = Item.objects.get(title="Sharing data").slug

    load_text(START + PANEL.replace("Sharing data", "Sharing all our data"))

    assert Item.objects.get(title="Sharing all our data").slug == slug


def test_a_meeting_that_moves_keeps_its_sessions():
    two_days = PANEL + PANEL.removeprefix("days:\n").replace("03-10", "03-11").replace(
        "number: I", "number: V"
    )
    load_text(START + two_days)
    before = [session.pk for session in Session.objects.all()]

    moved = (START + two_days).replace("03-11", "03-12").replace("03-10", "03-11")
    _meeting, changes = load_text(moved)

    assert [session.pk for session in Session.objects.all()] == before
    assert changes == "0 added, 3 changed, 0 removed"


def test_an_unplaced_contribution_keeps_its_identity_when_it_is_given_an_item():
    unplaced = "unplaced: [{date: 2027-03-10, speaker: Rosa MBEKI-THORNE}]\n"
    load_text(START + PANEL + unplaced)
    presentation = Presentation.objects.get(item=None)

    text = "            contributions: [{speaker: Rosa MBEKI-THORNE, title: Wells}]\n"
    load_text(START + PANEL + text)

    presentation.refresh_from_db()
    assert (presentation.item.title, presentation.date) == ("Sharing data", None)


def test_what_is_no_longer_in_the_file_is_removed():
    load_text(START + PANEL)

    _meeting, changes = load_text(START)

    # A session, two items, two presentations, three roles and three people.
    assert changes == "0 added, 0 changed, 11 removed"
    assert not Session.objects.exists()
    assert not Speaker.objects.exists()


def test_a_speaker_is_the_same_person_in_every_meeting():
    load_text(START + PANEL)
    load_text(START.replace("number: 3", "number: 4") + PANEL)
    assert Speaker.objects.count() == 3

    load_text(START)

    assert Speaker.objects.count() == 3


def test_of_two_people_with_one_name_the_one_meant_until_now_stays():
    load_text(START + PANEL)
    namesake = Speaker.objects.create(name="LIN Meihua")
    Role.objects.filter(presentation__title="Gauges").update(speaker=namesake)

    assert load_text(START + PANEL)[1] == "0 added, 0 changed, 0 removed"

    assert Role.objects.get(presentation__title="Gauges").speaker == namesake


def test_an_uploaded_file_is_never_lost(tmp_path):
    load_text(START + PANEL)
    upload(presentation=Presentation.objects.get(title="Gauges"))
    before, entries = state(), LogEntry.objects.count()
    file = tmp_path / "programme.yaml"
    file.write_text(START)

    with pytest.raises(CommandError) as error:
        call_command("load_meeting", file)

    assert str(error.value).splitlines() == [
        "Nothing was changed.",
        "“Slides” (talk.pdf) was uploaded and is not in the file. Write it into the"
        " file, or delete it first.",
    ]
    assert state() == before
    assert LogEntry.objects.count() == entries


def test_an_uploaded_file_stays_where_the_file_names_its_material():
    load_text(START + PANEL)
    material = upload(presentation=Presentation.objects.get(title="Gauges"))
    Material.objects.update(visibility="staff", language="fr")

    named = PANEL.replace(
        "title: Gauges", "title: Gauges, materials: [{title: Slides}]"
    )
    load_text(START + named)

    material.refresh_from_db()
    assert (material.file.name, material.visibility) == ("x.pdf", "staff")
    assert material.language == "fr"


PAPER = """documents:
  - title: Rivers
    kind: paper
    author: ILO
    contributed: true
    visibility: participants
    visible_from: 2027-02-15 09.30
"""


def test_a_paper_comes_with_author_and_embargo():
    meeting, _changes = load_text(START + PAPER)

    material = meeting.materials.get()
    assert (material.author, material.is_contributed) == ("ILO", True)
    assert material.visibility == "participants"
    assert f"{material.visible_from.astimezone(meeting.zone):%d %H.%M}" == "15 09.30"


def test_what_the_file_does_not_say_of_a_paper_is_the_secretariats():
    load_text(START + PAPER)

    load_text(START + "documents: [{title: Rivers, kind: paper}]\n")

    material = Material.objects.get()
    assert (material.author, material.is_contributed) == ("ILO", True)
    assert material.visible_from


def test_what_is_held_back_moves_with_the_meeting():
    programme = read((START + PAPER).encode())
    before = programme.documents[0].visible_from

    programme.move_to(programme.meeting.dates.start + timedelta(days=3))

    assert programme.documents[0].visible_from == before + timedelta(days=3)


def test_the_text_of_a_page_is_never_lost():
    menu = "site_menu: {sections: [{group: Visas, entries: []}]}\n"
    load_text(START + menu)
    Page.objects.update(body="Ask for a letter.", shows="speakers")

    assert load_text(START + menu)[1] == "0 added, 0 changed, 0 removed"
    assert load_text(START)[1] == "0 added, 0 changed, 0 removed"
    with pytest.raises(LossError, match="The page “Visas” has a text"):
        load_text(START + menu.replace("Visas", "Other"))

    assert Page.objects.get().body == "Ask for a letter."


def test_registration_is_left_alone_where_the_file_does_not_speak_of_it():
    meeting, _changes = load_text(START + "registration: {capacity: 90}\n")

    assert load_text(START)[1] == "0 added, 0 changed, 0 removed"

    meeting.refresh_from_db()
    assert meeting.capacity == 90


def test_check_says_what_would_change_and_changes_nothing(capsys):
    load_text(START.replace("number: 3", "slug: rivers-3") + PANEL)
    before, entries = state(), LogEntry.objects.count()

    call_command("load_meeting", THREE_DAYS, "--check", "--current")

    out = capsys.readouterr().out
    assert out.startswith("Meeting rivers-3 would have ")
    assert " 0 added" not in out
    assert state() == before
    assert LogEntry.objects.count() == entries


def test_mistakes_change_nothing_and_are_said_with_the_file(tmp_path):
    file = tmp_path / "programme.yaml"
    file.write_text(START + "minutes: 1\nobjectives: 2\n")

    with pytest.raises(CommandError) as error:
        call_command("load_meeting", file)

    lines = str(error.value).splitlines()
    assert lines[0] == "2 mistakes; nothing was changed."
    assert lines[1].startswith(f"{file}:7: minutes: is not known here;")
    assert not Meeting.objects.exists()


def test_a_file_that_is_not_there_is_said_plainly(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file"):
        call_command("load_meeting", tmp_path / "nowhere.yaml")


def test_start_moves_all_days_and_keeps_the_hours_across_daylight_saving():
    # New York is five hours behind in winter and four in summer.
    registration = "registration: {opens: 2027-01-11 09.00, closes: 2027-03-05}\n"
    unplaced = "unplaced: [{date: 2027-03-11, speaker: Rosa MBEKI-THORNE}]\n"
    programme = read((START + PANEL + registration + unplaced).encode())

    programme.move_to(date(2027, 6, 9))
    meeting, _changes = load(programme, is_demo=True)

    assert (meeting.starts_on, meeting.ends_on) == (date(2027, 6, 9), date(2027, 6, 10))
    assert meeting.is_demo
    assert Session.objects.get().starts_at == datetime(2027, 6, 9, 14, tzinfo=UTC)
    assert Presentation.objects.get(item=None).date == date(2027, 6, 10)
    assert meeting.registration_opens_at == datetime(2027, 4, 12, 13, tzinfo=UTC)
    assert meeting.registration_closes_at == datetime(2027, 6, 5, 4, tzinfo=UTC)


def test_start_and_current_are_options_of_the_command():
    load_text(START)
    Meeting.objects.get().make_current()

    call_command(
        "load_meeting", THREE_DAYS, "--start=2027-04-14", "--current", verbosity=0
    )

    meeting = Meeting.objects.get(is_current=True)
    assert (meeting.slug, meeting.starts_on) == ("rivers-3", date(2027, 4, 14))
    assert meeting.is_demo


def test_dump_of_an_unknown_meeting_names_those_there_are():
    load_text(START)

    with pytest.raises(CommandError, match="no meeting “4”; there are: 3"):
        call_command("dump_meeting", "4")


def test_dump_writes_to_where_it_is_asked(capsys):
    load_text(START + PANEL)

    call_command("dump_meeting", "3")

    out = capsys.readouterr().out
    assert read(out.encode()) == read((START + PANEL).encode())
    assert '        start: "10.00"\n' in out
    assert "dates: {start: 2027-03-10, end: 2027-03-11}\n" in out


FOLLOWING = PANEL.replace(
    "title: Measuring a river",
    'title: Measuring a river\n            start: "10.15"\n            minutes: 45',
).replace(
    "title: Sharing data",
    "title: Sharing data\n            follows: true\n            minutes: 30",
)


def test_items_that_follow_have_the_hours_that_come_of_it():
    load_text(START + FOLLOWING)

    one, two = Item.objects.all()
    assert one.ends_at == two.starts_at == datetime(2027, 3, 10, 16, tzinfo=UTC)
    assert two.ends_at == datetime(2027, 3, 10, 16, 30, tzinfo=UTC)


def test_hours_that_follow_are_no_change_when_the_same_is_loaded_again():
    load_text(START + FOLLOWING)

    _meeting, changes = load_text(START + FOLLOWING)

    assert changes == "0 added, 0 changed, 0 removed"


BIOGRAPHIES = """\
biographies:
  - speaker: LIN Meihua
    biography: |-
      Born by the river.

      Has measured it for twenty years.
"""


def test_biographies_come_back_as_they_were():
    meeting, _changes = load_text(START + PANEL + BIOGRAPHIES)

    assert Speaker.objects.get(name="LIN Meihua").paragraphs == [
        "Born by the river.",
        "Has measured it for twenty years.",
    ]
    assert BIOGRAPHIES in dump(meeting)
    assert load_text(dump(meeting))[1] == "0 added, 0 changed, 0 removed"


def test_biographies_that_the_file_does_not_have_are_left():
    load_text(START + PANEL)
    Speaker.objects.filter(name="Henrik STRAND").update(biography="Written here.")

    load_text(START + PANEL + BIOGRAPHIES)

    assert Speaker.objects.get(name="Henrik STRAND").biography == "Written here."


def test_biography_of_nobody_on_the_agenda_is_refused():
    with pytest.raises(LossError, match="“LIN Mei” has a biography and is nowhere"):
        load_text(START + PANEL + BIOGRAPHIES.replace("Meihua", "Mei"))


def test_of_two_who_share_a_name_neither_gets_a_biography():
    meeting, _changes = load_text(START + PANEL)
    other = Speaker.objects.create(name="LIN Meihua", biography="The other.")
    Role.objects.create(item=meeting.items.last(), speaker=other)

    text = dump(meeting)
    load_text(text + BIOGRAPHIES)

    assert "biographies" not in text
    biographies = Speaker.objects.filter(name="LIN Meihua").values_list("biography")
    assert sorted(biographies) == [("",), ("The other.",)]
