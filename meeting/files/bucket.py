"""Files in an S3 bucket; needs what requirements-s3.txt names."""

from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from meeting.files.keeping import Keeping
from meeting.files.kinds import type_of

# Seconds, and how often it is tried: in all less than others wait for a row that is
# locked meanwhile.
PATIENCE = Config(
    connect_timeout=3,
    read_timeout=7,
    retries={"mode": "standard", "total_max_attempts": 2},
)
# In one piece: of what broke off in the middle nothing is kept there.
IN_ONE = TransferConfig(multipart_threshold=5 * 1024**3, use_threads=False)


class BucketStorage(Keeping, S3Storage):
    failures = (OSError, Boto3Error, BotoCoreError, ClientError)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_config = self.client_config.merge(PATIENCE)
        self.transfer_config = IN_ONE

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """What the bucket says of a file when it hands it out."""
        own = {"ContentType": type_of(name), "ContentDisposition": "attachment"}
        return super().get_object_parameters(name) | own

    def get_modified_time(self, name: str) -> datetime:
        """Raises FileNotFoundError, as of a folder, where there is none any longer."""
        try:
            return super().get_modified_time(name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise

    def etag_of(self, name: str) -> str:
        """What the bucket calls this file when it hands it out."""
        return self.bucket.Object(self._normalize_name(name)).e_tag
