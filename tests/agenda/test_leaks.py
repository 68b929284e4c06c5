"""Nothing unreleased, private or for the staff alone is in any public answer."""

import gzip
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from agenda.models import Day, Mark, OwnAgenda, Release
from registration.models import Status
from tests.making import (
    make_contributor,
    make_item,
    make_material,
    make_meeting,
    make_message,
    make_page,
    make_picture,
    make_presentation,
    make_registration,
    make_request,
    make_role,
    make_session,
    make_speaker,
    make_submission,
    make_user,
)
from tests.meeting.test_routes import PUBLIC

pytestmark = pytest.mark.django_db
# In every text that no reader may see; in no other.
SECRET = "zxqvj"
LANGUAGES = ["en", "ar"]
# What readers may ask for, by the route.
QUERIES = {
    "agenda": ["view=compact", "by=room", "zone=Africa/Nairobi", f"room={SECRET}"],
    "documents": ["by=kind", "q=paper", "q=zxqv", "kind=paper"],
    "home": ["view=compact"],
    "now": ["screen=1"],
    "now-part": ["as=strip", "v=1.99999999999", "room=Hall"],
    "release": ["by=room", "view=compact"],
    "speakers": ["q=zxqv", "q=wu", "q=sea", "q=example.org"],
    "search": ["q=zxqv", "q=open", "q=paper", "q=wu", "q=hall", "q=secret"],
    "embed": ["lang=ar"],
    "embed-fragment": ["lang=ar"],
    "mine": ["part=i1"],
}


def secret(name):
    return f"{SECRET} {name}"


def link(name):
    return f"https://example.org/{SECRET}/{name}"


def not_public():
    """For the staff, for participants, or for everybody from a time to come."""
    later = timezone.now() + timedelta(hours=1)
    return [
        {"visibility": "staff"},
        {"visibility": "participants"},
        {"visible_from": later},
    ]


def plant(meeting, *, secretly=False):
    """A programme that readers may see; or one in which every word is a secret."""
    word = secret if secretly else str
    where = link if secretly else "https://example.org/{}".format
    session = make_session(
        meeting,
        released=False,
        title=word("Opening session"),
        ordinal=word("1st"),
        room=word("Hall"),
        organizers=word("Organizers"),
        note=word("note"),
        attendance=word("invited"),
        webcast=where("webcast"),
        recording=where("recording"),
        url=where("more"),
        remote_url=link("remote"),
    )
    item = make_item(session, released=False, title=word("Opening"), note=word("note"))
    presentation = make_presentation(
        item, released=False, title=word("Paper"), note=word("note")
    )
    speaker = make_speaker(
        word("WU Hongbo") if secretly else "WU Hongbo",
        email=f"{SECRET}@example.org",
        biography=word("Born by the sea."),
        photo=make_picture(name=f"{SECRET}.png"),
    )
    make_papers_desk(meeting, speaker)
    roles = [
        make_role(
            place,
            speaker=speaker,
            released=False,
            function=word("Director"),
            affiliation=word("Agency"),
            note=word("note"),
        )
        for place in (item, presentation)
    ]
    places = [
        {},
        {"session": session},
        {"item": item},
        {"presentation": presentation},
        {"role": roles[0]},
    ]
    for place in places:
        if not secretly or place:
            make_material(meeting, title=word("paper"), url=where("paper"), **place)
        for hidden in not_public():
            make_material(
                meeting,
                title=secret("paper"),
                author=secret("author"),
                is_contributed=True,
                kind="paper",
                url=link("paper"),
                symbol=f"A/{SECRET}/1",
                **hidden,
                **place,
            )
        file = {"file": make_picture().read(), "filename": "paper.png", **place}
        if not secretly:
            make_material(meeting, title="file", **file)
        file |= {"title": secret("file"), "filename": f"{SECRET}.png"}
        tomorrow = timezone.now() + timedelta(days=1)
        make_material(meeting, visibility="staff", **file)
        make_material(meeting, visibility="participants", **file)
        make_material(meeting, visible_from=tomorrow, **file)
    return session, item, speaker


def make_papers_desk(meeting, speaker):
    """Who is asked for what, what has come, and what was written to them."""
    contributor = make_contributor(
        meeting,
        speaker=speaker,
        contact=secret("contact"),
        email=f"{SECRET}-contact@example.org",
    )
    for kind in ("biography", "photo", "paper"):
        request = make_request(contributor, kind=kind, note=secret("request"))
        make_submission(
            request, title=secret("draft"), text=secret("text"), comment=secret("line")
        )
    for about in (contributor, speaker):
        make_message(
            about,
            to=f"{SECRET}-to@example.org",
            subject=SECRET,
            text=contributor.address,
        )
    private_links.append(contributor.get_absolute_url().casefold())


# Made anew for each test: what no page may have.
private_links = []


@pytest.fixture
def meeting():
    """Released twice; then changed in the draft, and planned to be released again."""
    private_links.clear()
    staff = make_user(f"{SECRET}-staff", email=f"{SECRET}-staff@example.org")
    meeting = make_meeting(
        is_current=True,
        embed_hosts="https://example.org",
        notes={"title": secret("editors")},
    )
    make_page(meeting, slug="note", note=secret("editors"))
    session, item, speaker = plant(meeting)
    gone = make_item(session, released=False, title="Gone", slug="gone")
    Release.objects.make(meeting, by=staff, note="The first.")
    gone.delete()
    item.slug = "opening-now"
    item.save()
    release = Release.objects.make(meeting, by=staff, note="The second.")
    agenda = OwnAgenda.objects.create(meeting=meeting, token=f"{SECRET}token")
    agenda.star(item)
    agenda.star(session)
    Mark.objects.create(meeting=meeting, item=item, state="done", minutes=5, by=staff)
    make_registration(
        meeting, name=secret("Person"), status=Status.CONFIRMED, organization=SECRET
    )
    plant(meeting, secretly=True)
    make_item(session, released=False, title=secret("new"), slug=f"{SECRET}-new")
    Day.objects.create(meeting=meeting, date=meeting.starts_on, note=secret("day"))
    for part in (session, item, speaker):
        name = "name" if part is speaker else "title"
        setattr(part, name, secret(name))
        part.save()
    speaker.slug = f"{SECRET}-speaker"
    speaker.save()
    Release.objects.make(
        meeting,
        by=staff,
        note=secret("planned"),
        is_final=True,
        at=timezone.now() + timedelta(hours=1),
    )
    item.title = secret("later still")
    item.save()
    unpublished = make_meeting(is_published=False, title=secret("Unpublished"))
    make_page(unpublished, slug="note", title=secret("page"))
    plant(unpublished, secretly=True)
    Release.objects.make(unpublished, note=secret("unpublished"))
    meeting.current = release
    return meeting


def addresses(meeting):
    """Of all public routes, with all there is and was."""
    everything = {
        "item": [
            "opening",
            "opening-now",
            "gone",
            *meeting.items.values_list("slug", flat=True),
        ],
        "speaker": ["wu-hongbo", f"{SECRET}-speaker", f"{SECRET}-wu-hongbo"],
        "session": list(meeting.sessions.values_list("pk", flat=True)),
        "release": [1, 2, 3, 4],
        "page": ["note"],
        "material": [
            (each.pk, each.filename) for each in meeting.materials.exclude(file="")
        ],
        "contribute": ["nothing"],
        "contribute-zone": ["nothing"],
        "contribute-send": [("nothing", 1)],
        "contribute-sent": [("nothing", 1)],
        "contribute-file": [("nothing", 1)],
        "registered": ["nothing"],
        "unsubscribe": ["nothing"],
        "calendar-feed": ["nothing"],
        "mine-calendar": ["nothing"],
    }
    everything["material-thumbnail"] = list(
        meeting.materials.values_list("pk", flat=True)
    )
    everything["speaker-photo"] = everything["speaker"]
    everything["speaker-thumbnail"] = everything["speaker"]
    everything["session-zip"] = everything["session"]
    everything["item-ics"] = everything["item"]
    everything["session-ics"] = everything["session"]
    everything["release-changes"] = everything["release"]
    for name in PUBLIC:
        if name in {"current", "meetings", "healthz", "readyz"}:
            yield name, reverse(name)
            continue
        for more in everything.get(name, [()]):
            args = more if isinstance(more, tuple) else (more,)
            yield name, reverse(name, args=[meeting.slug, *args])


def answers(meeting):
    client = Client()
    for name, address in addresses(meeting):
        for query in ["", *QUERIES.get(name, [])]:
            for language in LANGUAGES:
                response = client.get(
                    address,
                    query_params=dict([query.split("=")]) if query else None,
                    headers={"accept-language": language, "accept-encoding": "gzip"},
                )
                yield f"{address}?{query}", response


def text_of(response):
    """All that can be read in it, headers included."""
    content = response.getvalue()
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    kind = response.get("Content-Type", "")
    if kind == "application/pdf":
        reader = PdfReader(BytesIO(content))
        pages = "".join(page.extract_text() for page in reader.pages)
        content = f"{pages}{reader.metadata}".encode()
    elif kind == "application/zip":
        with ZipFile(BytesIO(content)) as whole:
            parts = [name.encode() + whole.read(name) for name in whole.namelist()]
            content = b"".join(parts)
    elif "wordprocessingml" in kind:
        with ZipFile(BytesIO(content)) as whole:
            parts = [name for name in whole.namelist() if name.endswith("xml")]
            content = b"".join(map(whole.read, parts))
    said = f"{response.headers}{response.cookies}"
    return f"{said}\n{content.decode(errors='replace')}".casefold()


@pytest.fixture(autouse=True)
def _two_languages(settings, tmp_path):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    settings.KEPT_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path


def test_no_public_answer_says_what_is_secret(meeting):
    found = 0
    for address, response in answers(meeting):
        text = text_of(response)
        # What the reader has asked for, or has in the address, may be said again.
        asked = f"{response.wsgi_request.get_full_path()}".casefold()
        if SECRET in asked:
            assert response.status_code != 200 or "?room=" in asked, address
            text = text.replace(asked, "")
        assert SECRET not in text, (address, around(text))
        assert not any(link in text for link in private_links), address
        found += response.status_code == 200

    assert found > 100


def test_what_is_secret_would_be_found_once_it_is_released(meeting):
    """What the walk looks for is where it looks."""
    Release.objects.make(meeting, note=secret("out"))

    routes = {"agenda", "agenda-ics", "agenda-atom", "agenda-json", "agenda-pdf"}
    client = Client()
    for name, address in addresses(meeting):
        if name in routes:
            assert SECRET in text_of(client.get(address)), name


def test_nothing_of_an_unpublished_meeting_is_public(meeting):
    unpublished = type(meeting).objects.get(is_published=False)

    for address, response in answers(unpublished):
        if address.startswith(f"/{unpublished.slug}/"):
            # 405 is said before it is looked which meeting it is.
            assert response.status_code in {404, 405}, address
        text = text_of(response).replace(
            response.wsgi_request.get_full_path().casefold(), ""
        )
        assert SECRET not in text, (address, around(text))


def around(text):
    place = text.find(SECRET)
    return text[max(0, place - 120) : place + 60]
