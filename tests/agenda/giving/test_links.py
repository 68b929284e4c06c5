"""Where the ZIPs are found, with what they weigh."""

import pytest

from tests.making import make_item, make_material

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["documents/", "sessions/{}/"])
def test_pages_lead_to_the_zip_and_say_its_size(client, page):
    item = make_item()
    for _each in range(2):
        make_material(item.meeting, item=item, file=b"x" * 1024)

    html = client.get("/15/" + page.format(item.session.pk)).text

    address = page.format(item.session.pk).removesuffix("documents/")
    assert f'href="/15/{address}documents.zip"' in html
    assert "Download all 2 documents (ZIP, 2.0\xa0KB)" in html


def test_one_file_needs_no_zip(client):
    item = make_item()
    make_material(item.meeting, item=item, file=b"x")

    assert "documents.zip" not in client.get("/15/documents/").text
    assert "documents.zip" not in client.get(f"/15/sessions/{item.session.pk}/").text
