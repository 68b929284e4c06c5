"""The page of a person, and everybody on the agenda."""

import json
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agenda.models import Mark, Release, Role, Speaker
from meeting.keeping import keeper
from meeting.models import Meeting
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_picture,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.pictures import colour_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_person(meeting=None, name="Ana LIMA", **fields):
    """Speaks on an item of the meeting, as readers see it."""
    speaker = make_speaker(name, **fields)
    item = make_item(make_session(meeting or make_meeting()), title="Water")
    make_role(make_presentation(item, title="A first look"), speaker=speaker)
    return speaker


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_page_shows_the_biography_in_its_paragraphs(client):
    make_person(biography="Born by the sea.\nA <i>poet</i>.\n\n\nولدت في لشبونة.")

    html = client.get("/15/speakers/ana-lima/").text

    assert '<p dir="auto">Born by the sea.<br>A &lt;i&gt;poet&lt;/i&gt;.</p>' in html
    assert '<p dir="auto">ولدت في لشبونة.</p>' in html


@pytest.mark.parametrize(
    ("biography", "language"),
    [
        ("ولدت في لشبونة.", "ar"),
        ("生于里斯本。", "zh-hans"),
        ("Родилась в Лиссабоне", "ru"),
    ],
)
def test_biography_says_its_language_where_its_script_does(client, biography, language):
    make_person(biography=biography)

    html = client.get("/15/speakers/ana-lima/").text

    assert f'<p dir="auto" lang="{language}">' in html


def test_page_without_anything_has_initials_and_no_empty_part(client):
    make_person()

    html = client.get("/15/speakers/ana-lima/").text

    assert '<span class="portrait" aria-hidden="true">AL</span>' in html
    assert "Biography" not in html
    assert "At other meetings" not in html
    assert "<img" not in html


def test_each_appearance_has_its_day_hours_room_style_and_office(client):
    speaker = make_speaker("Ana LIMA")
    session = make_session(make_meeting(), room="Room VIII")
    first, second = make_item(session, title="Water"), make_item(session, title="Air")
    make_role(
        make_presentation(second, title="A first look"),
        speaker=speaker,
        style="H.E. Ms.",
        function="Minister",
        affiliation="Portugal",
    )
    make_role(
        first,
        kind=Role.Kind.MODERATOR,
        speaker=speaker,
        style="Ms.",
        affiliation="The Sea Trust",
    )

    text = text_of(client.get("/15/speakers/ana-lima/").text)

    # In the order of the agenda.
    assert "I. Water" in text.partition("A first look")[0]
    assert "10.00 – 13.00" in text
    assert "Room VIII" in text
    assert "Moderator Ms. Ana LIMA , The Sea Trust" in text
    assert "Speaker H.E. Ms. Ana LIMA , Minister, Portugal" in text


def test_page_has_the_public_materials_alone(client):
    make_person()
    role = Role.objects.get()
    meeting, presentation = role.presentation.meeting, role.presentation
    make_material(meeting, presentation=presentation, title="Slides of water")
    for visibility in ("participants", "staff"):
        make_material(
            meeting, role=role, title=f"For {visibility}", visibility=visibility
        )

    html = client.get("/15/speakers/ana-lima/").text

    assert "Slides of water" in html
    assert "For participants" not in html
    assert "For staff" not in html


def test_cancelled_appearance_is_said_to_be(client):
    make_person()
    item = Role.objects.get().agenda_item
    Mark.objects.create(meeting=item.meeting, item=item, state="cancelled")

    assert "Cancelled" in client.get("/15/speakers/ana-lima/").text


def test_other_meetings_have_what_was_released_there(client):
    earlier, meeting = make_meeting(), make_meeting()
    speaker = make_person(meeting)
    session = make_session(earlier)
    make_item(session, title="Opening")
    item = make_item(session, title="Fire")
    role = make_role(item, speaker=speaker, style="Mr.", function="Clerk", kind="chair")
    make_role(make_item(session, title="Others' item"))
    role.function = "Not released"
    role.save()

    text = text_of(client.get("/16/speakers/ana-lima/").text)

    assert "Meeting 15 on International Migration" in text
    assert "II. Fire" in text
    assert "Chair Mr. Ana LIMA , Clerk" in text
    assert "Not released" not in text
    assert "Others' item" not in text


def test_meetings_that_readers_do_not_see_are_not_named(client):
    meeting, hidden = make_meeting(), make_meeting(is_published=False, title="Hidden")
    draft = make_meeting(title="Drafted")
    speaker = make_person(meeting)
    make_role(make_item(make_session(hidden)), speaker=speaker)
    make_role(
        make_item(make_session(draft, released=False), released=False),
        speaker=speaker,
        released=False,
    )

    html = client.get("/15/speakers/ana-lima/").text

    assert "Hidden" not in html
    assert "Drafted" not in html


def data_of(html):
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(block[1])


def test_shared_data_names_the_person_and_no_address(client, settings):
    speaker = make_person(
        biography="Born by the sea.", photo=make_picture(), email="ana@example.org"
    )
    role = speaker.roles.get()
    role.function, role.affiliation = "Director", "The Sea Trust"
    role.save()
    make_release(role.presentation.meeting)

    html = client.get("/15/speakers/ana-lima/").text
    data = data_of(html)

    assert (data["@type"], data["name"]) == ("Person", "Ana LIMA")
    assert data["url"] == f"{settings.SITE_URL}/15/speakers/ana-lima/"
    assert data["image"].startswith(f"{data['url']}photo?v=")
    assert data["jobTitle"] == "Director"
    assert data["affiliation"]["name"] == "The Sea Trust"
    assert "@example.org" not in json.dumps(data)
    assert f'<meta property="og:image" content="{data["image"]}">' in html
    assert 'content="Born by the sea."' in html


@pytest.mark.parametrize("rounds", [1, 3])
def test_page_takes_eight_queries(client, rounds, django_assert_num_queries):
    speaker = make_speaker("Ana LIMA", biography="Born.", photo=make_picture())
    for _each in range(rounds):
        session = make_session(make_meeting())
        for _item in range(rounds):
            role = make_role(make_item(session), speaker=speaker)
            make_material(session.meeting, role=role)
    make_session(role.item.meeting)
    make_role(make_item(make_session(make_meeting())), speaker=speaker)

    with django_assert_num_queries(8):
        client.get("/15/speakers/ana-lima/")


def test_changed_biography_shows_within_a_second(client, settings, time_machine):
    settings.KEPT_SECONDS = 1
    time_machine.move_to("2026-11-24T10:00:00Z", tick=False)
    speaker = make_person(biography="Before.")
    assert "Before." in client.get("/15/speakers/ana-lima/").text
    speaker.biography = "Afterwards."
    speaker.save()

    time_machine.shift(1)

    assert "Afterwards." in client.get("/15/speakers/ana-lima/").text
    keeper.clear()


# The directory.


def make_directory(*names, offices=()):
    item = make_item(make_session(released=False), released=False)
    for place, name in enumerate(names):
        office = offices[place] if offices else ""
        speaker = make_speaker(name, biography="Born.")
        make_role(item, speaker=speaker, function=office, released=False)
    make_release(item.meeting)


def test_everybody_stands_under_their_letter_latin_first(client):
    make_directory(
        "أحمد",
        "吴红波",
        "王小明",
        "Антонио ГУТЕРРИШ",
        "Øyvind ØSTERGÅRD",
        "Yusuf al-KHATIB",
        "ĐẶNG Thị",
        "Élodie ÉLUARD",
        "Eva EBNER",
        "Juan de la CRUZ",
    )

    letters = client.get("/15/speakers/").context["letters"]

    assert [
        (letter.sign, [each.speaker.name.split()[-1] for each in letter.entries])
        for letter in letters
    ] == [
        ("C", ["CRUZ"]),
        ("D", ["Thị"]),
        ("E", ["EBNER", "ÉLUARD"]),
        ("K", ["al-KHATIB"]),
        ("O", ["ØSTERGÅRD"]),
        ("Г", ["ГУТЕРРИШ"]),
        ("\u0627", ["أحمد"]),
        ("汉字", ["吴红波", "王小明"]),
    ]


def test_letters_are_headings_that_one_can_jump_to(client):
    make_directory("Ana LIMA", "WU Hongbo")

    html = client.get("/15/speakers/").text

    for sign in "LW":
        code = f"{ord(sign):x}"
        assert f'<li><a href="#letter-{code}">{sign}</a></li>' in html
        assert f'<h2 id="letter-{code}">{sign}</h2>' in html


def test_office_is_that_of_this_meeting(client):
    earlier, meeting = make_meeting(), make_meeting()
    speaker = make_speaker("Ana LIMA")
    for each, office in ((earlier, "Clerk"), (meeting, "Director")):
        make_role(make_item(make_session(each)), speaker=speaker, function=office)

    html = client.get("/16/speakers/").text

    assert "Director" in html
    assert "Clerk" not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lima", ["Ana LIMA"]),
        ("ostergard", ["Øyvind ØSTERGÅRD"]),
        ("director", ["Ana LIMA"]),
        ("sea tru", ["Øyvind ØSTERGÅRD"]),
        ("water", []),
        ("born", []),
    ],
)
def test_people_are_found_by_name_and_office(client, query, found):
    make_directory(
        "Ana LIMA", "Øyvind ØSTERGÅRD", offices=["Director", "The Sea Trust"]
    )

    response = client.get("/15/speakers/", {"q": query})

    entries = [e for letter in response.context["letters"] for e in letter.entries]
    assert [each.speaker.name for each in entries] == found


def test_nobody_found_says_what_to_do(client):
    make_directory("Ana LIMA")

    html = client.get("/15/speakers/?q=<atlantis>").text

    assert "0 persons have “&lt;atlantis&gt;”." in html
    assert "Try fewer of them" in html


def test_directory_without_anybody_says_so(client):
    make_session()

    assert "Speakers to be confirmed" in client.get("/15/speakers/").text


@pytest.mark.parametrize("people", [1, 500])
def test_directory_takes_five_queries(client, people, django_assert_num_queries):
    make_directory(*(f"Person N{number}X" for number in range(people)))

    for path in ("/15/speakers/", "/15/speakers/?q=person"):
        with django_assert_num_queries(5):
            client.get(path)


def test_directory_has_small_photos_that_load_lazily(client):
    make_person(photo=make_picture())

    html = client.get("/15/speakers/").text

    assert '<img class="portrait" src="/15/speakers/ana-lima/thumbnail?v=' in html
    assert 'width="56" height="56" alt="" loading="lazy"' in html


def test_changed_photo_shows_in_the_directory_within_a_second(
    client, settings, time_machine
):
    settings.KEPT_SECONDS = 1
    time_machine.move_to("2026-11-24T10:00:00Z", tick=False)
    speaker = make_person()
    assert "<img" not in client.get("/15/speakers/").text
    speaker.photo = make_picture()
    speaker.save()

    time_machine.shift(1)

    assert "<img" in client.get("/15/speakers/").text
    keeper.clear()


# The photo.

PHOTO = "/15/speakers/ana-lima/photo"


def test_photo_is_shown_within_the_page_and_runs_nothing(client):
    make_person(photo=make_picture())

    response = client.get(PHOTO)

    assert colour_of(response.getvalue()) == colour_of(make_picture().read())
    assert response["Content-Type"] in {"image/png", "image/jpeg"}
    name = response["Content-Disposition"].rpartition(".")[0]
    assert name == 'inline; filename="ana-lima'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "public" in response["Cache-Control"]
    again = client.get(PHOTO, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_thumbnail_is_the_small_one_where_there_is_one(client):
    make_person(photo=make_picture())
    small = default_storage.save("small.png", make_picture("red"))
    Speaker.objects.update(thumbnail=small)

    small = client.get(PHOTO.replace("photo", "thumbnail")).getvalue()

    assert colour_of(small) == (255, 0, 0)


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.gif", "x"])
def test_what_is_no_picture_is_only_downloaded(client, name):
    make_person()
    kept = default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
    Speaker.objects.update(photo=kept)

    response = client.get(PHOTO)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_only_people_on_the_released_agenda_have_a_photo(client):
    meeting = make_meeting()
    make_session(meeting)
    speaker = make_speaker("Ana LIMA", photo=make_picture())
    item = make_item(make_session(meeting), released=False)
    role = make_role(item, speaker=speaker, released=False)
    before = client.get(PHOTO).status_code
    make_release(meeting)
    during = client.get(PHOTO).status_code
    role.delete()
    Release.objects.make(meeting)
    after = client.get(PHOTO).status_code

    assert (before, during, after) == (404, 200, 404)


def test_photo_is_not_given_at_a_hidden_meeting_or_another(client):
    make_person(photo=make_picture())
    make_session(make_meeting())
    assert client.get(PHOTO.replace("15", "16")).status_code == 404
    Meeting.objects.update(is_published=False)

    assert client.get(PHOTO).status_code == 404


def test_photo_whose_file_is_lost_is_not_found(client):
    speaker = make_person(photo=make_picture())
    speaker.photo.storage.delete(speaker.photo.name)

    assert client.get(PHOTO).status_code == 404


def test_photo_is_found_by_the_address_that_readers_know(client):
    speaker = make_person(photo=make_picture())
    speaker.slug = "not-released"
    speaker.save()

    found = client.get(PHOTO)
    assert found.status_code == 200
    assert "not-released" not in str(found.headers)
    assert client.get(PHOTO.replace("ana-lima", "not-released")).status_code == 404


def test_address_of_the_photo_changes_with_it_and_says_no_file_name(client):
    speaker = make_person(photo=make_picture())
    before = client.get("/15/speakers/ana-lima/").context["photo"]
    speaker.photo = make_picture("red")
    speaker.save()
    after = client.get("/15/speakers/ana-lima/").context["photo"]

    assert before != after
    stem = speaker.photo.name.rpartition("/")[2].partition(".")[0]
    assert after.partition("=")[2] not in stem


def test_documents_can_be_cited_with_their_languages_on_one_line(client):
    speaker = make_person()
    presentation = speaker.roles.get().presentation
    for language in ("en", "fr"):
        make_material(
            presentation=presentation,
            meeting=presentation.meeting,
            kind="paper",
            title="Numbers",
            language=language,
        )

    html = client.get("/15/speakers/ana-lima/").text

    assert html.count('class="opens"') == 1
    assert 'hreflang="fr"' in html
    assert html.count("Ana Lima, “Numbers”, paper presented at the") == 1


def test_a_long_biography_does_not_hide_what_they_do_here(client):
    make_person(biography="One.\n\nTwo.\n\nThree.")
    assert 'href="#appearances"' in client.get("/15/speakers/ana-lima/").text
