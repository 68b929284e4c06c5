"""The embedded broker: kombu's queue of files, with messages that come whole or not yet.

kombu (5.6) creates the file of a message before it writes into it. A worker that takes it
in between reads nothing, cannot decode that, and ends.
"""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        # Older ones come first, by their names.
        name = f"{round(time.monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        # A name with a dot in front belongs to no queue.
        aside = folder / f".{name}"
        aside.write_text(dumps(payload), encoding="utf-8")
        aside.rename(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel


def use() -> None:
    """Have every `filesystem://` of this process be this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
