"""Every address, by every method, for everybody: who gets in, and who does not.

A new route must be written into the tables below, or the first test fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core import signing
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from registration.models import Registration, Status, Tally
from tests.making import (
    PDF,
    make_answer,
    make_bulk_work,
    make_category,
    make_choice,
    make_contributor,
    make_correction,
    make_desk_work,
    make_import,
    make_item,
    make_mail_text,
    make_mailing,
    make_material,
    make_meeting,
    make_message,
    make_notice,
    make_page,
    make_picture,
    make_question,
    make_registration,
    make_request,
    make_role,
    make_session,
    make_speaker,
    make_submission,
)
from tests.parts.rows import kept
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
READ = {"GET": 200, "HEAD": 200}
FORM = READ | {"POST": 200}

# What everybody gets, with a log-in or without; what is not named is 405.
PUBLIC = {
    "current": READ,
    "meetings": READ,
    "healthz": READ,
    "readyz": {"GET": 503, "HEAD": 503},  # Nobody beats in this test.
    "home": READ,
    "agenda": READ,
    "agenda-ics": READ,
    "agenda-atom": READ,
    "releases": READ,
    "release": READ,
    "release-changes": READ,
    "embed": READ,
    "embed-fragment": READ,
    "agenda-json": READ,
    "agenda-xml": READ,
    "item-ics": READ,
    "session-ics": READ,
    "item": READ,
    "now": READ,
    "now-part": READ,
    "now-version": READ,
    "speakers": READ,
    "speaker": READ,
    "speaker-photo": READ,
    "speaker-thumbnail": READ,
    "documents": READ,
    "contributed-papers": READ,
    "material": READ,
    "material-thumbnail": READ,
    "documents-zip": READ,
    "session-zip": READ,
    "session": READ,
    "organization-of-work-pdf": READ,
    "organization-of-work-docx": READ,
    "agenda-pdf": READ,
    "agenda-docx": READ,
    "search": READ,
    "mine": READ | {"POST": 409},  # Names nothing that could be starred.
    "mine-stars": READ,
    "mine-calendar": {"GET": 404, "HEAD": 404},  # Its token is its owner's alone.
    # Its token stands in mails alone: tests/agenda/contributing/test_link.py.
    "contribute": {"GET": 404, "HEAD": 404},
    "contribute-zone": {"POST": 404},
    "contribute-send": {"GET": 404, "HEAD": 404, "POST": 404},
    "contribute-sent": {"GET": 404, "HEAD": 404},
    "contribute-file": {"GET": 404, "HEAD": 404},
    "offline": READ,
    "worker": READ,
    "manifest": READ,
    "register": FORM,
    "registered": {"GET": 404, "HEAD": 404},  # Its token is made by the form alone.
    # Its token stands in mails alone.
    "unsubscribe": {"GET": 404, "HEAD": 404, "POST": 404},
    # Its token stands on the own page alone.
    "calendar-feed": {"GET": 404, "HEAD": 404},
    "lost-link": FORM,
    "lost-link-sent": READ,
    "privacy-notice": READ,
    "erased": READ,
    "participants": READ,
    "page": READ,
}
# By the private link: whose it is gets this, everybody else 404.
OWN = {
    "me": READ,
    "me-correct": FORM,
    "me-withdraw": READ | {"POST": 302},
    "me-return": {"GET": 302, "HEAD": 302, "POST": 302},
    "me-accept": {"GET": 302, "HEAD": 302, "POST": 302},
    "me-language": {"GET": 302, "HEAD": 302, "POST": 200},
    "me-follow": {"GET": 302, "HEAD": 302, "POST": 302},
    "me-news": {"GET": 302, "HEAD": 302, "POST": 302},
    "me-choice-accept": {"GET": 302, "HEAD": 302, "POST": 302},
    "me-choice-give-up": READ | {"POST": 302},
    "me-documents": READ,
    "me-document": {"GET": 302, "HEAD": 302},
    "me-documents-zip": {"GET": 302, "HEAD": 302},
    "me-calendar": READ,
    "me-data": READ,
    "me-data-json": READ,
    "me-file": READ,
    "me-erase": FORM,
}
# Only where ANYMAIL_PROVIDER is set, and one of them; for whoever proves to be the
# provider: tests/mail/test_bounces_webhook.py.
WEBHOOKS = {
    "brevo_tracking_webhook",
    "mailgun_tracking_webhook",
    "mailjet_tracking_webhook",
    "postmark_tracking_webhook",
}
# The admin's lists: what organizer and secretariat may do (view, add, change, delete).
MODELS = {
    "mail_message": ("v", "v"),
    "meeting_meeting": ("v", "vacd"),
    "meeting_page": ("v", "vacd"),
    "auth_user": ("", ""),
    "auth_group": ("", ""),
    "auditlog_logentry": ("", "v"),
    "agenda_session": ("v", "vacd"),
    "agenda_item": ("v", "vacd"),
    "agenda_presentation": ("v", "vacd"),
    "agenda_role": ("v", "vcd"),
    "agenda_speaker": ("v", "vacd"),
    "agenda_material": ("v", "vacd"),
    "agenda_release": ("v", "vac"),
    "registration_registration": ("v", "vac"),
    "registration_category": ("v", "vacd"),
    "registration_question": ("v", "vacd"),
    "registration_privacynotice": ("v", "vacd"),
    "registration_tally": ("v", "v"),
    "registration_bulkwork": ("", "v"),
    "registration_mailing": ("v", "vacd"),
    "registration_mailtext": ("v", "v"),
}
STANDARD = {
    "changelist": "v",
    "add": "a",
    "history": "v",
    "delete": "d",
    "change": "v",
}
# Pages of our own in the admin: GET and POST for organizer and secretariat.
OURS = {
    "agenda_version_file": ((200, 405), (200, 405)),
    "agenda_submission_file": ((200, 405), (200, 405)),
    "agenda_programme_now": ((302, 405), (302, 405)),
    "agenda_programme": ((200, 403), (200, 302)),
    "agenda_programme_part": ((403, 403), (200, 200)),
    "agenda_programme_add": ((403, 403), (200, 200)),
    "mail_message_going": ((200, 403), (200, 200)),
    "mail_message_html": ((200, 405), (200, 405)),
    "mail_message_again": ((405, 403), (405, 302)),
    "mail_message_now": ((405, 403), (405, 302)),
    "registration_registration_export": ((200, 405), (200, 405)),
    "registration_registration_act": ((403, 403), (405, 302)),
    "registration_registration_answer_show": ((405, 403), (405, 403)),
    "registration_registration_answer_file": ((200, 200), (200, 200)),
    "registration_registration_check": ((405, 403), (405, 302)),
    "registration_registration_bulk": ((403, 403), (200, 200)),
    "registration_registration_bulk_begin": ((405, 403), (405, 302)),
    "registration_registration_bulk_undo": ((405, 403), (405, 302)),
    "registration_privacynotice_publish": ((405, 403), (405, 302)),
    "registration_question_move": ((405, 403), (405, 302)),
    "registration_registration_import": ((403, 403), (200, 200)),
    "registration_registration_import_template": ((403, 405), (200, 405)),
    "registration_registration_import_page": ((403, 405), (200, 405)),
    "registration_registration_import_bad": ((403, 405), (200, 405)),
    "registration_registration_import_take": ((405, 403), (405, 200)),
    "registration_registration_import_cancel": ((405, 403), (405, 302)),
    "registration_mailing_page": ((200, 405), (200, 405)),
    "registration_mailing_begin": ((405, 403), (405, 302)),
    "registration_mailing_stop": ((405, 403), (405, 302)),
    "registration_mailing_copy": ((405, 403), (405, 302)),
    "registration_mailing_rest": ((405, 403), (405, 302)),
    "registration_mailing_as": ((200, 405), (200, 405)),
    "registration_mailing_preview": ((200, 200), (200, 200)),
    "registration_mailing_test": ((405, 403), (405, 200)),
    "registration_registration_doubles": ((403, 405), (200, 405)),
    "registration_registration_double": ((403, 403), (200, 200)),
    "registration_mailtext_edit": ((200, 403), (200, 200)),
    "registration_mailtext_preview": ((200, 200), (200, 200)),
    "registration_mailtext_test": ((405, 403), (405, 200)),
    "registration_mailtext_back": ((403, 403), (200, 200)),
    "agenda_release_make": ((200, 403), (200, 200)),
    "agenda_release_withdraw": ((405, 403), (405, 302)),
    "agenda_day_changelist": ((302, 405), (302, 405)),
    "agenda_day": ((200, 403), (200, 302)),
    "agenda_contributor_changelist": ((302, 405), (302, 405)),
    "agenda_contributor_change": ((200, 403), (200, 200)),
    "agenda_contributor_link": ((405, 403), (405, 302)),
    "agenda_papers": ((200, 405), (200, 405)),
    "agenda_papers_many": ((405, 403), (405, 302)),
    "agenda_papers_ask": ((403, 403), (200, 200)),
    "agenda_papers_work": ((200, 405), (200, 405)),
    "agenda_papers_work_go_on": ((405, 403), (405, 302)),
    "agenda_request_decide": ((405, 403), (405, 404)),
    "agenda_request_deadline": ((405, 403), (405, 200)),
    "agenda_request_withdraw": ((403, 403), (200, 302)),
    "registration_registration_moved": ((403, 403), (200, 302)),
    "agenda_speaker_merge": ((403, 403), (200, 200)),
    "agenda_speaker_photo": ((200, 405), (200, 405)),
    "agenda_edits": ((200, 403), (200, 404)),
    "agenda_paste": ((403, 403), (200, 200)),
    "agenda_material_several": ((403, 403), (200, 200)),
    "agenda_material_move": ((405, 403), (405, 302)),
}
# Django's own, the same for all staff; and what needs no log-in.
DJANGO = {
    "index",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    "auth_user_password_change",
    None,  # Without a name: redirects to the page that has one, and what is not found.
}
OPEN_IN_ADMIN = {"login"}


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, admin: bool = False
) -> Iterator[tuple[bool, str | None]]:
    """Whether it is the admin's, and its name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inside = admin or pattern.namespace == "admin"
            yield from routes(pattern.url_patterns, inside)
        else:
            yield admin, pattern.name


def test_every_route_is_listed():
    standard = {f"{model}_{page}" for model in MODELS for page in STANDARD}
    ours = {name for is_admin, name in routes() if is_admin}
    others = {name for is_admin, name in routes() if not is_admin}

    assert others == PUBLIC.keys() | OWN.keys()
    assert ours == standard | OURS.keys() | DJANGO | OPEN_IN_ADMIN


@dataclass
class World:
    """One of each thing, in a meeting that takes registrations."""

    arguments: dict[str, list]
    registration: Registration

    def address(self, name: str, token: str = "", slug: str = "15") -> str:
        """The address of a route; of a private one, by this link."""
        given = self.arguments.get(name.removeprefix("admin:"), [])
        if name in OWN:
            return reverse(name, args=[slug, token, *given])
        return reverse(name, args=given)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with kept(django_db_blocker):
        yield make_world()


def make_world() -> World:
    meeting = make_meeting(is_current=True, embed_hosts="https://example.org")
    session = make_session(meeting)
    item = make_item(session)
    speaker = make_speaker(photo=make_picture())
    role = make_role(item, speaker=speaker)
    material = make_material(meeting, session=session, file=PDF)
    make_material(meeting, visibility="participants")
    material.file = make_picture(name="next.png")  # Has a thumbnail.
    material.save()
    page = make_page(meeting)
    registration = make_registration(meeting, status=Status.CONFIRMED)
    choice = make_choice(registration, session)
    slug = meeting.slug
    question = make_question(meeting, kind="file")
    file = make_answer(registration, question, PDF)
    question = make_question(meeting, is_sensitive=True)
    sensitive = make_answer(registration, question, "words")
    draft = make_notice(meeting, is_published=False)
    make_notice(meeting)
    rows = {
        "mail_message": make_message(registration),
        "meeting_meeting": meeting,
        "meeting_page": page,
        "agenda_session": session,
        "agenda_item": item,
        "agenda_role": role,
        "agenda_speaker": speaker,
        "agenda_material": material,
        "agenda_release": meeting.releases.get(),
        "registration_registration": registration,
        "registration_category": make_category(meeting),
        "registration_privacynotice": draft,
        "registration_tally": Tally.objects.create(meeting=meeting),
        "registration_question": (asked := make_question(meeting)),
        "registration_bulkwork": make_bulk_work(meeting),
        "registration_mailtext": make_mail_text(meeting),
        "registration_mailing": (mailing := make_mailing(meeting)),
    }
    bulk_work = [rows["registration_bulkwork"].pk]
    sent = make_submission(make_request(make_contributor(meeting)))
    desk_work = make_desk_work(meeting)
    corrected = make_correction(registration)
    arguments = {
        **{name: [slug] for name in PUBLIC},
        "current": [],
        "meetings": [],
        "healthz": [],
        "readyz": [],
        "item": [slug, item.slug],
        "release": [slug, 1],
        "release-changes": [slug, 1],
        "item-ics": [slug, item.slug],
        "session-ics": [slug, session.pk],
        "session": [slug, session.pk],
        "speaker": [slug, speaker.slug],
        "speaker-photo": [slug, speaker.slug],
        "speaker-thumbnail": [slug, speaker.slug],
        "material": [slug, material.pk, material.filename],
        "material-thumbnail": [slug, material.pk],
        "session-zip": [slug, session.pk],
        "contribute": [slug, "nothing"],
        "contribute-zone": [slug, "nothing"],
        "contribute-send": [slug, "nothing", 1],
        "contribute-sent": [slug, "nothing", 1],
        "contribute-file": [slug, "nothing", 1],
        "registered": [slug, "nothing"],
        "unsubscribe": [slug, "nothing"],
        "calendar-feed": [slug, "nothing"],
        "mine-calendar": [slug, "nothing"],
        "me-document": [material.pk],
        "me-choice-accept": [choice.pk],
        "me-choice-give-up": [choice.pk],
        "page": [slug, page.slug],
        "agenda_programme": [meeting.pk],
        "agenda_programme_part": [meeting.pk, "item", item.pk],
        "agenda_programme_add": [meeting.pk, "item", session.pk],
        "registration_registration_export": ["csv"],
        "registration_registration_act": [registration.pk, "approve"],
        "registration_registration_answer_show": [registration.pk, sensitive.pk],
        "registration_registration_answer_file": [registration.pk, file.pk],
        "registration_privacynotice_publish": [draft.pk],
        "me-file": [file.pk],
        "registration_question_move": [asked.pk, "up"],
        "registration_registration_check": [registration.pk, corrected.pk],
        "registration_registration_bulk": bulk_work,
        "registration_registration_bulk_begin": bulk_work,
        "registration_registration_bulk_undo": bulk_work,
        "registration_registration_import_template": ["csv"],
        "registration_registration_moved": [meeting.pk],
        "agenda_speaker_merge": [speaker.pk],
        "agenda_speaker_photo": [speaker.pk],
        "agenda_version_file": [material.versions.get().pk],
        "agenda_submission_file": [make_submission().pk],
        "agenda_edits": [meeting.pk],
        "agenda_paste": [session.pk],
        "agenda_material_move": [material.pk, "up"],
        "agenda_release_make": [meeting.pk],
        "agenda_release_withdraw": [meeting.releases.get().pk],
        "agenda_day": [meeting.pk],
        "agenda_contributor_change": [sent.request.contributor_id],
        "agenda_contributor_link": [sent.request.contributor_id],
        "agenda_papers": [meeting.pk],
        "agenda_papers_many": [meeting.pk],
        "agenda_papers_ask": [meeting.pk],
        "agenda_papers_work": [desk_work.pk],
        "agenda_papers_work_go_on": [desk_work.pk],
        "agenda_request_decide": [sent.request_id],
        "agenda_request_deadline": [sent.request_id],
        "agenda_request_withdraw": [sent.request_id],
        "registration_mailing_as": [mailing.pk, registration.pk],
        "registration_mailing_preview": [meeting.pk],
        "registration_mailing_test": [meeting.pk],
        "registration_registration_double": [
            registration.pk,
            make_registration(meeting).pk,
        ],
    }
    for page in ("edit", "preview", "test", "back"):
        arguments[f"registration_mailtext_{page}"] = [meeting.pk, "confirmed"]
    for page in ("page", "begin", "stop", "copy", "rest"):
        arguments[f"registration_mailing_{page}"] = [mailing.pk]
    job = make_import(meeting)
    for page in ("page", "bad", "take", "cancel"):
        arguments[f"registration_registration_import_{page}"] = [job.pk]
    for page in ("html", "again", "now"):
        arguments[f"mail_message_{page}"] = [rows["mail_message"].pk]
    for model, row in rows.items():
        for name in STANDARD:
            with_row = name not in {"changelist", "add"}
            arguments[f"{model}_{name}"] = [row.pk] if with_row else []
    return World(arguments, registration)


def ask(client: Client, method: str, address: str) -> int:
    return client.generic(method, address).status_code


@pytest.mark.parametrize("role", ["nobody", "Organizer", "Secretariat"])
def test_public_pages_are_the_same_for_all(world, client, role):
    if role != "nobody":
        sign_in(client, role)
    for name, answers in PUBLIC.items():
        for method in METHODS:
            found = ask(client, method, world.address(name))
            assert found == answers.get(method, 405), (name, method)


@pytest.mark.parametrize("name", OWN)
def test_own_pages_open_by_the_own_link(world, client, name):
    address = world.address(name, world.registration.token)
    for method in METHODS:
        found = ask(client, method, address)
        assert found == OWN[name].get(method, 405), method


def wrong_links(world: World) -> dict[str, tuple[str, str]]:
    """What somebody else may try: each a link that is not of this page, and its meeting."""
    other = make_registration(make_meeting())
    revoked = world.registration.token
    world.registration.revoke_link()
    return {
        "of another meeting": ("15", other.token),
        "at another meeting": (other.meeting.slug, world.registration.token),
        "revoked": ("15", revoked),
        "made up": ("15", "x"),
        "signed for something else": ("15", signing.dumps(world.registration.pk)),
    }


@pytest.mark.parametrize("name", OWN)
def test_own_pages_open_by_no_other_link(world, client, name):
    for words, (slug, token) in wrong_links(world).items():
        for method in METHODS:
            found = ask(client, method, world.address(name, token, slug))
            # 405 is said before it is looked whose link it is.
            expected = 404 if method in OWN[name] else 405
            assert found == expected, (words, method)


@pytest.mark.parametrize("role", ["nobody", "a participant"])
def test_the_admin_asks_everybody_else_to_log_in(world, client, role):
    if role == "a participant":
        # Knows a private link, which is no log-in.
        client.get(world.address("me", world.registration.token))
    for name in admin_names():
        for method in METHODS:
            response = client.generic(method, world.address(f"admin:{name}"))
            assert response.status_code == 302, (name, method)
            assert response["Location"].startswith("/admin/login/"), (name, method)


def admin_names() -> list[str]:
    standard = [f"{model}_{page}" for model in MODELS for page in STANDARD]
    reachable = [name for name in standard if not name.startswith("auth_")]
    absent = {"agenda_presentation", "auditlog_logentry"}
    rows = [
        name
        for name in reachable
        if name.rpartition("_")[0] not in absent or name.endswith("changelist")
    ]
    return [*rows, *OURS]


@pytest.mark.parametrize(("role", "place"), [("Organizer", 0), ("Secretariat", 1)])
def test_the_lists_of_the_admin_open_by_permission(world, client, role, place):
    sign_in(client, role)
    for model, allowed in MODELS.items():
        for page, needed in STANDARD.items():
            if f"{model}_{page}" not in admin_names():
                continue
            address = world.address(f"admin:{model}_{page}")
            found = client.get(address, follow=True).status_code
            expected = 200 if needed in allowed[place] else 403
            assert found == expected, (model, page)


@pytest.mark.parametrize(("role", "place"), [("Organizer", 0), ("Secretariat", 1)])
def test_writing_in_the_admin_needs_its_permission(world, client, role, place):
    """A form sent by somebody who may not is refused; else it is looked at."""
    sign_in(client, role)
    for model, allowed in MODELS.items():
        for page, needed in {"add": "a", "change": "c", "delete": "d"}.items():
            if f"{model}_{page}" not in admin_names():
                continue
            address = world.address(f"admin:{model}_{page}")
            found = client.post(address).status_code
            if needed in allowed[place]:
                # Of a release, all that can be changed may be empty.
                is_saved = (model, page) == ("agenda_release", "change")
                assert found == (302 if is_saved else 200), (model, page)
            else:
                assert found == 403, (model, page)


@pytest.mark.parametrize(("role", "place"), [("Organizer", 0), ("Secretariat", 1)])
def test_our_own_pages_in_the_admin_open_by_permission(world, client, role, place):
    sign_in(client, role)
    for name, expected in OURS.items():
        address = world.address(f"admin:{name}")
        found = tuple(ask(client, method, address) for method in ("GET", "POST"))
        assert found == expected[place], name
