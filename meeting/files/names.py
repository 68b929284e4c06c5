"""The names of files: clean, and such as nobody can guess."""

import re
from pathlib import PurePosixPath
from uuid import uuid4

from meeting.words import one_line

# Where files lie that a row names; what no row names there is an orphan.
FOLDERS = [
    "answers",
    "imports",
    "materials",
    "photos",
    "submissions",
    "thumbnails",
    "uploads",
]
# As long as a column keeps, and any disk takes: there a letter may be of four bytes.
MOST_LETTERS, MOST_BYTES = 150, 240
# What Windows keeps for its own devices, with any ending, and spaces before that.
DEVICE = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$) *(\..*)?",
    re.IGNORECASE,
)


def clean_name(name: str, otherwise: str = "document") -> str:
    """Without folders, and without signs that would show another ending."""
    name = PurePosixPath(one_line(name).replace("\\", "/")).name.strip(". ")
    end = name[-MOST_LETTERS:].encode()[-MOST_BYTES:].decode(errors="ignore")
    return end.strip(". ") or otherwise


def stored_name(folder: str, name: str) -> str:
    """Where a file is kept: a name of its own, with the ending of `name`."""
    return f"{folder}/{uuid4().hex}{PurePosixPath(name).suffix.lower()}"
