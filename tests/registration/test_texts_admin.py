import pytest

from registration.mails.kinds import KINDS
from registration.models import MailText
from tests.making import make_meeting, make_registration
from tests.parts.staff import form_values, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/registration/mailtext/"


def page_of(meeting, kind="confirmed", page=""):
    return f"{LIST}of/{meeting.pk}/{kind}/{page}"


def typed(client, meeting, kind="confirmed", **fields):
    """What a browser would send, with these fields changed."""
    form = client.get(page_of(meeting, kind)).context["form"]
    return form_values(form) | fields


def test_every_kind_is_edited_previewed_and_tried(client):
    meeting = make_meeting(is_current=True)
    make_registration(meeting)
    sign_in(client)
    for kind in KINDS:
        assert client.get(page_of(meeting, kind)).status_code == 200
        for person in ("", "Person"):
            data = typed(client, meeting, kind, whom=person)
            answer = client.post(page_of(meeting, kind, "preview/"), data)
            assert "None" not in answer.text
            assert answer.status_code == 200
    data = typed(client, meeting)
    assert client.post(page_of(meeting), data).status_code == 302
    assert not MailText.objects.exists()
    data["subject_en"] = "Mine {title}"
    assert client.post(page_of(meeting), data).status_code == 302
    answer = client.post(page_of(meeting), data)
    assert answer.context["form"].is_overtaken
    answer = client.post(page_of(meeting, page="test/"), data)
    assert "on its way" in answer.text or "kept in the outbox" in answer.text
