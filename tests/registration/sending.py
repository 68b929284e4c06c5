"""What a person does in the browser to register, for the tests of this folder."""

import re

from registration.models import Category


def member_state():
    return Category.objects.get(meeting=None, name="Member State")


def typed(meeting, **changes):
    """What a person fills in: two hundred such forms would be a meeting."""
    return {
        "category": member_state().pk,
        "organization": "Kenya",
        "name": "Amina YUSUF",
        "email": "amina@example.org",
        "attendance": "in_person",
        "days": [meeting.starts_on.isoformat()],
        "language": "en",
        **changes,
    }


def address_of(meeting):
    return f"/{meeting.slug}/register/"


def open_form(client, meeting):
    """Its key, which the browser sends back unseen."""
    page = client.get(address_of(meeting)).content.decode()
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def send(client, meeting, **changes):
    """Open the form, fill it in, send it."""
    key = open_form(client, meeting)
    return client.post(address_of(meeting), {"key": key, **typed(meeting, **changes)})
