import pytest
import time_machine

from registration.forms import CorrectionForm, RegistrationForm, new_key
from registration.models import Category
from tests.making import make_category, make_meeting, make_registration
from tests.registration.sending import member_state, typed

pytestmark = pytest.mark.django_db


def fill(meeting, **changes):
    data = {"key": new_key(meeting), **typed(meeting, **changes)}
    return RegistrationForm(data, meeting=meeting)


def codes(form, field):
    return [error.code for error in form.errors.as_data().get(field, [])]


def test_form_takes_no_address_that_no_mail_can_be_sent_to():
    form = fill(make_meeting(), email='"ana,ben"@example.org')

    assert codes(form, "email") == ["not_plain"]


HOSTILE = [
    "<b>Bold</b>",
    "[x](http://evil.example)",
    "{{ 7*7 }} x",
    "O'Brien",
    "محمد بن سلمان",
    "王",
    "Ludwig van Beethoven",
    "Nguyễn Thị Ánh",
    "x" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_form_takes_a_name_as_it_is_written(name):
    form = fill(make_meeting(), name=name)

    assert form.is_valid()
    assert form.instance.name == name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Jane\r\nBcc: a@b.c", "Jane Bcc: a@b.c"),
        ("  Jane \t\u2028 Doe ", "Jane Doe"),
        ("Jane\x00 \x07Doe", "Jane Doe"),
        ("Jane \u202eeoD", "Jane eoD"),
        ("Ame\u0301lie", "Amélie"),
        ("می\u200cکنم", "می\u200cکنم"),
    ],
)
def test_form_keeps_names_on_one_line_and_composed(name, kept):
    form = fill(make_meeting(), name=name)

    assert form.is_valid()
    assert form.instance.name == kept


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        ("\x00", "required"),
        ("...", "no_letters"),
        ("x" * 201, "max_length"),
    ],
)
def test_form_refuses_what_is_no_name(name, code):
    form = fill(make_meeting(), name=name)

    assert codes(form, "name") == [code]


def test_form_keeps_the_state_by_its_name_and_code():
    form = fill(make_meeting(), organization=" cote d'ivoire")

    assert form.is_valid()
    assert (form.instance.organization, form.instance.state) == ("Côte d'Ivoire", "CIV")


def test_form_asks_which_state_was_meant():
    form = fill(make_meeting(), organization="Germny")

    assert form.errors["organization"] == [
        "“Germny” is not in the list of States. Did you mean Germany?"
    ]


def test_form_asks_which_of_several_states_was_meant():
    form = fill(make_meeting(), organization="Korea")

    assert form.errors["organization"] == [
        "“Korea” is not in the list of States. Did you mean Democratic People's "
        "Republic of Korea or Republic of Korea?"
    ]


def test_form_takes_any_organization_where_no_state_is_asked():
    form = fill(
        make_meeting(), category=make_category().pk, organization="Atlantis Fund"
    )

    assert form.is_valid()
    assert (form.instance.organization, form.instance.state) == ("Atlantis Fund", "")


@pytest.mark.parametrize("field", ["category", "organization", "email", "attendance"])
def test_form_says_what_is_missing(field):
    form = fill(make_meeting(), **{field: ""})

    assert codes(form, field) == ["required"]


@pytest.mark.parametrize("days", [[], ["2017-02-16"], ["\x00"]])
def test_form_wants_days_of_the_meeting(days):
    form = fill(make_meeting(), days=days)

    assert len(form.errors["days"]) == 1


@pytest.mark.parametrize("category", ["x", "\x00", "9" * 40, "-1"])
def test_form_refuses_categories_that_are_not_offered(category):
    form = fill(make_meeting(), category=category)

    assert "category" in form.errors


def test_form_offers_the_meetings_own_categories_instead_of_the_shared():
    meeting = make_meeting()
    make_category(meeting, name="Expert")
    make_category(meeting, name="Press", is_offered=False)

    form = RegistrationForm(meeting=meeting)

    assert [name for _key, name in form.fields["category"].choices] == [
        "Choose one",
        "Expert",
    ]


def test_form_has_all_days_and_no_consent_at_first():
    meeting = make_meeting()
    form = RegistrationForm(meeting=meeting)

    assert form["days"].value() == [day.isoformat() for day in meeting.days]
    assert not form["is_listed"].value()


def test_form_has_at_most_ten_fields_in_sight():
    form = RegistrationForm(meeting=make_meeting())

    folded = {"badge_name", "access_needs", "dietary_needs", "website"}
    assert len({field.name for field in form.visible_fields()} - folded) == 10


def test_form_without_a_key_is_shown_again_with_one_that_will_do():
    meeting = make_meeting()
    form = RegistrationForm(typed(meeting), meeting=meeting)

    assert codes(form, "__all__") == ["stale"]
    again = {**typed(meeting), "key": form["key"].value()}
    assert RegistrationForm(again, meeting=meeting).is_valid()


def test_form_refuses_the_key_of_another_meeting():
    meeting, other = make_meeting(), make_meeting()
    data = {"key": new_key(other), **typed(meeting)}
    form = RegistrationForm(data, meeting=meeting)

    assert codes(form, "__all__") == ["stale"]


@pytest.mark.parametrize(("days", "is_valid"), [(29, True), (31, False)])
def test_form_keeps_its_key_for_thirty_days(days, is_valid):
    with time_machine.travel("2026-11-02T12:00Z", tick=False) as now:
        meeting = make_meeting()
        key = new_key(meeting)
        now.shift(days * 24 * 3600)
        form = RegistrationForm({"key": key, **typed(meeting)}, meeting=meeting)

    assert form.is_valid() == is_valid


def test_submission_is_the_same_for_the_same_words_in_one_form():
    meeting = make_meeting()
    key = new_key(meeting)
    forms = [
        RegistrationForm({"key": key, **typed(meeting, name=name)}, meeting=meeting)
        for name in ("Amina", " Amina ", "Awa")
    ]
    first, same, other = (form.is_valid() and form.submission for form in forms)

    assert first == same
    assert first != other


def test_correction_form_still_offers_a_category_that_was_withdrawn():
    meeting = make_meeting()
    registration = make_registration(meeting, category=member_state())
    Category.objects.filter(pk=registration.category_id).update(is_offered=False)

    form = CorrectionForm(typed(meeting), instance=registration, meeting=meeting)

    assert form.is_valid()
