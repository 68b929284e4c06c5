"""Files in a bucket, by the same code as files in a folder."""

import time
from datetime import timedelta
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen
from zipfile import ZipFile

import boto3
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image

from agenda.giving.views import address_for_participant
from meeting import environment as env
from meeting.files.bucket import BucketStorage
from meeting.files.signed import LASTS
from meeting.files.sweeping import sweep
from registration.documents import reader_of
from tests.making import (
    PDF,
    make_material,
    make_meeting,
    make_picture,
    make_registration,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(monkeypatch, settings, tmp_path):
    """An empty bucket, which STORAGE_URL names."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    access = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **access)
    s3.create_bucket(Bucket="papers")
    query = f"region=us-east-1&endpoint={endpoint}"
    monkeypatch.setenv("STORAGE_URL", f"s3://key:secret@papers?{query}")
    settings.STORAGES = settings.STORAGES | {"default": env.storage(tmp_path)}
    yield s3.Bucket("papers")
    server.stop()


def test_a_material_goes_into_the_bucket_and_comes_out_again(bucket, client):
    material = make_material(make_meeting(), file=PDF, filename="Paper by Ana.pdf")

    (stored,) = bucket.objects.all()
    assert stored.key == material.file.name
    assert "Ana" not in stored.key
    with default_storage.open(material.file.name) as file:
        assert file.read() == PDF

    response = client.get(material.get_absolute_url())
    assert response.status_code == 302
    assert response["Cache-Control"] == "private, no-store"
    with urlopen(response.url) as given:
        assert given.read() == PDF
        name = 'attachment; filename="Paper by Ana.pdf"'
        assert given.headers["Content-Disposition"] == name
        assert given.headers["Content-Type"] == "application/pdf"


def test_a_bucket_opens_a_file_for_five_minutes(bucket, client):
    material = make_material(make_meeting(), file=PDF)

    query = parse_qs(urlsplit(client.get(material.href).url).query)

    lasts = query.get("X-Amz-Expires") or [int(query["Expires"][0]) - time.time()]
    assert 290 < float(lasts[0]) <= 300


def test_a_bucket_gives_parts(bucket, client):
    material = make_material(make_meeting(), file=PDF)

    part = Request(client.get(material.href).url, headers={"Range": "bytes=0-4"})

    with urlopen(part) as given:
        assert (given.status, given.read()) == (206, PDF[:5])


def test_a_download_begun_in_time_goes_on_by_the_name_that_the_bucket_gave(
    bucket, client
):
    material = make_material(make_meeting(), file=PDF, visibility="participants")
    person = make_registration(material.meeting, status="confirmed")
    address = address_for_participant(material, reader_of(person))
    with urlopen(client.get(address).url) as given:
        etag = given.headers["ETag"]

    def go_on(known):
        headers = {"range": "bytes=5-", "if-range": known}
        with time_machine.travel(timezone.now() + LASTS + timedelta(seconds=1)):
            return client.get(address, headers=headers).status_code

    assert go_on(etag) == 302
    assert go_on('"other"') == 410


def test_what_another_sweep_has_taken_does_not_end_this_one(bucket, monkeypatch):
    for name in ("materials/a.pdf", "materials/b.pdf"):
        default_storage.save(name, ContentFile(PDF))

    def listed_before(_storage, folder):
        """What was there when this sweep looked."""
        return [], ["gone.pdf", "a.pdf", "b.pdf"] if folder == "materials" else []

    monkeypatch.setattr(BucketStorage, "listdir", listed_before)
    later = timezone.now() + timedelta(days=2)

    assert sweep(later) == ["materials/a.pdf", "materials/b.pdf"]
    kept = {each.key for each in bucket.objects.all()}
    assert not kept & {"materials/a.pdf", "materials/b.pdf"}


def test_head_is_answered_here(bucket, client):
    material = make_material(make_meeting(), file=PDF)

    response = client.head(material.href)

    assert (response.status_code, response["Content-Length"]) == (200, str(len(PDF)))


def test_pictures_within_pages_come_from_our_own_origin(bucket, client):
    picture = make_picture().read()
    material = make_material(make_meeting(), file=picture, filename="room.png")

    response = client.get(f"/15/documents/{material.pk}/thumbnail")

    assert Image.open(BytesIO(response.getvalue())).size == (40, 40)
    assert response["Content-Type"].startswith("image/")
    material.thumbnail.storage.delete(material.thumbnail.name)
    assert client.get(f"/15/documents/{material.pk}/thumbnail").status_code == 404


def test_zip_comes_out_of_the_bucket(bucket, client):
    meeting = make_meeting()
    make_material(meeting, file=PDF, title="Here")
    gone = make_material(meeting, file=PDF, title="Gone")
    gone.file.storage.delete(gone.file.name)

    response = client.get("/15/documents.zip")

    content = response.getvalue()
    assert response["Content-Length"] == str(len(content))
    with ZipFile(BytesIO(content)) as whole:
        assert whole.namelist() == ["Here.pdf", "Missing files.txt"]
        assert whole.read("Here.pdf") == PDF


def test_a_file_in_the_bucket_is_nobody_elses_to_read(bucket):
    material = make_material(make_meeting(), file=PDF)

    grants = bucket.Object(material.file.name).Acl().grants
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert "URI" not in grants[0]["Grantee"]
    assert "Signature=" in material.file.url


def test_a_copy_for_the_archive_has_what_is_in_the_bucket_and_says_what_is_not(
    bucket, tmp_path
):
    meeting = make_meeting()
    here, gone = (
        make_material(meeting, file=PDF, filename=f"{name}.pdf", title=name)
        for name in ("here", "gone")
    )
    bucket.Object(gone.file.name).delete()

    with pytest.raises(CommandError) as failed:
        call_command(
            "export_site",
            "15",
            to=tmp_path / "copy",
            stdout=StringIO(),
            stderr=StringIO(),
        )

    assert f"documents/{gone.pk}/gone.pdf is linked to and missing" in str(failed.value)
    assert len(str(failed.value).splitlines()) == 1
    files = list((tmp_path / "copy").rglob("*.pdf"))
    assert [file.read_bytes() for file in files] == [PDF]
    assert files[0].parent.name == str(here.pk)
