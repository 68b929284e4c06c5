"""What no page of ours sends, and one of the databases may not take: nonsense like other."""

import pytest
from django.urls import reverse

from agenda.admin.merging import rows_in
from meeting.models import Meeting
from tests.making import make_meeting, make_registration, make_speaker
from tests.meeting.test_routes import world  # noqa: F401 (a fixture)
from tests.parts.staff import form_data, sign_in

# More digits than a column has room for, and more than Python reads.
TOO_LONG = ["9" * 22, "9" * 5_000]
NO_NUMBER = pytest.mark.parametrize("number", TOO_LONG, ids=["22", "5000"])
# Pages that look for a row whose number the address says.
NAMED_IN_ADDRESS = [
    "registration_registration_add",
    "registration_question_add",
    "registration_registration_changelist",
    "registration_registration_doubles",
    "registration_mailing_preview",
    "mail_message_going",
    "agenda_papers",
]
# And in a form, by which fields.
NAMED_IN_FORM = {
    "registration_registration_import": ["meeting"],
    "agenda_material_several": ["meeting_pk"],
    "agenda_material_add": ["meeting"],
    "agenda_item_add": ["session", "seen"],
    "agenda_edits": ["undo"],
    "agenda_request_decide": ["seen"],
}
pytestmark = pytest.mark.django_db
FILTERS = {
    "mail_message": "state__exact",
    "agenda_item": "kind__exact",
    "agenda_material": "visibility__exact",
    "registration_registration": "status__exact",
    "registration_question": "kind__exact",
}


@NO_NUMBER
def test_number_that_no_row_can_have_names_none(world, client, number):  # noqa: F811
    sign_in(client)
    asked = dict.fromkeys(["meeting", "mailing", "test", "session", "p"], number)
    for name in NAMED_IN_ADDRESS:
        answer = client.get(world.address(f"admin:{name}"), asked)
        assert answer.status_code in {200, 302}, name


@NO_NUMBER
def test_number_in_a_form_that_no_row_can_have(world, client, number):  # noqa: F811
    sign_in(client)
    for name, fields in NAMED_IN_FORM.items():
        sent = dict.fromkeys(fields, number) | {"do": "accept", "type": "", "_save": ""}
        answer = client.post(world.address(f"admin:{name}"), sent)
        assert answer.status_code in {200, 404}, name


@NO_NUMBER
def test_number_in_the_path_that_no_row_can_have(client, number):
    make_meeting()
    sign_in(client)

    assert client.get(f"/15/now/1-2.{number}/").status_code in {200, 404}
    work = reverse("admin:registration_bulkwork_change", args=[number])
    assert client.get(work).status_code == 404


@pytest.mark.parametrize("count", ["9" * 15, *TOO_LONG, "-1", "x", "", None])
def test_page_has_no_more_rows_than_are_looked_at(count):
    assert len(rows_in(count)) <= 2_000


def test_nul_in_a_filter_finds_what_other_nonsense_does(world, client):  # noqa: F811
    sign_in(client)
    for model, field in FILTERS.items():
        address = world.address(f"admin:{model}_changelist")
        nul, other = (client.get(f"{address}?{field}={x}") for x in ("%00", "nonsense"))
        assert nul.status_code == other.status_code, model


@pytest.mark.parametrize("name", ["admin:index", "material"])
def test_nul_in_a_cookie_is_nobodys_session(world, client, name):  # noqa: F811
    address = world.address(name) if name == "material" else reverse(name)
    without = client.get(address).status_code
    cookie = r'sessionid="\000aaaaaaaaaaaaaaaa"'

    assert client.get(address, HTTP_COOKIE=cookie).status_code == without


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/New_York", "9999-12-31T23:59"),
        ("Asia/Tokyo", "0001-01-01T00:00"),
    ],
)
def test_moment_at_the_end_of_the_calendar_is_refused(client, zone, moment):
    """There, clocks of some zones have no hour."""
    sign_in(client)
    meeting = make_meeting(timezone=zone)
    address = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    sent = form_data(client.get(address)) | {"registration_closes_at": moment}
    answer = client.post(address, sent)

    form = answer.context["adminform"].form
    assert form.has_error("registration_closes_at", "far")
    assert moment in answer.content.decode()


@pytest.mark.parametrize(
    ("stored", "asked"),
    [("Иванов", "иванов"), ("ÉLODIE", "Élodie"), ("Şahin", "şahin"), ("Ann", "ANN")],
)
def test_words_are_found_whatever_their_case(client, stored, asked):
    sign_in(client)
    make_speaker(name=stored)
    make_speaker(name="Somebody else")
    found = client.get(reverse("admin:agenda_speaker_changelist"), {"q": asked})

    assert [row.name for row in found.context["cl"].result_list] == [stored]


def test_mailbox_is_known_whatever_the_case_of_its_domain():
    meeting = make_meeting()
    person = make_registration(meeting, email="a@ÉCOLE.example")

    known = meeting.registrations.with_address("a@école.example")

    assert list(known) == [person]


@pytest.mark.parametrize(
    ("title", "finds"),
    [("100% sure", True), ("100 sure", False), ("1000% sure", False)],
)
def test_signs_that_stand_for_others_stand_for_themselves(title, finds):
    make_meeting(title=title)

    assert Meeting.objects.filter(title__icontains="100%").exists() == finds
