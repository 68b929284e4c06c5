"""The attendee list as a file: what is filtered, nothing that runs."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from string import ascii_uppercase
from xml.etree import ElementTree

import pytest
from auditlog.models import LogEntry
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission

from registration.answers import MASK, Answers
from registration.exports.cells import harmless
from registration.models import PrivacyNotice, Question, Registration
from tests.making import (
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"
CSV, XLSX = f"{LIST}export/csv/", f"{LIST}export/xlsx/"
FORMULAS = [
    "+1-212-555-0100",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
]


def read_csv(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_xlsx(response) -> list[list[str]]:
    """The words of each cell, without a library that could interpret them."""
    content = io.BytesIO(b"".join(response.streaming_content))
    sheet = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml")
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    return [
        _cells(row.findall("s:c", space))
        for row in ElementTree.fromstring(sheet).iter(f"{{{space['s']}}}row")
    ]


def _cells(found: list[ElementTree.Element]) -> list[str]:
    """A to Z: an empty one is not written."""
    words = {cell.get("r")[0]: "".join(cell.itertext()) for cell in found}
    return [words.get(letter, "") for letter in ascii_uppercase]


@pytest.mark.parametrize("text", FORMULAS)
def test_harmless_stops_what_would_run(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "+1 212 555 0100",
        "+41 (22) 917-1234",
        "+1 212 555-0100",
        "Ann",
        "",
        "a=b",
        "O'Neill",
        "1-2",
    ],
)
def test_harmless_keeps_what_does_not_run(text):
    assert harmless(text) == text


def test_csv_has_every_column_of_a_registration(client):
    meeting = make_meeting(starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 16))
    registration = make_registration(
        meeting,
        honorific="Ms.",
        name="Ólafía Þórðardóttir",
        badge_name="Ólafía",
        function="Officer, first",
        organization="Côte d’Ivoire",
        email="olafia@example.org",
        attendance="remote",
        access_needs="A ramp.\nA seat.",
        dietary_needs="halal",
        is_listed=True,
        language="fr",
        is_demo=True,
        status="confirmed",
        created_at=datetime(2027, 1, 4, 2, 30, tzinfo=UTC),
    )
    sign_in(client)

    assert read_csv(client.get(CSV)) == [
        {
            "Reference": registration.reference,
            "Status": "Confirmed",
            "Category": registration.category.name,
            "State or organization": "Côte d’Ivoire",
            "Honorific": "Ms.",
            "Name": "Ólafía Þórðardóttir",
            "Name on the badge": "Ólafía",
            "Function": "Officer, first",
            "E-mail": "olafia@example.org",
            "Takes part": "Remotely",
            "Days": "2027-02-15, 2027-02-16",
            "Access needs": "A ramp.\nA seat.",
            "Dietary needs": "halal",
            "In the list of participants": "yes",
            "Language": "French",
            "Received (America/New_York)": "2027-01-03 21:30",
            "Made up": "yes",
            "Reason for declining": "",
            "Privacy notice agreed to": "",
        }
    ]


def test_csv_begins_so_that_excel_reads_utf_8(client):
    make_registration()
    sign_in(client)

    response = client.get(CSV)

    assert response.streaming
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfReference,")
    assert response["Content-Disposition"].endswith('filename="registrations-15.csv"')


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_runs_nothing_that_somebody_typed(client, text):
    make_registration(function=text, access_needs=text)
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert (row["Function"], row["Access needs"]) == (f"'{text}", f"'{text}")


def test_xlsx_has_the_same_cells_as_the_csv(client):
    make_registration(name="محمد", function="+1 212 555 0100")
    sign_in(client)

    header, row = read_xlsx(client.get(XLSX))

    (expected,) = read_csv(client.get(CSV))
    assert [words for words in header if words] == list(expected)
    received = 15  # A date, which a spreadsheet counts in days.
    assert float(row.pop(received)) > 40000
    cells = list(expected.values())
    del cells[received]
    assert row[: len(cells)] == cells


@pytest.mark.parametrize("text", [*FORMULAS, "https://example.org", "00123"])
def test_xlsx_cells_are_plain_text(client, text):
    make_registration(access_needs=text)
    sign_in(client)

    content = io.BytesIO(b"".join(client.get(XLSX).streaming_content))

    archive = zipfile.ZipFile(content)
    sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = [cell for cell in sheet.iter() if cell.tag.endswith("}c")]
    assert {cell.get("t") for cell in cells if cell.get("r") == "L2"} == {"inlineStr"}
    assert not [cell for cell in sheet.iter() if cell.tag.endswith("}f")]
    assert not [name for name in archive.namelist() if "_rels/sheet" in name]


def test_xlsx_lets_no_markup_through(client):
    text = "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>"
    make_registration(function=text)
    sign_in(client)

    _header, row = read_xlsx(client.get(XLSX))

    assert f"'{text}" in row


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_what_is_filtered_is_what_is_exported(client, url):
    meeting = make_meeting(is_current=True)
    make_registration(meeting, name="Ann", status="confirmed")
    make_registration(meeting, name="Bob", status="confirmed", attendance="remote")
    make_registration(meeting, name="Eve")
    make_registration(make_meeting(), name="Of another meeting", status="confirmed")
    sign_in(client)
    page = client.get(LIST, {"status__exact": "confirmed", "q": "bob"})

    response = client.get(url + page.context["cl"].export_query)

    rows = read_csv(response) if url == CSV else read_xlsx(response)[1:]
    names = [row["Name"] if url == CSV else row[5] for row in rows]
    assert names == [each.name for each in page.context["cl"].result_list] == ["Bob"]


def test_export_asks_for_the_meeting_that_the_list_shows(client):
    shown, other = make_meeting(is_current=True), make_meeting()
    make_registration(shown, name="Ann")
    sign_in(client)
    query = client.get(LIST).context["cl"].export_query
    client.get(LIST, {"meeting": other.pk})  # In another tab.

    assert [row["Name"] for row in read_csv(client.get(CSV + query))] == ["Ann"]


def test_export_of_all_meetings_says_whose_time_it_is(client):
    make_registration(make_meeting())
    make_registration(make_meeting(timezone="Africa/Nairobi"))
    sign_in(client)

    rows = read_csv(client.get(CSV, {"meeting": "all"}))

    assert len(rows) == 2
    assert "Received (in each meeting's own time zone)" in rows[0]


def test_export_holds_more_than_one_page_and_one_chunk(client):
    meeting = make_meeting()
    registration = make_registration(meeting)
    copies = []
    for number in range(2100):
        registration.pk = None
        registration.reference = registration.submission = f"{number:05}"
        registration.email = f"{number}@example.org"
        copies.append(
            Registration(
                **{
                    field.attname: getattr(registration, field.attname)
                    for field in Registration._meta.concrete_fields
                }
            )
        )
    Registration.objects.bulk_create(copies)
    sign_in(client)

    rows = read_csv(client.get(CSV))

    assert len({row["Reference"] for row in rows}) == 2101


@pytest.mark.parametrize("group", ["Secretariat", "Organizer"])
def test_both_groups_may_export(client, group):
    make_registration()
    sign_in(client, group)

    page = client.get(LIST).content.decode()

    assert client.get(CSV).status_code == 200
    assert "Export XLSX" in page


def test_export_needs_its_permission(client):
    make_registration()
    user = sign_in(client, "Organizer")
    permissions = user.groups.get().permissions
    permissions.remove(permissions.get(codename="export_registration"))

    page = client.get(LIST).content.decode()

    assert client.get(CSV).status_code == 403
    assert client.get(XLSX).status_code == 403
    assert "Export" not in page


def test_export_sends_strangers_to_log_in(client):
    response = client.get(CSV)

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


def test_export_knows_two_kinds_of_file(client):
    make_registration()
    sign_in(client)

    assert client.get(f"{LIST}export/pdf/").status_code == 404


def test_export_with_a_filter_that_is_none_goes_back_to_the_list(client):
    make_registration()
    sign_in(client)

    response = client.get(CSV, {"nothing__of": "this"})

    assert (response.status_code, response.url) == (302, f"{LIST}?e=1")


def test_export_is_in_the_audit_trail(client):
    make_registration()
    user = sign_in(client)

    client.get(CSV, {"status__exact": "received"})

    entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).get()
    assert (entry.actor, entry.object_repr) == (user, "1 registration exported as CSV")
    assert entry.additional_data == {"filters": {"status__exact": "received"}}


def test_export_has_as_many_queries_with_three_rows_as_with_one(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    make_registration(meeting)
    sign_in(client)
    read_csv(client.get(CSV))
    with django_assert_num_queries(19) as captured:
        read_csv(client.get(CSV))

    make_registration(meeting)
    make_registration(meeting)

    with django_assert_num_queries(len(captured)):
        assert len(read_csv(client.get(CSV))) == 3


def answered(meeting, **answers):
    registration = make_registration(meeting)
    Answers(**answers).save(registration)
    return registration


def let_see_sensitive(user):
    user.user_permissions.add(Permission.objects.get(codename="view_sensitive"))


def test_every_kind_of_answer_has_its_column(client):
    meeting = make_meeting()
    kinds = {
        "short": ("Written", "Written"),
        "number": ("-5", "-5"),
        "yes_no": ("yes", "yes"),
        "date": ("2027-02-15", "2027-02-15"),
        "country": ("CIV", "Côte d'Ivoire"),
    }
    questions = {kind: make_question(meeting, text=kind, kind=kind) for kind in kinds}
    answered(meeting, values={questions[kind]: kinds[kind][0] for kind in kinds})
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert {kind: row[kind] for kind in kinds} == {
        kind: words for kind, (_value, words) in kinds.items()
    }


def test_columns_of_questions_come_last_in_their_order(client):
    meeting = make_meeting()
    make_session(meeting, title="Reception", is_chosen=True)
    make_question(meeting, text="Second", position=2)
    make_question(meeting, text="First", position=1)
    make_registration(meeting)
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert list(row)[19:] == ["First", "Second", "Reception"]


def test_list_says_all_that_was_chosen_and_who_waits(client):
    meeting = make_meeting()
    group = make_question(
        meeting, text="Group", kind="several", options=["Trade", ("Data", 1)]
    )
    trade, data = group.options.all()
    registration = make_registration(meeting)
    make_choice(registration, data, status="waiting")
    make_choice(registration, trade, status="confirmed")
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert row["Group"] == "Trade, Data (on the waiting list)"


def test_retired_question_has_its_column_while_there_are_answers(client):
    meeting = make_meeting()
    retired = make_question(meeting, text="Old", is_retired=True)
    make_question(meeting, text="Never answered", is_retired=True)
    answered(meeting, values={retired: "kept"})
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert row["Old"] == "kept"
    assert "Never answered" not in row


def test_sessions_say_who_has_a_place(client):
    meeting = make_meeting()
    reception = make_session(meeting, title="Reception", is_chosen=True, capacity=1)
    make_session(meeting, title="Not chosen by anybody")
    for name, status in (("Ann", "confirmed"), ("Bob", "waiting"), ("Eve", "received")):
        make_choice(make_registration(meeting, name=name), reception, status=status)
    make_registration(meeting, name="Joe")
    sign_in(client)

    rows = read_csv(client.get(CSV))

    assert {row["Name"]: row["Reception"] for row in rows} == {
        "Ann": "has a place",
        "Bob": "on the waiting list",
        "Eve": "chosen",
        "Joe": "",
    }
    assert "Not chosen by anybody" not in rows[0]


def test_decline_reason_and_notice_have_columns(client):
    meeting = make_meeting()
    notice = PrivacyNotice.objects.create(meeting=meeting, text="What we keep.")
    make_registration(
        meeting, status="declined", decline_reason="Too late", notice=notice
    )
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert row["Reason for declining"] == "Too late"
    assert row["Privacy notice agreed to"] == "1"


def test_export_of_all_meetings_says_whose_question_it_is(client):
    for _number in range(2):
        meeting = make_meeting()
        question = make_question(meeting, text="Visa?")
        answered(meeting, values={question: meeting.slug})
    sign_in(client)

    rows = read_csv(client.get(CSV, {"meeting": "all"}))

    said = sorted((row["Visa? (15)"], row["Visa? (16)"]) for row in rows)
    assert said == [("", "16"), ("15", "")]


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_runs_no_answer_and_no_question(client, text):
    meeting = make_meeting()
    question = make_question(meeting, text=text)
    answered(meeting, values={question: text})
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert row[f"'{text}"] == f"'{text}"


def test_xlsx_lets_no_markup_of_an_answer_through(client):
    text = "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>"
    meeting = make_meeting()
    answered(meeting, values={make_question(meeting, text=text): text})
    sign_in(client)

    header, row = read_xlsx(client.get(XLSX))

    assert (header[19], row[19]) == (f"'{text}", f"'{text}")


def test_xlsx_has_numbers_as_numbers(client):
    meeting = make_meeting()
    question = make_question(meeting, kind="number")
    answered(meeting, values={question: "-5.5"})
    sign_in(client)

    content = io.BytesIO(b"".join(client.get(XLSX).streaming_content))

    sheet = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="T2"><v>-5.5</v></c>' in sheet


def test_sensitive_answers_are_left_out(client):
    meeting = make_meeting()
    passport = make_question(meeting, text="Passport", is_sensitive=True)
    answered(meeting, values={passport: "A1234567"})
    let_see_sensitive(sign_in(client))

    (row,) = read_csv(client.get(CSV))

    assert "Passport" not in row


def test_sealed_answer_stays_masked_where_its_question_is_no_longer_sensitive(client):
    meeting = make_meeting()
    passport = make_question(meeting, text="Passport", is_sensitive=True)
    answered(meeting, values={passport: "A1234567"})
    Question.objects.update(is_sensitive=False)
    sign_in(client)

    (row,) = read_csv(client.get(CSV))

    assert row["Passport"] == MASK


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_sensitive_answers_come_by_permission_when_asked_for(client, url):
    meeting = make_meeting()
    passport = make_question(meeting, text="Passport", is_sensitive=True)
    answered(meeting, values={passport: "A1234567"})
    let_see_sensitive(sign_in(client))
    page = client.get(LIST)

    response = client.get(url + page.context["cl"].sensitive_export_query)

    row = read_csv(response)[0].values() if url == CSV else read_xlsx(response)[1]
    assert "A1234567" in row
    assert "XLSX with sensitive answers" in page.content.decode()


def test_sensitive_answers_need_their_permission(client):
    meeting = make_meeting()
    make_question(meeting, is_sensitive=True)
    make_registration(meeting)
    sign_in(client, "Organizer")

    response = client.get(XLSX, {"sensitive": "1"})

    assert response.status_code == 403
    assert "sensitive answers" not in client.get(LIST).content.decode()


def test_export_of_sensitive_answers_is_offered_where_there_are_such_questions(client):
    meeting = make_meeting()
    make_question(meeting)
    make_question(make_meeting(), is_sensitive=True)
    make_registration(meeting)
    let_see_sensitive(sign_in(client))

    page = client.get(LIST, {"meeting": meeting.pk}).content.decode()

    assert "sensitive answers" not in page


def test_export_of_sensitive_answers_names_the_questions_in_the_audit_trail(client):
    meeting = make_meeting()
    make_question(meeting, text="Passport", is_sensitive=True)
    make_question(meeting, text="Visa?")
    make_registration(meeting)
    let_see_sensitive(sign_in(client))

    client.get(XLSX, {"sensitive": "1"})

    entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).get()
    assert entry.additional_data["sensitive"] == ["Passport"]


def test_answer_that_cannot_be_opened_stops_no_export(client, settings):
    meeting = make_meeting()
    passport = make_question(meeting, text="Passport", is_sensitive=True)
    answered(meeting, values={passport: "A1234567"})
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    let_see_sensitive(sign_in(client))

    (row,) = read_csv(client.get(CSV, {"sensitive": "1"}))

    assert row["Passport"] == "cannot be opened: its key is missing"


def test_answers_take_as_many_queries_with_three_rows_as_with_one(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    make_session(meeting, is_chosen=True)
    question = make_question(meeting)
    group = make_question(meeting, kind="one", options=["Trade"])
    chosen = {group: list(group.options.all())}
    answered(meeting, values={question: "a"}, options=chosen)
    sign_in(client)
    read_csv(client.get(CSV))
    with django_assert_num_queries(23) as captured:
        read_csv(client.get(CSV))

    for _number in range(2):
        answered(meeting, values={question: "a"}, options=chosen)

    with django_assert_num_queries(len(captured)):
        assert len(read_csv(client.get(CSV))) == 3
