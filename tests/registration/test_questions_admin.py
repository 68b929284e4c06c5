"""Questions as the secretariat writes them, and what keeps their answers."""

import pytest
from django.core.exceptions import ValidationError

from registration.answers import Answers, lines_of
from registration.models import Answer, Choice, Question
from registration.models.question import LIST_IS_OPEN
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/question/"


def page_of(question):
    return f"{LIST}{question.pk}/change/"


def change(client, question, **fields):
    """Send the question's page back with some fields changed."""
    url = page_of(question)
    return client.post(url, form_data(client.get(url)) | fields)


def errors_of(response):
    return response.context["adminform"].form.errors.as_data()


def codes_of(response):
    return {
        name: [error.code for error in errors]
        for name, errors in errors_of(response).items()
    }


def new_question(**fields):
    return {
        "text": "Do you need a visa?",
        "kind": "yes_no",
        "options-TOTAL_FORMS": 0,
        "options-INITIAL_FORMS": 0,
        **fields,
    }


def add(client, meeting, **fields):
    return client.post(f"{LIST}add/?meeting={meeting.pk}", new_question(**fields))


def answer(question, value):
    registration = make_registration(question.meeting)
    Answers(values={question: value}).save(registration)
    return registration


def test_add_belongs_to_the_meeting_of_the_page_and_comes_last(client):
    meeting = make_meeting()
    make_question(meeting)
    make_meeting()
    sign_in(client)

    add(client, meeting)

    question = Question.objects.get(text="Do you need a visa?")
    assert (question.meeting, question.position) == (meeting, 2)


def test_add_takes_options_with_places_in_their_order(client):
    meeting = make_meeting()
    sign_in(client)

    add(
        client,
        meeting,
        kind="one",
        **{
            "options-TOTAL_FORMS": 2,
            "options-0-text": "Trade",
            "options-0-capacity": 20,
            "options-1-text": "Data",
        },
    )

    options = Question.objects.get().options.all()
    assert [(each.text, each.capacity) for each in options] == [
        ("Trade", 20),
        ("Data", None),
    ]


def test_list_needs_options(client):
    meeting = make_meeting()
    sign_in(client)

    response = add(client, meeting, kind="several")

    (inline,) = response.context["inline_admin_formsets"]
    assert [each.code for each in inline.formset.non_form_errors().as_data()] == [
        "no_options"
    ]


def test_options_need_a_list(client):
    meeting = make_meeting()
    sign_in(client)

    options = {"options-TOTAL_FORMS": 1, "options-0-text": "Maybe"}
    response = add(client, meeting, **options)

    (inline,) = response.context["inline_admin_formsets"]
    assert [each.code for each in inline.formset.non_form_errors().as_data()] == [
        "no_list"
    ]


def test_only_the_meetings_own_categories_are_offered(client):
    meeting = make_meeting()
    own = make_category(meeting)
    make_category(make_meeting())
    sign_in(client)

    form = client.get(f"{LIST}add/?meeting={meeting.pk}").context["adminform"].form

    assert list(form.fields["categories"].queryset) == [own]


def test_only_deciding_questions_of_the_meeting_are_offered(client):
    meeting = make_meeting()
    deciding = make_question(meeting, kind="yes_no")
    make_question(meeting, kind="short")
    make_question(make_meeting(), kind="yes_no")
    itself = make_question(meeting, kind="country")
    sign_in(client)

    form = client.get(page_of(itself)).context["adminform"].form

    assert list(form.fields["depends_on"].queryset) == [deciding]


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("yes_no", "Yes", "yes"),
        ("country", "cote d'ivoire", "CIV"),
        ("one", "trade", "Trade"),
    ],
)
def test_condition_is_read_as_words(client, kind, words, value):
    meeting = make_meeting()
    options = ["Trade", "Data"] if kind == "one" else []
    other = make_question(meeting, kind=kind, options=options)
    question = make_question(meeting)
    sign_in(client)

    change(client, question, depends_on=other.pk, depends_value=words)

    question.refresh_from_db()
    assert (question.depends_on, question.depends_value) == (other, value)
    assert question.depends_option == (other.options.first() if options else None)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("yes_no", "no", "No"), ("country", "CIV", "Côte d'Ivoire")],
)
def test_condition_is_shown_as_words(client, kind, value, words):
    meeting = make_meeting()
    other = make_question(meeting, kind=kind)
    question = make_question(meeting, depends_on=other, depends_value=value)
    sign_in(client)

    form = client.get(page_of(question)).context["adminform"].form

    assert form["depends_value"].value() == words


def test_condition_in_words_that_are_no_answer_is_an_error_at_its_field(client):
    meeting = make_meeting()
    other = make_question(meeting, kind="yes_no")
    question = make_question(meeting)
    sign_in(client)

    response = change(client, question, depends_on=other.pk, depends_value="perhaps")

    assert codes_of(response) == {"depends_value": ["condition"]}
    assert "perhaps" in response.content.decode()


def test_questions_that_wait_for_one_another_are_an_error_at_the_field(client):
    meeting = make_meeting()
    first = make_question(meeting, kind="yes_no")
    second = make_question(
        meeting, kind="yes_no", depends_on=first, depends_value="yes"
    )
    sign_in(client)

    response = change(client, first, depends_on=second.pk, depends_value="yes")

    assert codes_of(response) == {"depends_on": ["circle"]}


def test_sensitive_list_is_an_error_at_the_field(client):
    meeting = make_meeting()
    sign_in(client)

    options = {"options-TOTAL_FORMS": 1, "options-0-text": "Trade"}
    response = add(client, meeting, kind="one", is_sensitive="on", **options)

    (error,) = errors_of(response)["is_sensitive"]
    assert (error.code, error.message) == ("list", LIST_IS_OPEN)
    assert len(errors_of(response)) == 1


def test_sensitive_without_a_key_is_an_error_at_the_field(client, settings):
    settings.DATA_KEYS = []
    meeting = make_meeting()
    sign_in(client)

    response = add(client, meeting, kind="short", is_sensitive="on")

    assert codes_of(response) == {"is_sensitive": ["no_key"]}


def test_answered_question_keeps_its_kind_and_says_why(client):
    question = make_question(kind="short")
    answer(question, "A text")
    sign_in(client)

    response = change(client, question, kind="number", is_sensitive="on")

    question.refresh_from_db()
    assert response.status_code == 302
    assert (question.kind, question.is_sensitive) == ("short", False)
    page = client.get(page_of(question)).content.decode()
    assert "Answers were given" in page


def test_answered_sensitive_question_without_a_key_says_so_at_its_field(
    client, settings
):
    question = make_question(kind="short", is_sensitive=True)
    answer(question, "A text")
    sign_in(client)
    url = page_of(question)
    data = form_data(client.get(url))
    settings.DATA_KEYS = []

    response = client.post(url, data | {"text": "Renamed?"})

    assert codes_of(response) == {"is_sensitive": ["no_key"]}


def test_question_that_decides_on_another_keeps_its_kind(client):
    meeting = make_meeting()
    other = make_question(meeting, kind="yes_no")
    make_question(meeting, depends_on=other, depends_value="yes")
    sign_in(client)

    change(client, other, kind="short")

    other.refresh_from_db()
    assert other.kind == "yes_no"


@pytest.mark.parametrize("field", ["kind", "is_sensitive"])
def test_rule_of_what_stays_holds_without_the_form_too(field):
    question = make_question(kind="short")
    answer(question, "A text")
    setattr(question, field, "number" if field == "kind" else True)

    with pytest.raises(ValidationError) as raised:
        question.full_clean()

    assert list(raised.value.error_dict) == [field]


def test_unanswered_question_is_deleted(client):
    question = make_question(kind="one", options=["Trade"])
    sign_in(client)

    client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"})

    assert not Question.objects.exists()


@pytest.mark.parametrize("kind", ["short", "one"])
def test_answered_question_is_not_deleted_and_the_reason_is_said(client, kind):
    question = make_question(kind=kind, options=["Trade"] if kind == "one" else [])
    if kind == "one":
        make_choice(make_registration(question.meeting), question.options.get())
    else:
        answer(question, "A text")
    sign_in(client)

    response = client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"}, follow=True)

    assert Question.objects.get() == question
    (said,) = response.context["messages"]
    assert "Retire it instead" in str(said)


def test_question_that_decides_on_another_is_not_deleted(client):
    meeting = make_meeting()
    other = make_question(meeting, kind="yes_no")
    make_question(meeting, depends_on=other, depends_value="yes")
    sign_in(client)

    client.post(f"{LIST}{other.pk}/delete/", {"post": "yes"})

    assert Question.objects.filter(pk=other.pk).exists()


def test_many_are_never_deleted_at_once(client):
    question = make_question()
    sign_in(client)

    client.post(
        LIST,
        {"action": "delete_selected", "_selected_action": [question.pk], "post": "y"},
    )

    assert Question.objects.exists()


def test_chosen_option_is_not_deleted_and_the_reason_is_said(client):
    question = make_question(kind="one", options=["Trade", "Data"])
    make_choice(make_registration(question.meeting), question.options.first())
    sign_in(client)

    response = change(client, question, **{"options-0-DELETE": "on"})

    assert question.options.count() == 2
    (inline,) = response.context["inline_admin_formsets"]
    (error,) = inline.formset.non_form_errors()
    assert error.startswith("“Trade” cannot be deleted")


def test_option_nobody_chose_is_deleted(client):
    question = make_question(kind="one", options=["Trade", "Data"])
    sign_in(client)

    change(client, question, **{"options-0-DELETE": "on"})

    assert [each.text for each in question.options.all()] == ["Data"]


def test_renaming_reordering_and_retiring_lose_no_answer(client):
    meeting = make_meeting()
    text = make_question(meeting, text="Passport?")
    lists = make_question(meeting, kind="several", options=["Trade", "Data"])
    registration = make_registration(meeting)
    trade, data = lists.options.all()
    Answers(values={text: "A1"}, options={lists: [trade, data]}).save(registration)
    sign_in(client)

    change(client, text, text="Number of your passport?", is_retired="on")
    change(
        client,
        lists,
        **{
            "options-0-text": "Commerce",
            "options-0-position": 2,
            "options-0-is_retired": "on",
            "options-1-position": 1,
        },
    )
    client.post(f"{LIST}{lists.pk}/move/up/")

    lines = lines_of(registration)
    assert [(line.question.text, line.text) for line in lines] == [
        (lists.text, "Commerce, Data"),
        ("Number of your passport?", "A1"),
    ]
    assert [each.text for each in lists.options.all()] == ["Data", "Commerce"]


def test_renaming_an_option_keeps_the_condition_that_hangs_on_it(client):
    meeting = make_meeting()
    lists = make_question(meeting, kind="one", options=["Trade", "Data"])
    trade = lists.options.first()
    question = make_question(
        meeting, depends_on=lists, depends_option=trade, depends_value="Trade"
    )
    sign_in(client)
    change(client, lists, **{"options-0-text": "Commerce"})

    listed = client.get(LIST).content.decode()
    form = client.get(page_of(question)).context["adminform"].form
    change(client, question, text="Renamed?")

    question.refresh_from_db()
    assert f"{lists.text} – Commerce" in listed
    assert form["depends_value"].value() == "Commerce"
    assert (question.depends_option, question.text) == (trade, "Renamed?")


def test_more_places_are_given_to_who_waits(client):
    question = make_question(kind="one", options=[("Trade", 1)])
    option = question.options.get()
    choices = [
        make_choice(
            make_registration(question.meeting, status="confirmed"),
            option,
            status=status,
        )
        for status in ("confirmed", "waiting")
    ]
    sign_in(client)

    change(client, question, **{"options-0-capacity": 2})

    assert Choice.objects.get(pk=choices[1].pk).status == "confirmed"


def test_move_puts_questions_in_order(client):
    meeting = make_meeting()
    first, second, third = (make_question(meeting) for _number in range(3))
    sign_in(client)

    client.post(f"{LIST}{third.pk}/move/up/")
    client.post(f"{LIST}{first.pk}/move/down/")

    assert list(meeting.questions.all()) == [third, first, second]


def test_move_at_the_end_changes_nothing(client):
    meeting = make_meeting()
    first, second = make_question(meeting), make_question(meeting)
    sign_in(client)

    client.post(f"{LIST}{first.pk}/move/up/")
    client.post(f"{LIST}{second.pk}/move/down/")

    assert list(meeting.questions.all()) == [first, second]


def test_move_is_only_sent_and_knows_two_ways(client):
    question = make_question()
    sign_in(client)

    assert client.get(f"{LIST}{question.pk}/move/up/").status_code == 405
    assert client.post(f"{LIST}{question.pk}/move/away/").status_code == 404
    assert client.post(f"{LIST}0/move/up/").status_code == 404


def test_organizer_only_looks(client):
    question = make_question(kind="one", options=["Trade"])
    sign_in(client, "Organizer")

    listed = client.get(LIST)
    page = client.get(page_of(question))

    assert (listed.status_code, page.status_code) == (200, 200)
    assert "/move/" not in listed.content.decode()
    assert client.post(f"{LIST}{question.pk}/move/up/").status_code == 403
    assert client.post(page_of(question), {"text": "Other"}).status_code == 403


def test_list_says_what_a_question_is(client):
    meeting = make_meeting()
    ngo = make_category(meeting, name="NGO")
    visa = make_question(meeting, text="Visa?", kind="yes_no", is_required=True)
    passport = make_question(
        meeting,
        text="Passport?",
        is_sensitive=True,
        is_retired=True,
        depends_on=visa,
        depends_value="yes",
    )
    passport.categories.add(ngo)
    answer(visa, "yes")
    answer(visa, "no")
    sign_in(client)

    page = client.get(LIST).content.decode()

    for words in ("Visa? – Yes", "NGO", "everybody", "sensitive", "retired"):
        assert words in page
    assert '<td class="field-answers_given">2</td>' in page


def test_answers_are_counted_by_people(client):
    meeting = make_meeting()
    lists = make_question(meeting, kind="several", options=["Trade", "Data"])
    for _number in range(2):
        registration = make_registration(meeting)
        Answers(options={lists: list(lists.options.all())}).save(registration)

    assert Question.objects.with_answer_count().get().answer_count == 2


def test_list_shows_the_working_meeting_and_leads_to_its_form(client):
    shown, other = make_meeting(is_current=True), make_meeting()
    own = make_question(shown)
    make_question(other)
    sign_in(client)

    response = client.get(LIST)

    assert list(response.context["cl"].result_list) == [own]
    assert f'href="/{shown.slug}/register/"' in response.content.decode()


def test_many_are_retired_and_asked_again(client):
    meeting = make_meeting()
    questions = [make_question(meeting), make_question(meeting)]
    sign_in(client)
    chosen = [each.pk for each in questions]

    client.post(LIST, {"action": "retire", "_selected_action": chosen})
    retired = meeting.questions.filter(is_retired=True).count()
    client.post(LIST, {"action": "ask_again", "_selected_action": chosen[:1]})

    assert retired == 2
    assert meeting.questions.filter(is_retired=True).count() == 1


def test_list_has_as_many_queries_with_three_questions_as_with_one(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    make_question_with_all(meeting)
    sign_in(client)
    client.get(LIST)
    with django_assert_num_queries(11) as captured:
        client.get(LIST)

    make_question_with_all(meeting)
    make_question_with_all(meeting)

    with django_assert_num_queries(len(captured)):
        client.get(LIST)


def test_page_has_as_many_queries_with_three_options_as_with_one(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    one = make_question(meeting, kind="one", options=["a"])
    three = make_question(meeting, kind="one", options=["a", "b", "c"])
    sign_in(client)
    client.get(page_of(one))
    with django_assert_num_queries(20) as captured:
        client.get(page_of(one))

    with django_assert_num_queries(len(captured)):
        client.get(page_of(three))


def make_question_with_all(meeting):
    other = make_question(meeting, kind="one", options=["Trade"])
    question = make_question(
        meeting, depends_on=other, depends_option=other.options.get()
    )
    question.categories.add(make_category(meeting))
    answer(question, "A text")
    assert Answer.objects.exists()
