"""An S3 server that can be stopped, and has what it had once it is started again."""

from typing import Any, Self

import boto3
from moto.server import ThreadedMotoServer

from tests.parts.waiting import free_port

KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


class S3:
    """With an empty bucket, which `url` names."""

    def __init__(self) -> None:
        self.port = free_port()

    def __enter__(self) -> Self:
        self.start()
        region = {"endpoint_url": self.endpoint, "region_name": "us-east-1"}
        resource = boto3.resource("s3", **region, **KEYS)
        resource.create_bucket(Bucket="papers")
        self.bucket = resource.Bucket("papers")
        # The servers of one process share what they keep.
        self.bucket.objects.all().delete()
        return self

    def __exit__(self, *error: object) -> None:
        self.bucket.objects.all().delete()
        self.stop()

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def objects(self) -> list[Any]:
        return list(self.bucket.objects.all())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"s3://key:secret@papers?region=us-east-1&endpoint={self.endpoint}"
