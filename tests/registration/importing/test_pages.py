"""The pages on which a file is sent, looked at and taken."""

import csv
import io

import openpyxl
import pytest

from meeting.admin_site import WORKING
from registration.importing import working
from registration.importing.reading import read
from registration.models import Import, Registration
from tests.making import make_meeting, make_question
from tests.parts.staff import sign_in
from tests.registration.importing.files import make_csv, make_row

pytestmark = pytest.mark.django_db
PAGE = "/admin/registration/registration/import/"


def send(client, *rows, meeting=None):
    """A file, looked through; returns where its page is."""
    meeting = meeting or make_meeting()
    data = {"meeting": meeting.pk, "file": make_csv(*(rows or [make_row()]))}
    answer = client.post(PAGE, data)
    assert answer.status_code == 302, answer.context["form"].errors
    working.work_on(Import.objects.latest("pk").pk)
    return answer.url


def codes(answer):
    errors = answer.context["form"].errors.as_data()["file"]
    return [error.code for error in errors]


def content_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_list_of_registrations_leads_to_it(client):
    make_meeting()
    sign_in(client)

    answer = client.get("/admin/registration/registration/")

    assert f'href="{PAGE}"' in answer.content.decode()


def test_nobody_without_permission_gets_in(client):
    sign_in(client)
    page = send(client)
    sign_in(client, "Organizer")

    paths = [PAGE, f"{PAGE}template.csv", page, f"{page}bad.csv"]
    assert [client.get(path).status_code for path in paths] == [403] * 4
    assert [client.post(f"{page}{to}/").status_code for to in ("take", "cancel")] == [
        403,
        403,
    ]
    assert client.post(PAGE).status_code == 403
    assert not Registration.objects.exists()


def test_get_acts_on_nothing(client):
    sign_in(client)
    page = send(client)

    assert [client.get(f"{page}{to}/").status_code for to in ("take", "cancel")] == [
        405,
        405,
    ]


def test_templates_can_be_filled_in_and_taken(client):
    meeting = make_meeting()
    make_question(meeting, text="Shoe size?")
    sign_in(client)

    for kind in ("csv", "xlsx"):
        answer = client.get(f"{PAGE}template.{kind}")
        table = read(io.BytesIO(answer.content))
        assert table.headings[:2] == ["Category", "State or organization"]
        assert table.headings[-1] == "Shoe size?"


def test_template_explains_what_may_stand_in_each_column(client):
    make_meeting()
    sign_in(client)

    answer = client.get(f"{PAGE}template.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    lines = {row[0]: row[1:] for row in book["Explanations"].values}
    assert lines["Category"][0] == "yes"
    assert "Member State, Observer" in lines["Category"][1]
    assert lines["Takes part"][1] == "In person, Remotely. Empty: In person."


def test_template_of_another_kind_is_not_found(client):
    make_meeting()
    sign_in(client)

    assert client.get(f"{PAGE}template.pdf").status_code == 404


def test_a_file_that_cannot_be_read_is_refused_in_the_form(client):
    make_meeting()
    sign_in(client)

    answer = client.post(PAGE, {"file": make_csv({"Name": "Ann"})})

    assert codes(answer) == ["missing"]
    assert codes(client.post(PAGE)) == ["required"]
    assert not Import.objects.exists()


def test_a_file_goes_to_the_meeting_that_the_page_names(client):
    current, other = make_meeting(is_current=True), make_meeting()
    sign_in(client)
    client.get(f"{PAGE}?meeting={current.pk}")

    send(client, meeting=other)

    assert Import.objects.get().meeting == other
    assert client.session[WORKING] == other.pk


def test_preview_shows_numbers_first_rows_and_bad_ones(client):
    sign_in(client)
    page = send(client, make_row(1), make_row(2, Category="<b>"), make_row(3, Shoe="1"))

    answer = client.get(page)

    shown = answer.content.decode()
    assert answer.context["report"]["good"] == 2
    assert "row1@example.org" in shown
    assert "“&lt;b&gt;” is not known here." in shown
    assert "Take in 2 registrations" in shown
    assert "“<bdi>Shoe</bdi>”" in shown


def test_bad_rows_stand_on_pages(client):
    sign_in(client)
    page = send(client, *(make_row(number, Category="-") for number in range(201)))

    assert len(client.get(page).context["bad"]) == 200
    assert len(client.get(f"{page}?p=2").context["bad"]) == 1


def test_bad_rows_as_a_file_have_reasons_and_run_nothing(client):
    sign_in(client)
    page = send(client, make_row(1), make_row(2, Name="=1+1", Category="Nobody"))

    lines = content_of(client.get(f"{page}bad.csv"))

    assert lines[0] == [
        "Row",
        "Category",
        "State or organization",
        "Name",
        "E-mail",
        "Reason",
    ]
    assert lines[1][:4] == ["3", "Nobody", "A university", "'=1+1"]
    assert "Name: Write the name." in lines[1][-1]


def test_corrected_bad_rows_can_be_sent_again(client):
    sign_in(client)
    page = send(client, make_row(1, Category="Nobody"))
    content = client.get(f"{page}bad.csv").content.replace(b"Nobody", b"Academia", 1)

    again = send(client, *csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    report = client.get(again).context["report"]
    assert (report["good"], report["ignored"]) == (1, ["Row", "Reason"])


def test_take_asks_a_worker_and_tells_what_was_done(client):
    sign_in(client)
    page = send(client, make_row(1), make_row(2))

    answer = client.post(f"{page}take/", {"status": "seated", "writes_mails": "on"})
    running = client.get(answer.url).content.decode()
    job = Import.objects.get()
    working.work_on(job.pk)

    assert "<progress" in running
    assert job.writes_mails
    assert client.get(page).context["taken"] == 2
    statuses = set(Registration.objects.values_list("status", flat=True))
    assert statuses == {Registration.Status.CONFIRMED}


def test_take_without_a_choice_asks_for_it(client):
    sign_in(client)
    page = send(client)

    answer = client.post(f"{page}take/")

    assert answer.context["form"].errors.as_data()["status"][0].code == "required"
    assert Import.objects.get().is_to_confirm


def test_nothing_good_is_not_taken(client):
    sign_in(client)
    page = send(client, make_row(1, Category="Nobody"))

    client.post(f"{page}take/", {"status": "received"})

    assert Import.objects.get().is_to_confirm


def test_cancel_forgets_it(client):
    sign_in(client)
    page = send(client)

    answer = client.post(f"{page}cancel/", follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert not Import.objects.exists()


def test_what_is_being_taken_cannot_be_cancelled(client):
    sign_in(client)
    page = send(client)
    client.post(f"{page}take/", {"status": "received"})

    client.post(f"{page}cancel/")

    assert Import.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_fixed_number_of_queries(client, django_assert_num_queries, count):
    meeting = make_meeting()
    sign_in(client)
    for _each in range(count):
        page = send(
            client, *(make_row(number) for number in range(count)), meeting=meeting
        )

    with django_assert_num_queries(9):
        client.get(PAGE)
    with django_assert_num_queries(7):
        client.get(page)
