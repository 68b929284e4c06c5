"""Answers and chosen sessions on the staff's page of a registration."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from meeting.mail.models import Message
from registration.answers import MASK, Answers, lines_of, read, read_file
from registration.models import Answer, Choice, Registration
from tests.making import (
    PDF,
    make_answer,
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import form_data, sign_in
from tests.registration.test_admin import new_registration

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"


def page_of(registration):
    return f"{LIST}{registration.pk}/change/"


def change(client, registration, **fields):
    url = page_of(registration)
    return client.post(url, form_data(client.get(url)) | fields)


def form_of(client, registration):
    return client.get(page_of(registration)).context["adminform"].form


def answered(meeting, fields=None, **answers):
    registration = make_registration(meeting, **fields or {})
    Answers(**answers).save(registration)
    return registration


def said(registration):
    return {line.question.text: line.text for line in lines_of(registration)}


def test_page_shows_what_was_answered(client):
    meeting = make_meeting()
    text = make_question(meeting)
    country = make_question(meeting, kind="country")
    group = make_question(meeting, kind="one", options=["Trade", "Data"])
    _trade, data = group.options.all()
    registration = answered(
        meeting, values={text: "A text", country: "CIV"}, options={group: [data]}
    )
    sign_in(client)

    form = form_of(client, registration)

    assert form[text.key].value() == "A text"
    assert "Côte d&#x27;Ivoire" in str(form[country.key])
    assert form[group.key].value() == str(data.pk)


def test_staff_correct_answers_of_every_kind(client):
    meeting = make_meeting()
    group = make_question(meeting, text="Group", kind="one", options=["Trade", "Data"])
    several = make_question(meeting, text="Several", kind="several", options=["a", "b"])
    trade, data = group.options.all()
    questions = {
        kind: make_question(meeting, text=kind, kind=kind)
        for kind in ("short", "long", "number", "yes_no", "date", "country")
    }
    registration = answered(meeting, options={group: [trade]})
    sign_in(client)
    sent = {
        "short": "A text",
        "long": "Two\r\nlines",
        "number": "1.50",
        "yes_no": "no",
        "date": "2027-02-15",
        "country": "Ivory Coast",
    }

    response = change(
        client,
        registration,
        **{questions[kind].key: value for kind, value in sent.items()},
        **{
            group.key: str(data.pk),
            several.key: [str(option.pk) for option in several.options.all()],
        },
    )

    assert response.status_code == 302
    assert said(registration) == {
        "Group": "Data",
        "Several": "a, b",
        "short": "A text",
        "long": "Two\nlines",
        "number": "1.5",
        "yes_no": "No",
        "date": "15 February 2027",
        "country": "Côte d'Ivoire",
    }


def test_page_unchanged_changes_no_answer_and_writes_to_nobody(client):
    meeting = make_meeting()
    session = make_session(meeting, is_chosen=True)
    text = make_question(meeting)
    secret = make_question(meeting, is_sensitive=True)
    group = make_question(meeting, kind="several", options=["Trade", "Data"])
    registration = answered(
        meeting,
        {"status": "confirmed"},
        values={text: "A text", secret: "A1"},
        options={group: list(group.options.all())},
        sessions=[session],
    )
    before = [list(model.objects.values()) for model in (Answer, Choice)]
    sign_in(client)

    response = change(client, registration)

    assert response.status_code == 302
    changed = [list(model.objects.values()) for model in (Answer, Choice)]
    # Only that places are given to who is confirmed.
    for choice in before[1]:
        choice["status"] = "confirmed"
    assert changed == before
    assert not Message.objects.exists()


def test_wrong_answer_is_an_error_at_its_question_and_stays_typed(client):
    meeting = make_meeting()
    number = make_question(meeting, kind="number")
    registration = make_registration(meeting)
    sign_in(client)

    response = change(client, registration, **{number.key: "a few"})

    form = response.context["adminform"].form
    assert form.has_error(number.key, "invalid")
    assert "a few" in str(form[number.key])


def test_staff_need_not_know_every_answer(client):
    meeting = make_meeting()
    make_question(meeting, is_required=True)
    registration = make_registration(meeting)
    sign_in(client)

    response = change(client, registration, function="Counsellor")

    registration.refresh_from_db()
    assert (response.status_code, registration.function) == (302, "Counsellor")


def test_sensitive_answer_is_not_on_the_page(client):
    meeting = make_meeting()
    secret = make_question(meeting, is_sensitive=True)
    registration = answered(meeting, values={secret: "A1234567"})
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "A1234567" not in page
    assert "There is an answer, which is not shown" in page


def test_sensitive_answer_is_replaced(client):
    meeting = make_meeting()
    secret = make_question(meeting, is_sensitive=True)
    registration = answered(meeting, values={secret: "A1234567"})
    sign_in(client)

    change(client, registration, **{secret.key: "B7654321"})

    assert read(Answer.objects.get()) == "B7654321"


def test_sensitive_answer_left_empty_stays(client):
    meeting = make_meeting()
    secret = make_question(meeting, is_sensitive=True, is_required=True)
    registration = answered(meeting, values={secret: "A1234567"})
    sign_in(client)

    change(client, registration, name="Ann AFTER")

    registration.refresh_from_db()
    assert registration.name == "Ann AFTER"
    assert read(Answer.objects.get()) == "A1234567"


def test_dependent_question_says_when_its_answer_is_kept(client):
    meeting = make_meeting()
    visa = make_question(meeting, text="Visa <b>?", kind="yes_no")
    passport = make_question(meeting, depends_on=visa, depends_value="yes")
    registration = make_registration(meeting)
    sign_in(client)

    hint = form_of(client, registration).fields[passport.key].help_text

    assert hint == "Kept only if “Visa &lt;b&gt;?” is “Yes”."


def test_answer_that_does_not_apply_any_more_goes(client):
    meeting = make_meeting()
    visa = make_question(meeting, text="Visa", kind="yes_no")
    passport = make_question(meeting, depends_on=visa, depends_value="yes")
    registration = answered(meeting, values={visa: "yes", passport: "A1"})
    sign_in(client)

    change(client, registration, **{visa.key: "no"})

    assert said(registration) == {"Visa": "No"}


def test_question_of_one_category_goes_with_the_category(client):
    meeting = make_meeting()
    ngo, media = make_category(meeting), make_category(meeting)
    letter = make_question(meeting, text="Letter")
    letter.categories.add(ngo)
    registration = answered(meeting, {"category": ngo}, values={letter: "Signed"})
    sign_in(client)

    change(client, registration, category=media.pk)

    registration.refresh_from_db()
    assert registration.category == media
    assert said(registration) == {}


def test_hints_written_by_the_secretariat_are_no_markup(client):
    meeting = make_meeting()
    make_question(meeting, text="<b>Why</b>", help_text="<img src=x>")
    registration = make_registration(meeting)
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "<img src=x>" not in page
    assert "<b>Why</b>" not in page


def test_file_is_sent_by_staff(client):
    meeting = make_meeting()
    letter = make_question(meeting, kind="file")
    registration = make_registration(meeting)
    sign_in(client)
    page = client.get(page_of(registration))
    assert 'enctype="multipart/form-data"' in page.content.decode()

    file = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    client.post(page_of(registration), form_data(page) | {letter.key: file})

    answer = Answer.objects.get()
    assert (answer.file_name, read_file(answer)) == ("letter.pdf", PDF)


def test_file_is_not_sent_twice_after_an_error_elsewhere(client):
    meeting = make_meeting()
    letter = make_question(meeting, kind="file")
    registration = make_registration(meeting)
    sign_in(client)
    data = form_data(client.get(page_of(registration)))
    file = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")

    response = client.post(page_of(registration), data | {letter.key: file, "name": ""})
    form = response.context["adminform"].form
    widget = form.fields[letter.key].widget
    again = data | {widget.token_name: widget.token, "name": "Ann"}
    client.post(page_of(registration), again)

    assert "letter.pdf" in response.content.decode()
    assert read_file(Answer.objects.get()) == PDF


def test_staff_choose_sessions_and_places_are_given_by_the_rule(client):
    meeting = make_meeting()
    reception = make_session(meeting, title="Reception", is_chosen=True, capacity=1)
    make_choice(
        make_registration(meeting, status="confirmed"), reception, status="confirmed"
    )
    registration = make_registration(meeting, status="confirmed")
    sign_in(client)

    change(client, registration, sessions=[str(reception.pk)])

    choice = registration.choices.get()
    assert (choice.session, choice.status) == (reception, "waiting")
    page = client.get(page_of(registration)).content.decode()
    assert '<span class="tag tag-wait">on the waiting list</span>' in page


def test_staff_take_a_choice_back_and_who_waits_is_in(client):
    meeting = make_meeting()
    reception = make_session(meeting, is_chosen=True, capacity=1)
    first, second = (make_registration(meeting, status="confirmed") for _n in range(2))
    make_choice(first, reception, status="confirmed")
    waiting = make_choice(second, reception, status="waiting")
    sign_in(client)

    change(client, first, sessions=[])

    waiting.refresh_from_db()
    assert waiting.status == "confirmed"
    assert not first.choices.exists()


def test_add_takes_answers(client):
    meeting = make_meeting()
    text = make_question(meeting, text="Text")
    reception = make_session(meeting, title="Reception", is_chosen=True)
    sign_in(client)

    client.post(
        f"{LIST}add/",
        new_registration(**{text.key: "A text", "sessions": [reception.pk]}),
    )

    registration = Registration.objects.get()
    assert said(registration) == {"Text": "A text"}
    assert registration.choices.get().session == reception


def test_who_may_only_look_sees_the_answers_and_sensitive_ones_masked(client):
    meeting = make_meeting()
    text = make_question(meeting, text="Text")
    secret = make_question(meeting, text="Secret", is_sensitive=True)
    reception = make_session(meeting, title="Reception", is_chosen=True)
    registration = answered(
        meeting, values={text: "A text", secret: "A1234567"}, sessions=[reception]
    )
    sign_in(client, "Organizer")

    response = client.get(page_of(registration))
    page = response.content.decode()

    lines = [(str(each.question), each.text) for each in response.context["answers"]]
    assert lines == [("Text", "A text"), ("Secret", MASK)]
    assert "A text" in page
    assert "Reception" in page
    assert "A1234567" not in page
    assert f'name="{text.key}"' not in page


def test_who_may_only_look_changes_no_answer(client):
    meeting = make_meeting()
    text = make_question(meeting, text="Text")
    registration = answered(meeting, values={text: "A text"})
    sign_in(client, "Organizer")

    response = client.post(page_of(registration), {text.key: "Another"})

    assert response.status_code == 403
    assert said(registration) == {"Text": "A text"}


def test_answers_that_the_fields_do_not_show_stand_below_them(client):
    meeting = make_meeting()
    asked = make_question(meeting)
    retired = make_question(meeting, is_retired=True)
    secret = make_question(meeting, is_sensitive=True)
    registration = answered(meeting, values={asked: "a", retired: "b", secret: "c"})
    sign_in(client)

    lines = client.get(page_of(registration)).context["answers"]

    assert [(line.question, line.text) for line in lines] == [
        (retired, "b"),
        (secret, MASK),
    ]


def test_what_is_not_asked_is_not_seen(client):
    registration = make_registration()
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "What the meeting asks besides" not in page
    assert "Places in what was chosen" not in page


def test_page_has_as_many_queries_with_three_questions_as_with_one(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    make_session(meeting, is_chosen=True)
    registration = make_registration(meeting)
    answer_all_kinds(registration)
    sign_in(client)
    client.get(page_of(registration))
    with django_assert_num_queries(31) as captured:
        client.get(page_of(registration))

    for _number in range(2):
        make_session(meeting, is_chosen=True)
        answer_all_kinds(registration)

    with django_assert_num_queries(len(captured)):
        client.get(page_of(registration))


def answer_all_kinds(registration):
    meeting = registration.meeting
    text = make_question(meeting)
    secret = make_question(meeting, is_sensitive=True)
    group = make_question(meeting, kind="one", options=[("Trade", 5)])
    text.categories.add(registration.category)
    chosen = {group: list(group.options.all())}
    Answers(values={text: "a", secret: "b"}, options=chosen).save(registration)


def test_name_of_a_sensitive_file_is_not_in_its_field(client):
    question = make_question(kind="file", is_sensitive=True)
    registration = make_registration(question.meeting)
    make_answer(registration, question, PDF, name="passport-P1234567.pdf")
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "P1234567" not in page
    assert MASK in page
