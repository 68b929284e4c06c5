"""Files in a bucket, by the same code as files in a folder."""

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from meeting import environment as env
from tests.making import PDF, make_material, make_meeting

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
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="Paper by Ana.pdf"'


def test_a_file_in_the_bucket_is_nobody_elses_to_read(bucket):
    material = make_material(make_meeting(), file=PDF)

    grants = bucket.Object(material.file.name).Acl().grants
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert "URI" not in grants[0]["Grantee"]
    assert "Signature=" in material.file.url
