import re

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from meeting.mail.models import Message
from registration.mails.kinds import KINDS
from registration.models import MailText
from tests.making import (
    make_mail_text,
    make_mailing,
    make_meeting,
    make_registration,
    make_session,
)
from tests.parts.staff import form_values, sign_in
from tests.registration.editing import LIST, opened, page_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return make_meeting(is_current=True, title="Fifteenth Meeting")


@pytest.fixture
def user(client):
    return sign_in(client)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def errors(answer):
    return {
        name: [error.code for error in found]
        for name, found in answer.context["form"].errors.as_data().items()
    }


# The list.


def test_list_shows_every_kind_and_whose_words_it_has(client, meeting, user):
    make_mail_text(meeting)
    make_mail_text(make_meeting(), kind="declined")

    answer = client.get(LIST)

    rows = {row["kind"].name: row for row in answer.context["rows"]}
    assert rows.keys() == KINDS.keys()
    assert [name for name, row in rows.items() if row["changed"]] == ["confirmed"]
    assert answer.text.count("Standard text") == len(KINDS) - 1
    assert page_of(meeting) in answer.text
    assert "When somebody withdraws." in answer.text


def test_list_stands_in_the_section_of_mail(client, meeting, user):
    page = client.get("/admin/").text

    assert f'href="{LIST}"' in page
    assert "Texts of mails" in page


def test_list_without_a_meeting_says_so(client, user):
    assert "There is no meeting yet." in client.get(LIST).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_each_number_of_texts(
    client, meeting, user, django_assert_num_queries, count
):
    for kind in ["confirmed", "declined", "waiting"][:count]:
        make_mail_text(meeting, kind=kind)
    client.get(LIST)

    with django_assert_num_queries(7):
        client.get(LIST)


# The editor.


def test_editor_begins_with_what_would_be_sent(client, meeting, user):
    assert opened(client, meeting) == {
        "version": "",
        "subject_en": "Confirmed: {title}",
        "body_en": KINDS["confirmed"].body,
    }
    make_mail_text(meeting)

    assert opened(client, meeting)["subject_en"] == "Own"


@pytest.mark.parametrize("kind", KINDS)
def test_editor_names_every_placeholder_with_an_example(client, meeting, user, kind):
    make_session(meeting)
    page = client.get(page_of(meeting, kind=kind))

    rows = {row["place"]: row for row in page.context["form"].wording.examples}
    assert {*KINDS[kind].places} <= {place.strip("{}") for place in rows}
    without = {place for place, row in rows.items() if not row["example"]}
    assert without <= {"{city}", "{papers_due}", "{remotely_instead}", "{organizer}"}
    assert rows["{title}"]["example"] == "Fifteenth Meeting"
    assert "me/example/" in rows["{link}"]["example"]


def test_editor_takes_few_queries(client, meeting, user, django_assert_num_queries):
    make_mail_text(meeting)
    client.get(page_of(meeting))

    with django_assert_num_queries(9):
        client.get(page_of(meeting))


def test_saved_words_are_sent_from_then_on(client, meeting, user):
    answer = save(client, meeting, subject_en="You come", body_en="Welcome, {name}.")

    assert said(answer) == ["Saved. From now on “Confirmed” goes out like this."]
    make_registration(meeting, name="Ann Bell").confirm()
    mail = Message.objects.get()
    assert (mail.subject, mail.text.splitlines()[0]) == (
        "You come",
        "Welcome, Ann Bell.",
    )


def test_words_that_would_come_anyway_are_not_stored(client, meeting, user):
    save(client, meeting)
    assert not MailText.objects.exists()

    save(client, meeting, subject_en="Mine")
    answer = save(client, meeting, subject_en="Confirmed: {title}")

    assert not MailText.objects.exists()
    assert said(answer) == ["“Confirmed” goes out with the standard text."]


def test_line_ends_of_a_browser_are_no_change(client, meeting, user):
    body = KINDS["confirmed"].body.replace("\n", "\r\n")

    save(client, meeting, body_en=f"{body}\r\n")

    assert not MailText.objects.exists()


def test_saving_what_is_stored_changes_nothing(client, meeting, user):
    before = make_mail_text(meeting).updated_at

    save(client, meeting)

    assert MailText.objects.get().updated_at == before


def test_mistakes_are_said_at_the_field_and_the_typing_stays(client, meeting, user):
    answer = save(client, meeting, subject_en="{titel}", body_en="  [x]({name})")

    assert errors(answer) == {"subject_en": ["placeholder"], "body_en": ["link"]}
    assert "There is no placeholder {titel}. Did you mean {title}?" in answer.text
    assert answer.context["form"]["subject_en"].value() == "{titel}"
    assert answer.context["form"]["body_en"].value() == "  [x]({name})"
    assert not MailText.objects.exists()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"subject_en": ""}, {"subject_en": ["required"]}),
        ({"body_en": " \r\n"}, {"body_en": ["required"]}),
        ({"subject_en": "x" * 201}, {"subject_en": ["max_length"]}),
        ({"body_en": "x" * 20_001}, {"body_en": ["max_length"]}),
        ({"subject_en": "x\x00"}, {"subject_en": ["null_characters_not_allowed"]}),
    ],
)
def test_what_cannot_be_a_text_is_refused(client, meeting, user, fields, found):
    assert errors(save(client, meeting, **fields)) == found


def test_who_saves_after_somebody_else_is_told_and_loses_nothing(client, meeting, user):
    data = opened(client, meeting)
    make_mail_text(meeting, subject="Theirs", body="Their words.")

    answer = client.post(page_of(meeting), data | {"body_en": "My words."})

    assert errors(answer) == {"__all__": ["meanwhile"]}
    assert answer.context["form"]["body_en"].value() == "My words."
    assert "Their words." in answer.text
    assert MailText.objects.get().body == "Their words."
    # Who saves once more has read it.
    client.post(page_of(meeting), form_values(answer.context["form"]))
    assert MailText.objects.get().body == "My words."


def test_who_saves_after_somebody_went_back_is_told(client, meeting, user):
    make_mail_text(meeting)
    data = opened(client, meeting) | {"body_en": "My words."}
    MailText.objects.all().delete()

    answer = client.post(page_of(meeting), data)

    assert errors(answer) == {"__all__": ["meanwhile"]}
    assert "They went back to the standard text." in answer.text


def test_changes_stand_in_the_audit_trail(client, meeting, user):
    save(client, meeting, body_en="One.")
    save(client, meeting, body_en="Two.")
    version = opened(client, meeting)["version"]
    client.post(page_of(meeting, "back/"), {"version": version})

    entries = LogEntry.objects.filter(content_type__model="mailtext").order_by("pk")
    assert [(entry.actor, entry.get_action_display()) for entry in entries] == [
        (user, "create"),
        (user, "update"),
        (user, "delete"),
    ]
    assert entries[1].changes["body"] == ["One.", "Two."]


def test_going_back_asks_first(client, meeting, user):
    make_mail_text(meeting)

    page = client.get(page_of(meeting, "back/"))

    assert "You come, {name}." in page.text
    assert MailText.objects.exists()
    version = page.context["wording"].version
    client.post(page_of(meeting, "back/"), {"version": version})
    assert not MailText.objects.exists()


def test_going_back_leaves_what_somebody_else_has_written_meanwhile(
    client, meeting, user
):
    make_mail_text(meeting)

    answer = client.post(page_of(meeting, "back/"), {"version": "en:earlier"})

    assert "Nothing was deleted" in answer.text
    assert MailText.objects.exists()


def test_what_is_no_kind_or_no_meeting_is_not_found(client, meeting, user):
    for page in ("", "preview/", "test/", "back/"):
        for address in (page_of(meeting, page, "nothing"), f"{LIST}of/999/link/{page}"):
            assert client.post(address).status_code == 404, address


def test_organizers_read_and_do_not_write(client, meeting):
    sign_in(client, "Organizer")

    page = client.get(page_of(meeting)).text

    assert re.search(r"<textarea[^>]* readonly", page)
    assert 'type="submit" class="default"' not in page
    assert "Send me a test" not in page
    assert "Preview" in page


def test_a_row_leads_to_its_editor(client, meeting, user):
    text = make_mail_text(meeting)
    of_mailing = make_mailing(meeting).texts.get()

    answer = client.get(f"{LIST}{text.pk}/change/")

    assert answer["Location"] == page_of(meeting)
    answer = client.get(f"{LIST}{of_mailing.pk}/change/")
    form = reverse("admin:registration_mailing_change", args=[of_mailing.mailing_id])
    assert answer["Location"] == form


# In more than one language.


@pytest.fixture
def two_languages(settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]


def texts(meeting):
    return dict(meeting.mail_texts.values_list("language", "subject"))


def test_each_language_has_fields_in_its_direction(
    client, meeting, user, two_languages
):
    page = client.get(page_of(meeting)).text

    assert re.search(r'<textarea name="body_ar"[^>]* dir="rtl"', page)
    assert re.search(r'<textarea name="body_en"[^>]* dir="ltr"', page)
    assert "Subject, in Arabic" in page


def test_where_english_alone_is_written_others_are_empty(
    client, meeting, user, two_languages
):
    make_mail_text(meeting)

    assert opened(client, meeting)["subject_ar"] == ""
    save(client, meeting)
    assert texts(meeting) == {"en": "Own"}


def test_what_stands_in_the_fields_is_what_is_sent(
    client, meeting, user, two_languages
):
    save(client, meeting, subject_en="Own")

    # Its standard words stood there; else people would now be written to in English.
    assert texts(meeting) == {"en": "Own", "ar": "Confirmed: {title}"}
    save(client, meeting, subject_ar="", body_ar="")
    assert texts(meeting) == {"en": "Own"}


def test_a_text_has_a_subject_and_a_body_or_neither(
    client, meeting, user, two_languages
):
    make_mail_text(meeting)

    answer = save(client, meeting, subject_ar="موضوع")

    assert errors(answer) == {"body_ar": ["half"]}
