from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from agenda.admin.several import title_of
from agenda.models import Material
from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
SEVERAL = "admin:agenda_material_several"
LIST = "admin:agenda_material_changelist"
ADD = "admin:agenda_material_add"


@pytest.fixture
def meeting():
    return make_meeting(timezone="America/New_York")


def upload(name, content=PDF):
    return SimpleUploadedFile(name, content)


def add_several(client, meeting, *files, **fields):
    defaults = {"meeting_pk": meeting.pk, "kind": "paper", "visibility": "public"}
    data = defaults | fields | {"files": files}
    return client.post(reverse(SEVERAL), data)


def act(client, action, *materials, **fields):
    chosen = [each.pk for each in materials]
    data = {"action": action, "_selected_action": chosen} | fields
    return client.post(reverse(LIST), data)


def new_material(meeting, **fields):
    return {"meeting": meeting.pk, "kind": "paper", "visibility": "public"} | fields


def test_several_files_become_materials_of_one_place(client, meeting):
    item = make_item(make_session(meeting))
    first = make_material(meeting, item=item, position=4)
    sign_in(client)

    answer = add_several(
        client,
        meeting,
        upload("Paper_of_Ann.pdf"),
        upload("Water.pdf"),
        place=f"item:{item.pk}",
        language="fr",
        visibility="participants",
        visible_from="2027-02-16T09:30",
        is_contributed="on",
    )

    assert answer.status_code == 302
    added = list(item.materials.exclude(pk=first.pk))
    assert [each.title for each in added] == ["Paper of Ann", "Water"]
    assert [each.position for each in added] == [5, 6]
    facts = {(each.language, each.visibility, each.is_contributed) for each in added}
    assert facts == {("fr", "participants", True)}
    assert added[0].visible_from == datetime(2027, 2, 16, 14, 30, tzinfo=UTC)


def test_of_several_files_none_is_added_where_one_is_refused(client, meeting):
    sign_in(client)

    answer = add_several(
        client,
        meeting,
        upload("good.pdf"),
        upload("page.html", b"<p>"),
        upload("empty.pdf", b""),
        language="fr",
    )

    assert not Material.objects.exists()
    problems = answer.context["form"].errors["files"]
    assert len(problems) == 3
    assert problems[0].startswith("None of the files was added.")
    assert problems[1].startswith("page.html: ")
    assert problems[2].startswith("empty.pdf: ")
    assert '<option value="fr" selected>' in answer.text


def test_without_files_nothing_is_added(client, meeting):
    sign_in(client)

    answer = add_several(client, meeting)

    assert answer.context["form"].has_error("files", "required")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Paper_of_Ann.pdf", "Paper of Ann"),
        ("a.b.pptx", "a.b"),
        ("  المياه .pdf", "المياه"),
        ("x" * 600 + ".pdf", "x" * 500),
    ],
)
def test_a_file_is_titled_by_its_name(name, title):
    assert title_of(name) == title


def test_an_embargo_is_on_the_clock_of_the_meeting(client, meeting):
    sign_in(client)

    client.post(
        reverse(ADD),
        new_material(meeting, visible_from="2027-02-16T09:30", title="To come"),
    )

    material = Material.objects.get()
    assert material.visible_from == datetime(2027, 2, 16, 14, 30, tzinfo=UTC)
    page = client.get(reverse("admin:agenda_material_change", args=[material.pk]))
    assert 'value="2027-02-16T09:30"' in page.text


def test_a_file_and_a_link_at_once_are_refused(client, meeting):
    sign_in(client)

    answer = client.post(
        reverse(ADD),
        new_material(meeting, file=upload("a.pdf"), url="https://example.org/a"),
    )

    form = answer.context["adminform"].form
    assert form.has_error("url", "file_and_link")


def test_a_symbol_alone_is_enough(client, meeting):
    sign_in(client)

    client.post(reverse(ADD), new_material(meeting, symbol="A/RES/70/1"))

    assert Material.objects.get().href == "https://undocs.org/A/RES/70/1"


def test_a_replaced_file_is_listed_among_the_earlier_versions(client, meeting):
    material = make_material(meeting, file=PDF, filename="Draft.pdf", kind="paper")
    sign_in(client)
    address = reverse("admin:agenda_material_change", args=[material.pk])
    assert "the earlier one is kept as a version" in client.get(address).text

    client.post(address, new_material(meeting, file=upload("Final.pdf")))

    page = client.get(address).text
    version = reverse("admin:agenda_version_file", args=[material.versions.get().pk])
    assert f'<li>1. <a href="{version}">Draft.pdf</a>' in page
    assert "bytes, posted " in page
    assert Material.objects.get().filename == "Final.pdf"


@pytest.mark.parametrize(
    ("action", "visibility"),
    [
        ("show_to_all", "public"),
        ("show_to_participants", "participants"),
        ("show_to_staff", "staff"),
    ],
)
def test_who_sees_them_is_changed_at_once(client, meeting, action, visibility):
    materials = [make_material(meeting) for _each in range(2)]
    sign_in(client)

    act(client, action, *materials)

    assert set(Material.objects.values_list("visibility", flat=True)) == {visibility}


def test_several_are_held_back_each_on_its_own_clock(client, meeting):
    nairobi = make_meeting(timezone="Africa/Nairobi")
    first, second = make_material(meeting), make_material(nairobi)
    sign_in(client)
    address = f"{reverse(LIST)}?meeting=all"
    chosen = {"action": "hold_back", "_selected_action": [first.pk, second.pk]}
    assert "Held back until" in client.post(address, chosen).text

    client.post(address, chosen | {"until": "2027-02-16T12:00"})

    hours = Material.objects.order_by("pk").values_list("visible_from", flat=True)
    assert [moment.astimezone(UTC).hour for moment in hours] == [17, 9]


def test_what_is_held_back_is_let_go(client, meeting):
    later = timezone.now() + timedelta(days=1)
    material = make_material(meeting, visible_from=later)
    sign_in(client)

    act(client, "hold_back", material, until="")

    assert Material.objects.get().visible_from is None


def test_materials_are_moved_within_their_place(client, meeting):
    item = make_item(make_session(meeting))
    first, second = (make_material(meeting, item=item) for _each in range(2))
    other = make_material(meeting)
    sign_in(client)

    client.post(reverse("admin:agenda_material_move", args=[second.pk, "up"]))

    assert list(item.materials.all()) == [second, first]
    other.refresh_from_db()
    assert other.position == 0


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client, meeting, django_assert_num_queries
):
    sign_in(client)
    client.get(reverse(LIST))
    make_material(meeting)
    with django_assert_num_queries(10):
        client.get(reverse(LIST))
    item = make_item(make_session(meeting))
    make_material(meeting, item=item)
    make_material(meeting)
    with django_assert_num_queries(10):
        client.get(reverse(LIST))


def test_one_who_may_only_look_adds_nothing(client, meeting):
    material = make_material(meeting)
    sign_in(client, "Organizer")

    assert add_several(client, meeting, upload("a.pdf")).status_code == 403
    act(client, "show_to_staff", material)
    assert Material.objects.get().visibility == "public"


def test_a_file_with_nothing_in_it_is_refused_with_what_to_do(client, meeting):
    sign_in(client)
    empty = {"file": upload("empty.pdf", b"")}

    one = client.post(reverse(ADD), new_material(meeting, **empty))
    several = add_several(client, meeting, upload("empty.pdf", b""))

    for page in (one, several):
        assert "There is nothing in this file. Choose another." in page.text
    assert not Material.objects.exists()


CHANGE = "admin:agenda_material_change"


def test_the_place_is_one_choice_among_those_of_the_meeting(client, meeting):
    item = make_item(make_session(meeting, title="Opening"), title="Water")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"))
    moderator = make_role(item, speaker=make_speaker("Jo SU"), kind="moderator")
    make_item(title="Of another meeting")
    sign_in(client)

    html = client.get(f"{reverse(ADD)}?meeting={meeting.pk}&place=item:{item.pk}").text

    assert f'<option value="item:{item.pk}" selected>\u2003Water</option>' in html
    assert (
        f'value="presentation:{presentation.pk}">\u2003\u2003Ana LIMA: A first look<'
        in html
    )
    assert f'value="role:{moderator.pk}">\u2003\u2003Moderator: Jo SU<' in html
    assert "Of another meeting" not in html


@pytest.mark.parametrize("name", ["session", "item", "presentation", "role", ""])
def test_the_place_is_kept_in_its_own_column(client, meeting, name):
    item = make_item(make_session(meeting))
    presentation = make_presentation(item)
    role = make_role(item, speaker=make_speaker())
    owners = {"session": item.session, "item": item, "role": role}
    owner = owners.get(name, presentation)
    was = item.session if name != "session" else None
    material = make_material(meeting, session=was)
    make_material(meeting, **({name: owner} if name else {}), position=7)
    sign_in(client)
    place = f"{name}:{owner.pk}" if name else ""
    link = {"url": material.url, "title": "Kept"}

    client.post(
        reverse(CHANGE, args=[material.pk]), new_material(meeting, place=place, **link)
    )

    material.refresh_from_db()
    columns = ("session", "item", "presentation", "role")
    kept = {each: getattr(material, each) for each in columns}
    assert kept == dict.fromkeys(columns) | ({name: owner} if name else {})
    assert list(material.beside)[-1] == material


def test_a_place_that_is_gone_is_refused_and_the_rest_stays_typed(client, meeting):
    item = make_item(make_session(meeting))
    sign_in(client)
    place = f"item:{item.pk}"
    item.delete()

    page = client.post(reverse(ADD), new_material(meeting, place=place, title="Kept"))

    assert "not on the programme any more. Choose another." in page.text
    assert 'value="Kept"' in page.text
    assert not Material.objects.exists()


def test_a_place_that_is_not_offered_otherwise_stays(client, meeting):
    """That of a single speaker, for whom the presentation is offered."""
    role = make_role(make_presentation(make_item(make_session(meeting))))
    material = make_material(meeting, role=role)
    sign_in(client)
    address = reverse(CHANGE, args=[material.pk])
    assert f'<option value="role:{role.pk}" selected>' in client.get(address).text

    data = new_material(meeting, place=f"role:{role.pk}", title="New", url="")
    assert client.post(address, data).status_code == 302

    material.refresh_from_db()
    assert (material.role, material.title) == (role, "New")


def test_the_page_of_a_material_asks_the_same_for_many_places(
    client, meeting, django_assert_num_queries
):
    sign_in(client)
    material = make_material(meeting)
    client.get(reverse(CHANGE, args=[material.pk]))
    for _each in range(3):
        item = make_item(make_session(meeting))
        make_role(make_presentation(item), speaker=make_speaker())
        make_role(item, speaker=make_speaker())
    with django_assert_num_queries(14):
        client.get(reverse(CHANGE, args=[material.pk]))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "empty"),
        ({"language": "fr", "note": "For us"}, "empty"),
        ({"title": "Water"}, None),
        ({"url": "https://example.org/a"}, None),
    ],
)
def test_what_is_to_come_has_a_title_at_least(client, meeting, said, code):
    sign_in(client)

    answer = client.post(reverse(ADD), new_material(meeting, **said))

    if code:
        assert answer.context["adminform"].form.has_error("title", code)
        assert "or a title, if the rest is to come" in answer.text
    assert Material.objects.exists() == (code is None)


def test_one_of_a_programme_file_without_a_title_can_be_changed(client, meeting):
    material = make_material(meeting, title="", url="")
    sign_in(client)
    data = new_material(meeting, visibility="staff")

    client.post(reverse(CHANGE, args=[material.pk]), data)

    material.refresh_from_db()
    assert material.visibility == "staff"


def test_several_files_are_offered_by_kind_and_refused_by_size_at_once(client, meeting):
    sign_in(client)

    html = client.get(reverse(SEVERAL)).text

    field = html.partition('name="files"')[2].partition(">")[0]
    assert 'accept=".pdf,' in field
    assert "data-most-bytes=" in field


def test_slides_are_found_under_their_name(client, meeting):
    make_material(meeting, title="Deck", kind="presentation")
    make_material(meeting, title="Report", kind="report")
    sign_in(client)

    html = client.get(reverse(LIST), {"kind": "presentation"}).text

    assert '<td class="field-kind_in_words">Slides</td>' in html
    assert "Report</a></th>" not in html


def test_what_was_done_is_told_in_words(client, meeting):
    item = make_item(make_session(meeting))
    material = make_material(meeting, file=PDF, filename="Draft.pdf", kind="paper")
    sign_in(client)
    kept = {"title": "Numbers", "kind": "presentation", "visibility": "staff"}
    more = {"place": f"item:{item.pk}", "file": upload("Final.pdf", PDF + b"2")}
    data = new_material(meeting, **kept, **more)
    client.post(reverse(CHANGE, args=[material.pk]), data)

    html = client.get(reverse("admin:agenda_material_history", args=[material.pk])).text

    told = html.partition('<ol class="trail"')[2].partition("</ol>")[0]
    for sentence in (
        "Added, with the file Draft.pdf",
        "Another file: Final.pdf",
        "Moved to another place",
        "Kind: Paper → Slides",
        "Title: A paper → Numbers",
        "Visible to: everybody → staff only",
    ):
        assert sentence in told
    for word in ("sha256", "materials/", "thumbnail", "None", "filename"):
        assert word not in told
