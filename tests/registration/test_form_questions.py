import re

import pytest
from crispy_forms.utils import render_crispy_form
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone

from registration.answers import Answers
from registration.forms import CorrectionForm, RegistrationForm, new_key
from registration.models import Question, Upload
from tests.making import (
    PDF,
    make_answer,
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
)
from tests.registration.sending import address_of, open_form, typed

pytestmark = pytest.mark.django_db
Kind = Question.Kind


def fill(meeting, *shown, files=None, given=(), **changes):
    data = {
        "key": new_key(meeting),
        "asked": [question.key for question in shown],
        "given": [question.key for question in given],
        **typed(meeting, **changes),
    }
    return RegistrationForm(data, files, meeting=meeting)


def codes(form, question):
    return [error.code for error in form.errors.as_data().get(question.key, [])]


def answer_of(question, value):
    form = fill(question.meeting, question, **{question.key: value})
    assert form.errors == {}
    return form.answers.values[question]


@pytest.mark.parametrize(
    ("kind", "typed_in", "kept"),
    [
        (Kind.SHORT, " A \t line ", "A line"),
        (Kind.LONG, "Two\r\nlines", "Two\nlines"),
        (Kind.NUMBER, "1,5", "1.5"),
        (Kind.NUMBER, "1 000", "1000"),
        (Kind.NUMBER, "-007.50", "-7.5"),
        (Kind.NUMBER, "0.125", "0.125"),
        (Kind.NUMBER, "\u0661\u0662\u066b\u0665", "12.5"),
        (Kind.NUMBER, "100", "100"),
        (Kind.YES_NO, "no", "no"),
        (Kind.DATE, "2027-02-16", "2027-02-16"),
        (Kind.DATE, "16.02.2027", "2027-02-16"),
        (Kind.COUNTRY, "cote d'ivoire", "CIV"),
        (Kind.COUNTRY, "", ""),
    ],
)
def test_answer_is_kept_in_one_way(kind, typed_in, kept):
    assert answer_of(make_question(kind=kind), typed_in) == kept


@pytest.mark.parametrize(
    ("kind", "typed_in", "code"),
    [
        (Kind.SHORT, "x" * 301, "max_length"),
        (Kind.LONG, "x" * 5001, "max_length"),
        (Kind.NUMBER, "many", "invalid"),
        (Kind.NUMBER, "NaN", "invalid"),
        (Kind.NUMBER, "1e99", "invalid"),
        (Kind.NUMBER, "1,000", "two_ways"),
        (Kind.YES_NO, "maybe", "invalid_choice"),
        (Kind.DATE, "16/17/2027", "invalid"),
        (Kind.DATE, "0027-02-16", "invalid"),
        (Kind.COUNTRY, "Atlantis", "no_state"),
        (Kind.ONE, "0", "invalid_choice"),
        (Kind.SEVERAL, ["x"], "invalid_choice"),
    ],
)
def test_answer_that_is_none_is_refused(kind, typed_in, code):
    question = make_question(kind=kind, options=["One", "Two"])

    form = fill(question.meeting, question, **{question.key: typed_in})

    assert codes(form, question) == [code]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Kind.SHORT, "x" * 301, "max_length"),
        (Kind.LONG, "x" * 5001, "max_length"),
        (Kind.NUMBER, "1" * 41, "invalid"),
        (Kind.YES_NO, "maybe", "invalid_choice"),
        (Kind.ONE, "0", "invalid_choice"),
        (Kind.SEVERAL, ["0"], "invalid_choice"),
    ],
)
def test_a_percent_sign_in_a_question_stands_in_its_errors(kind, value, code):
    options = ["Yes"] if kind in (Kind.ONE, Kind.SEVERAL) else []
    text = "Share in % or %(value)s {0}"
    question = make_question(kind=kind, text=text, options=options)

    form = fill(question.meeting, question, **{question.key: value})

    assert codes(form, question) == [code]
    (sentence,) = form.errors[question.key]
    assert text in sentence or kind == Kind.NUMBER


@pytest.mark.parametrize("kind", Kind)
def test_what_must_be_answered_is_asked_for(kind):
    question = make_question(kind=kind, is_required=True, options=["One"])

    assert codes(fill(question.meeting, question), question) == ["required"]


@pytest.mark.parametrize("kind", Kind)
def test_what_need_not_be_answered_may_stay_empty(kind):
    question = make_question(kind=kind, options=["One"])

    assert fill(question.meeting, question).is_complete


def test_country_asks_which_was_meant():
    question = make_question(kind=Kind.COUNTRY)

    form = fill(question.meeting, question, **{question.key: "Germny"})

    assert form.errors[question.key] == [
        "“Germny” is not in the list of States. Did you mean Germany?"
    ]


def test_lists_give_the_options_that_were_chosen():
    meeting = make_meeting()
    one, several = (
        make_question(meeting, kind=kind, options=["A", "B", "C"])
        for kind in (Kind.ONE, Kind.SEVERAL)
    )
    first, third = several.options.all()[0], several.options.all()[2]
    second = one.options.all()[1]

    form = fill(
        meeting,
        one,
        several,
        **{one.key: str(second.pk), several.key: [str(third.pk), str(first.pk)]},
    )

    assert form.is_complete
    assert form.answers.options == {one: [second], several: [first, third]}


# Which are asked.


def test_retired_questions_are_not_asked():
    question = make_question(is_retired=True)

    assert question.key not in RegistrationForm(meeting=question.meeting).fields


def test_questions_stand_in_their_order():
    meeting = make_meeting()
    second, first = (
        make_question(meeting, position=2),
        make_question(meeting, position=1),
    )

    form = RegistrationForm(meeting=meeting)

    asked = [name for name in form.fields if name.startswith("question")]
    assert asked == [first.key, second.key]


def test_question_for_a_category_is_asked_of_it_alone():
    meeting = make_meeting()
    press, other = make_category(meeting), make_category(meeting)
    question = make_question(meeting, is_required=True)
    question.categories.add(press)

    of_press, of_others = (
        fill(meeting, category=category.pk) for category in (press, other)
    )

    assert (of_press.is_valid(), of_press.to_ask) == (True, [question])
    assert (of_others.is_complete, of_others.to_ask) == (True, [])


def test_answers_to_what_does_not_apply_are_ignored():
    meeting = make_meeting()
    question = make_question(meeting, kind=Kind.NUMBER)
    question.categories.add(make_category(meeting))
    other = make_category(meeting)

    form = fill(meeting, question, category=other.pk, **{question.key: "no number"})

    assert form.is_complete
    assert form.answers == Answers()


def make_condition(kind, value, **fields):
    """A question that decides, and one that hangs on its answer."""
    above = make_question(kind=kind, options=["A", "B"], **fields)
    below = make_question(above.meeting, depends_on=above, depends_value=value)
    below.clean()
    below.save()
    return above, below


@pytest.mark.parametrize(
    ("kind", "value", "answer", "other"),
    [
        (Kind.YES_NO, "yes", "yes", "no"),
        (Kind.COUNTRY, "Kenya", "kenya", "Mali"),
        (Kind.ONE, "B", "B", "A"),
        (Kind.SEVERAL, "B", ["A", "B"], ["A"]),
    ],
)
def test_question_that_hangs_on_an_answer_is_asked_for_that(kind, value, answer, other):
    above, below = make_condition(kind, value)
    pks = {option.text: str(option.pk) for option in above.options.all()}

    def sent(words):
        keys = [pks.get(word, word) for word in words]
        return keys if isinstance(words, list) else pks.get(words, words)

    forms = [
        fill(above.meeting, above, **{above.key: sent(words)})
        for words in (answer, other, [] if isinstance(answer, list) else "")
    ]

    assert [form.is_valid() and form.to_ask for form in forms] == [[below], [], []]


def test_what_hangs_on_an_unasked_question_is_not_asked():
    above, below = make_condition(Kind.YES_NO, "yes")
    above.categories.add(make_category(above.meeting))
    make_question(above.meeting, depends_on=below, depends_value="x")
    other = make_category(above.meeting)

    form = fill(above.meeting, above, category=other.pk, **{above.key: "yes"})

    assert form.is_complete


# Page after page.


def test_pages_follow_until_nothing_is_left_to_ask():
    above, middle = make_condition(Kind.YES_NO, "yes")
    middle.kind = Kind.YES_NO
    middle.save()
    below = make_question(
        above.meeting, depends_on=middle, depends_value="yes", is_required=True
    )

    first = fill(above.meeting, above, **{above.key: "yes"})
    second = fill(
        above.meeting, middle, given=[above], **{above.key: "yes", middle.key: "yes"}
    )
    third = fill(
        above.meeting,
        below,
        given=[above, middle],
        **{above.key: "yes", middle.key: "yes", below.key: "At last"},
    )

    assert [form.is_valid() and form.step for form in (first, second)] == [
        [middle],
        [below],
    ]
    assert first.step_dependents == [below]
    assert third.is_complete
    assert third.answers.values == {above: "yes", middle: "yes", below: "At last"}


def test_next_page_carries_all_that_was_given():
    above, _below = make_condition(Kind.YES_NO, "yes")
    meeting = above.meeting
    days = [day.isoformat() for day in meeting.days]

    form = fill(meeting, above, days=days, access_needs="A\nB", **{above.key: "yes"})

    assert form.is_valid()
    assert [value for name, value in form.given if name == "days"] == days
    assert ("access_needs", "A\nB") in form.given
    assert ("given", above.key) in form.given
    assert "asked" not in dict(form.given)


def test_next_page_with_an_error_is_shown_again_alone():
    above, below = make_condition(Kind.YES_NO, "yes", is_required=True)
    Question.objects.filter(pk=below.pk).update(kind=Kind.NUMBER)

    form = fill(
        above.meeting, below, given=[above], **{above.key: "yes", below.key: "x"}
    )

    assert codes(form, below) == ["invalid"]
    assert form.step == [below]


def test_an_error_on_the_first_page_shows_the_whole_form():
    above, below = make_condition(Kind.YES_NO, "yes")

    form = fill(
        above.meeting,
        below,
        given=[above],
        name="",
        **{above.key: "yes", below.key: ""},
    )

    assert form.step == []
    assert form.visible_questions == [above, below]


# Places of options.


def test_options_say_how_many_places_are_left():
    meeting = make_meeting()
    question = make_question(
        meeting, kind=Kind.ONE, options=[("A", 3), ("B", 1), ("C", 1), "D"]
    )
    a, b, c, _d = question.options.all()
    for option, status in [
        (a, "confirmed"),
        (a, "offered"),
        (a, "received"),
        (b, "confirmed"),
        (c, "confirmed"),
        (c, "waiting"),
    ]:
        make_choice(
            make_registration(meeting, status="confirmed"), option, status=status
        )

    form = RegistrationForm(meeting=meeting)

    assert [str(label) for _key, label in form.fields[question.key].choices] == [
        "A (1 place left)",
        "B (full: waiting list)",
        "C (full: waiting list, 1 person waits)",
        "D",
        "No answer",
    ]


def test_a_full_option_may_still_be_chosen():
    question = make_question(kind=Kind.SEVERAL, options=[("A", 0)])
    option = question.options.get()

    form = fill(question.meeting, question, **{question.key: [str(option.pk)]})

    assert form.is_complete


def test_long_lists_are_folded_up():
    meeting = make_meeting()
    short, long = (
        make_question(meeting, kind=Kind.ONE, options=list("ABCDEFGH")[:number])
        for number in (7, 8)
    )

    form = RegistrationForm(meeting=meeting)

    types = [form.fields[each.key].widget.input_type for each in (short, long)]
    assert types == ["radio", "select"]


# Once it is taken.


def test_submission_covers_the_answers():
    meeting = make_meeting()
    text, lists, file = (
        make_question(meeting, kind=kind, options=["A", "B"])
        for kind in (Kind.SHORT, Kind.ONE, Kind.FILE)
    )
    a, b = lists.options.all()
    key = new_key(meeting)

    def submission(words="x", option=a, content=PDF):
        data = {
            "key": key,
            "asked": [text.key, lists.key, file.key],
            **typed(meeting),
            text.key: words,
            lists.key: str(option.pk),
        }
        files = {file.key: SimpleUploadedFile("a.pdf", content)}
        form = RegistrationForm(data, files, meeting=meeting)
        assert form.is_complete
        return form.submission

    others = {
        submission(words="y"),
        submission(option=b),
        submission(content=PDF + b"\n"),
    }
    assert submission() == submission(words=" x ")
    assert len(others | {submission()}) == 4


def test_form_with_answers_sent_ten_times_is_one_registration(client):
    meeting = make_meeting()
    lists, file = (
        make_question(meeting, kind=kind, options=["A", "B"])
        for kind in (Kind.SEVERAL, Kind.FILE)
    )
    sent = {
        "key": open_form(client, meeting),
        "asked": [lists.key, file.key],
        lists.key: [option.pk for option in lists.options.all()],
        **typed(meeting),
    }

    places = {
        client.post(address_of(meeting), {**sent, file.key: pdf()}).url.split(":")[0]
        for _again in range(10)
    }

    registration = meeting.registrations.get()
    assert len(places) == 1
    assert registration.messages.count() == 1
    assert registration.choices.count() == 2
    assert registration.answers.get().file_name == "passport.pdf"


# Corrections.


def correct(registration, *shown, only=None, files=None, **changes):
    data = {
        "asked": [question.key for question in shown],
        **typed(registration.meeting, **changes),
    }
    return CorrectionForm(
        data, files, instance=registration, meeting=registration.meeting, only=only
    )


def make_answered(question, value, **fields):
    registration = make_registration(question.meeting, **fields)
    if question.is_list:
        Answers(options={question: value}).save(registration)
    else:
        Answers(values={question: value}).save(registration)
    return registration


@pytest.mark.parametrize(
    ("kind", "kept", "shown"),
    [
        (Kind.SHORT, "A line", "A line"),
        (Kind.NUMBER, "1.5", "1.5"),
        (Kind.YES_NO, "no", "no"),
        (Kind.DATE, "2027-02-16", "2027-02-16"),
        (Kind.COUNTRY, "CIV", "Côte d'Ivoire"),
    ],
)
def test_correction_shows_what_was_answered_and_finds_no_change(kind, kept, shown):
    question = make_question(kind=kind)
    registration = make_answered(question, kept)

    form = CorrectionForm(instance=registration, meeting=question.meeting)
    again = correct(registration, question, **{question.key: shown})

    assert form[question.key].value() == shown
    assert question.key not in again.changed_data


def test_correction_takes_away_what_no_longer_applies():
    above, below = make_condition(Kind.YES_NO, "yes")
    registration = make_answered(above, "yes")
    Answers(values={below: "Why not"}).save(registration)

    form = correct(registration, above, **{above.key: "no"})

    assert form.is_complete
    assert form.answers.values == {above: "no", below: ""}


def test_correction_offers_an_option_that_was_retired_to_who_chose_it():
    question = make_question(kind=Kind.ONE, options=["A", "B"])
    option = question.options.first()
    option.is_retired = True
    option.save()
    registration = make_answered(question, [option])

    form = correct(registration, question, **{question.key: str(option.pk)})
    other = RegistrationForm(meeting=question.meeting)

    assert form.is_complete
    assert str(option.pk) not in dict(other.fields[question.key].choices)


def test_correction_keeps_a_sensitive_answer_unseen_unless_it_is_replaced():
    question = make_question(is_sensitive=True, is_required=True)
    registration = make_answered(question, "P1234567")

    shown = CorrectionForm(instance=registration, meeting=question.meeting)
    kept = correct(registration, question)
    replaced = correct(registration, question, **{question.key: "P7654321"})

    assert "P1234567" not in shown.as_p()
    assert kept.is_complete
    assert kept.answers.values == {}
    assert replaced.is_complete
    assert replaced.answers.values == {question: "P7654321"}


def test_correction_of_one_answer_offers_to_take_it_away():
    question = make_question(is_sensitive=True)
    registration = make_registration(question.meeting)
    make_answer(registration, question, "X1")

    form = correct(registration, only=[question.key])

    assert list(form.fields) == [question.key, f"{question.key}_away"]


def test_correction_can_take_a_sensitive_answer_away():
    question = make_question(is_sensitive=True)
    registration = make_answered(question, "P1234567")

    form = correct(registration, question, **{f"{question.key}_away": "on"})

    assert form.is_complete
    assert form.answers.values == {question: ""}


def test_correction_asked_for_shows_only_that():
    meeting = make_meeting()
    asked, _other = make_question(meeting), make_question(meeting)
    registration = make_registration(meeting)

    form = CorrectionForm(
        instance=registration, meeting=meeting, only=["name", asked.key, "email"]
    )

    assert [*form.fields] == ["name", asked.key]


def test_correction_asked_for_changes_only_that():
    meeting = make_meeting()
    asked, other = make_question(meeting), make_question(meeting)
    registration = make_answered(other, "Stays", organization="Old", state="KEN")

    form = correct(
        registration,
        asked,
        other,
        only=["name", asked.key],
        organization="New",
        **{asked.key: "Said", other.key: "Changed"},
    )

    assert form.is_complete
    assert form.answers == Answers(values={asked: "Said"})
    assert (form.instance.organization, form.instance.state) == ("Old", "KEN")


def test_correction_asked_for_must_change_something():
    registration = make_registration(name="Amina YUSUF")

    form = correct(registration, only=["name"])

    assert [error.code for error in form.errors.as_data()["__all__"]] == ["unchanged"]


def test_correction_of_the_category_asks_what_follows_from_it():
    meeting = make_meeting()
    press, other = make_category(meeting), make_category(meeting)
    follows, _everybody = (
        make_question(meeting, is_required=True),
        make_question(meeting),
    )
    follows.categories.add(press)
    registration = make_registration(meeting, category=other)

    form = correct(registration, only=["category"], category=press.pk)

    assert form.is_valid()
    assert form.to_ask == [follows]


# Files.


def pdf(name="passport.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_file_is_an_answer():
    question = make_question(kind=Kind.FILE, is_required=True)

    form = fill(question.meeting, question, files={question.key: pdf()})

    assert form.is_complete
    assert form.answers.values[question].name == "passport.pdf"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (pdf("passport.exe"), "extension"),
        (pdf("passport.png"), "content"),
        (pdf(content=b""), "empty"),
        (pdf(content=PDF + b" " * 10 * 1024**2), "too_large"),
    ],
)
def test_file_of_another_kind_or_size_is_refused(sent, code):
    question = make_question(kind=Kind.FILE)

    form = fill(question.meeting, question, files={question.key: sent})
    form.keep_files()

    assert codes(form, question) == [code]
    assert not Upload.objects.exists()


def test_file_has_a_name_that_fits_and_turns_no_text():
    question = make_question(kind=Kind.FILE)
    name = "\u202e" + "x" * 240 + ".pdf"

    form = fill(question.meeting, question, files={question.key: pdf(name)})

    assert form.is_valid()
    assert form.answers.values[question].name == "x" * 196 + ".pdf"


def test_file_is_kept_while_the_form_has_an_error():
    question = make_question(kind=Kind.FILE, is_required=True)
    meeting = question.meeting
    first = fill(meeting, question, name="", files={question.key: pdf()})
    first.keep_files()
    widget = first.fields[question.key].widget

    second = RegistrationForm(
        {
            "key": first.data["key"],
            "asked": [question.key],
            widget.token_name: widget.token,
            **typed(meeting),
        },
        {},
        meeting=meeting,
    )

    assert "<bdi>passport.pdf</bdi>" in str(first[question.key])
    assert second.is_complete
    assert second.answers.values[question].content() == PDF


def test_kept_file_is_named_only_by_the_form_that_sent_it():
    question = make_question(kind=Kind.FILE)
    meeting = question.meeting
    first = fill(meeting, question, name="", files={question.key: pdf()})
    first.keep_files()
    widget = first.fields[question.key].widget

    other = fill(meeting, question, **{widget.token_name: widget.token})

    assert codes(other, question) == ["gone"]


def test_kept_sensitive_file_is_sealed():
    question = make_question(kind=Kind.FILE, is_sensitive=True)

    upload = Upload.keep(question, pdf())

    assert PDF not in upload.file.read()
    assert upload.content() == PDF


def test_kept_file_becomes_the_answer():
    question = make_question(kind=Kind.FILE, is_sensitive=True)
    registration = make_registration(question.meeting)
    upload = Upload.keep(question, pdf())

    Answers(values={question: upload}).save(registration)

    answer = registration.answers.get()
    # Not as it came: a name may tell what is inside.
    assert (upload.file_name, answer.file_name) == ("document.pdf", "document.pdf")
    assert PDF not in answer.file.read()


@pytest.mark.parametrize(
    ("away", "sent", "kept"),
    [
        (False, None, "old.pdf"),
        (False, pdf("new.pdf"), "new.pdf"),
        (True, None, None),
        (True, pdf("newer.pdf"), "newer.pdf"),
    ],
)
def test_correction_keeps_replaces_or_takes_away_a_file(away, sent, kept):
    question = make_question(kind=Kind.FILE)
    registration = make_answered(question, pdf("old.pdf"))

    form = correct(
        registration,
        question,
        files={question.key: sent} if sent else {},
        **({f"{question.key}_away": "on"} if away else {}),
    )
    assert form.is_complete
    form.answers.save(registration)

    answer = registration.answers.first()
    assert (answer and answer.file_name) == kept


def test_taking_away_what_was_never_sent_is_no_change():
    question = make_question(kind=Kind.FILE)
    registration = make_registration(question.meeting)

    assert Answers(values={question: False}).save(registration) == []


def test_sensitive_answer_that_is_kept_still_decides():
    above, below = make_condition(Kind.YES_NO, "yes", is_sensitive=True)
    registration = make_answered(above, "yes")

    kept = correct(registration, above, below, **{below.key: "Said"})
    away = correct(registration, above, below, **{f"{above.key}_away": "on"})

    assert kept.is_complete
    assert kept.answers.values == {below: "Said"}
    assert away.is_complete
    assert away.answers.values == {above: ""}


def test_script_looks_only_at_what_the_form_has(client):
    """Else it would hide what was asked for, missing a field that is not there."""
    above, below = make_condition(Kind.YES_NO, "yes")
    registration = make_answered(above, "yes")
    below.categories.add(registration.category)

    def page():
        return client.get(f"{registration.get_absolute_url()}correct/").content.decode()

    whole = page()
    registration.ask_for_correction([below.key], "Why?")

    assert f'data-categories="{registration.category_id}"' in whole
    assert f'data-depends="{above.key}" data-values="yes"' in whole
    assert "data-question>" not in page()
    assert f'name="{below.key}"' in page()


@pytest.mark.parametrize("strict", [True, False])
def test_form_of_the_staff_may_leave_out_what_must_be_answered(strict, monkeypatch):
    question = make_question(is_required=True)
    monkeypatch.setattr(CorrectionForm, "has_markers", False)
    monkeypatch.setattr(CorrectionForm, "is_strict", strict)
    registration = make_registration(question.meeting)

    form = correct(registration)

    assert form.is_valid() != strict


def test_late_form_is_shown_whole_to_copy_from(client):
    above, _below = make_condition(Kind.YES_NO, "yes")
    meeting = above.meeting
    sent = {
        "key": open_form(client, meeting),
        "asked": [above.key],
        above.key: "yes",
        **typed(meeting, function="Minister"),
    }
    meeting.registration_closes_at = timezone.now()
    meeting.save()

    page = client.post(address_of(meeting), sent).content.decode()

    assert 'value="Minister"' in page
    assert "Question 2?" in page


def test_script_knows_a_country_by_its_names():
    above, _below = make_condition(Kind.COUNTRY, "Kenya")
    form = RegistrationForm(meeting=above.meeting)

    page = render_crispy_form(form)

    values = re.search(r'data-values="([^"]+)"', page)[1].split("|")
    assert {"Kenya", "Кения", "肯尼亚"} <= set(values)


def test_correction_calls_an_answer_that_is_kept_unseen_optional_only_if_it_is():
    meeting = make_meeting()
    registration = make_registration(meeting)
    for is_required in (True, False):
        question = make_question(meeting, is_sensitive=True, is_required=is_required)
        make_answer(registration, question, "P1234567")

    form = CorrectionForm(instance=registration, meeting=meeting)

    fields = [form[each.key] for each in meeting.questions.all()]
    template = "plenary/field.html"
    pages = [render_to_string(template, {"field": field}) for field in fields]
    assert ["(optional)" in page for page in pages] == [False, True]
