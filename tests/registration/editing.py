"""The editor of the texts of mails, as a browser works with it."""

from tests.parts.staff import form_values

LIST = "/admin/registration/mailtext/"


def page_of(meeting, page="", kind="confirmed"):
    return f"{LIST}of/{meeting.pk}/{kind}/{page}"


def opened(client, meeting, kind="confirmed"):
    """What a browser would send of the editor, unchanged."""
    return form_values(client.get(page_of(meeting, kind=kind)).context["form"])


def save(client, meeting, kind="confirmed", **fields):
    data = opened(client, meeting, kind) | fields
    return client.post(page_of(meeting, kind=kind), data, follow=True)


def preview(client, meeting, kind="confirmed", **fields):
    data = opened(client, meeting, kind) | fields
    return client.post(page_of(meeting, "preview/", kind), data)


def send_test(client, meeting, kind="confirmed", **fields):
    data = opened(client, meeting, kind) | fields
    return client.post(page_of(meeting, "test/", kind), data)
