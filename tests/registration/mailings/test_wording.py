import re

import pytest

from registration.admin.text_editor import TextsForm
from registration.mailings.wording import MailingWording
from registration.models import Mailing
from tests.making import (
    make_item,
    make_mailing,
    make_meeting,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return make_meeting()


def form_of(mailing, **data):
    return TextsForm(data or None, wording=MailingWording(mailing))


def test_texts_of_a_new_mail_to_many_are_written_before_it_is_saved(meeting):
    mailing = Mailing(meeting=meeting, name="News")
    wording = MailingWording(mailing)

    form = form_of(mailing, subject_en="News", body_en="Hello {name}.")
    assert form.is_valid()
    assert "Hello Amina YUSUF." in wording.written("en", form.text("en"), None).text
    mailing.save()
    assert form.save()

    assert mailing.texts.get().body == "Hello {name}."


def test_unsubscribing_leads_nowhere_from_a_preview(meeting):
    mailing = make_mailing(meeting)
    person = make_registration(meeting)
    wording = MailingWording(mailing)

    for whom in (None, person):
        written = wording.written("en", wording.shown("en"), whom)
        assert "/news/example/" in written.text
        assert re.findall(r"/news/(\w+)", written.text + written.html) == (
            ["example"] * 2
        )


def test_a_mail_to_speakers_is_previewed_with_a_speaker(meeting):
    mailing = make_mailing(meeting, to="speakers", body="{name}: {appearances}")
    item = make_item(make_session(meeting), title="Opening")
    speaker = make_speaker("WU Hongbo")
    make_role(item, speaker=speaker)
    wording = MailingWording(mailing)

    assert wording.find("hongbo") == [speaker]
    written = wording.written("en", wording.shown("en"), speaker)
    assert written.text.startswith("WU Hongbo: Opening")


def test_a_mail_to_speakers_knows_no_placeholder_of_registrations(meeting):
    mailing = Mailing(meeting=meeting, to="speakers")

    form = form_of(mailing, subject_en="x", body_en="{reference}")

    assert [error.code for error in form.errors.as_data()["body_en"]] == ["placeholder"]
