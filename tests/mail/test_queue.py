"""The queue of files that is the broker where there is no Redis."""

import json

from kombu import Connection


class Looks:
    """Says what stands in the queue's folder while the message is being written."""

    def __init__(self, folder):
        self.folder, self.seen = folder, None

    def __json__(self):
        self.seen = list(self.folder.glob("*.work.msg"))
        return "looked"


def test_a_message_is_seen_only_once_it_is_whole(tmp_path):
    folders = dict.fromkeys(["data_folder_in", "data_folder_out"], str(tmp_path))
    looks = Looks(tmp_path)

    with Connection("filesystem://", transport_options=folders) as broker:
        broker.channel()._put("work", {"body": looks})

    (file,) = tmp_path.glob("*.work.msg")
    assert looks.seen == []
    assert json.loads(file.read_text()) == {"body": "looked"}
    assert list(tmp_path.iterdir()) == [file]
