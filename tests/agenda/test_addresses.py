import pytest
from django.urls import reverse

from tests.making import (
    make_item,
    make_material,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["opening", "открытие", "مرحبا-1"])
def test_item_address_is_the_one_of_the_route(slug):
    item = make_item(slug=slug)

    assert item.get_absolute_url() == reverse("item", args=["15", slug])


def test_addresses_within_a_page_are_those_of_the_route():
    session = make_session()
    presentation = make_presentation(make_item(session, title="Opening"))

    agenda = reverse("agenda", args=["15"])
    assert session.get_absolute_url() == f"{agenda}#s{session.pk}"
    assert presentation.get_absolute_url() == (
        f"{reverse('item', args=['15', 'opening'])}#p{presentation.pk}"
    )


@pytest.mark.parametrize("filename", ["Report of 2017.pdf", "état, №1 (2)&?#%.pdf"])
def test_material_address_is_the_one_of_the_route(filename):
    material = make_material(file=b"%PDF-1.7 x", filename=filename)

    address = reverse("material", args=["15", material.pk, material.filename])
    assert material.href == address


def test_speakers_address_is_the_one_of_the_route(client):
    speaker = make_speaker("Ana LIMA", slug="ána-lima")
    make_role(make_presentation(), speaker=speaker)

    address = reverse("speaker", args=["15", speaker.slug])
    assert f'href="{address}"' in client.get("/15/agenda/").text
