from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from agenda.admin.several import title_of
from agenda.models import Material
from tests.making import PDF, make_item, make_material, make_meeting, make_session
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
        reverse(ADD), new_material(meeting, visible_from="2027-02-16T09:30", url="")
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
