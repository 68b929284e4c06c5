"""Forms that stand open for long do not undo what others changed meanwhile."""

import re

import pytest
from django.urls import reverse

from registration.models import Registration, Status
from tests.making import (
    make_answer,
    make_category,
    make_meeting,
    make_question,
    make_registration,
)
from tests.parts.staff import form_data, form_values, sign_in

pytestmark = pytest.mark.django_db


def change_page(registration):
    return reverse("admin:registration_registration_change", args=[registration.pk])


def seen_in(response):
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def staff_data(response):
    return form_data(response) | {"seen": seen_in(response)}


def sent_back(response):
    """What a browser would send of the person's page, unchanged."""
    return form_values(response.context["form"]) | {"seen": seen_in(response)}


def correct_page(registration):
    return reverse("me-correct", args=[registration.meeting.slug, registration.token])


def errors_of(form):
    return [error.code for error in form.non_field_errors().as_data()]


def correct_meanwhile(registration, **fields):
    other = Registration.objects.get(pk=registration.pk)
    for name, value in fields.items():
        setattr(other, name, value)
    assert other.correct(changed=fields)


def test_staff_are_told_what_the_person_corrected_since_they_opened_the_page(client):
    registration = make_registration(name="Ann Bell")
    sign_in(client)
    data = staff_data(client.get(change_page(registration)))

    correct_meanwhile(registration, name="Ann <Bell> Yusuf")
    answer = client.post(change_page(registration), data | {"function": "Minister"})

    form = answer.context["adminform"].form
    assert errors_of(form) == ["meanwhile"]
    assert "“Name”, now “Ann &lt;Bell&gt; Yusuf”" in answer.content.decode()
    assert form["function"].value() == "Minister"
    registration.refresh_from_db()
    assert (registration.name, registration.function) == ("Ann <Bell> Yusuf", "")


def test_staff_who_were_told_may_keep_what_they_wrote(client):
    registration = make_registration(name="Ann Bell")
    sign_in(client)
    data = staff_data(client.get(change_page(registration)))
    correct_meanwhile(registration, name="Ann Yusuf")

    answer = client.post(change_page(registration), data)
    answer = client.post(change_page(registration), staff_data(answer))

    assert answer.status_code == 302
    assert Registration.objects.get().name == "Ann Bell"


def test_staff_are_told_of_an_answer_that_was_changed(client):
    registration = make_registration()
    question = make_question(registration.meeting, text="Flight")
    make_answer(registration, question, "SN 501")
    sign_in(client)
    data = staff_data(client.get(change_page(registration)))

    make_answer(registration, question, "AF 12")
    answer = client.post(change_page(registration), data)

    assert errors_of(answer.context["adminform"].form) == ["meanwhile"]
    assert registration.answers.get().value == "AF 12"


def test_staff_are_not_told_of_what_they_would_not_overwrite(client):
    registration = make_registration(name="Ann Bell")
    sign_in(client)
    data = staff_data(client.get(change_page(registration)))

    correct_meanwhile(registration, name="Ann Yusuf")
    client.post(
        change_page(registration), data | {"name": "Ann Yusuf", "function": "X"}
    )

    registration.refresh_from_db()
    assert (registration.name, registration.function) == ("Ann Yusuf", "X")


def test_the_person_is_told_of_the_category_that_the_staff_moved_them_to(client):
    meeting = make_meeting()
    before, after = make_category(meeting), make_category(meeting, name="Observer")
    registration = make_registration(
        meeting, category=before, status=Status.CONFIRMED, name="Ann Bell"
    )
    data = sent_back(client.get(correct_page(registration)))

    Registration.objects.get().move_to(after)
    answer = client.post(correct_page(registration), data | {"name": "Ann Yusuf"})

    assert errors_of(answer.context["form"]) == ["meanwhile"]
    assert "“Category”, now “Observer”" in answer.content.decode()
    registration.refresh_from_db()
    assert (registration.category, registration.name) == (after, "Ann Bell")

    again = sent_back(answer)
    assert again["name"] == "Ann Yusuf"
    client.post(correct_page(registration), again | {"category": after.pk})
    registration.refresh_from_db()
    assert (registration.category, registration.name) == (after, "Ann Yusuf")
