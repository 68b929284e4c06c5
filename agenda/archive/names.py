"""Under which names a copy keeps what it has."""

import re
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import urlencode

from agenda.archive.addresses import Address, Bounds
from meeting.files.names import DEVICE

INDEX = "index.html"
# What no folder of any system takes, be it the archive's own.
REFUSED = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')
MOST_BYTES = 200
# Of what has none in its address.
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class FileNames:
    """Gives each address a file of its own, the same whenever it is asked."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._taken: set[str] = set()

    def take(self, address: Address, kind: str) -> PurePosixPath:
        """A file that no other has, also where capitals count for nothing."""
        wanted = self._wanted(address)
        if not wanted.suffix:
            wanted = wanted.with_suffix(ENDINGS.get(kind, ""))
        name, number = wanted, 1
        while str(name).casefold() in self._taken:
            number += 1
            name = wanted.with_stem(f"{wanted.stem}-{number}")
        self._taken.add(str(name).casefold())
        return name

    def _wanted(self, address: Address) -> PurePosixPath:
        path, home = address.path, self._bounds.home.path
        if path.startswith(self._bounds.static):
            path = f"static/{path.removeprefix(self._bounds.static)}"
        *folders, last = path.removeprefix(home).split("/")
        file = PurePosixPath(*map(safe_name, folders), safe_name(last or INDEX))
        if address.query:
            asked = safe_name(re.sub(r"\W+", "-", urlencode(address.query)))
            file = file.with_stem(f"{file.stem}-{asked}")
        return file


def safe_name(name: str) -> str:
    """A name that every system takes, and that leads to no other folder."""
    name = REFUSED.sub("_", normalize("NFC", name)).strip(" .")
    if not name or DEVICE.fullmatch(name):
        name = f"_{name}"
    if len(name.encode()) <= MOST_BYTES:
        return name
    # Of two that are long, the beginnings may be the same.
    digest = sha256(name.encode()).hexdigest()[:8]
    ending = PurePosixPath(name).suffix[:10]
    begun = name.encode()[: MOST_BYTES - 50].decode(errors="ignore")
    return f"{begun}-{digest}{ending}"
