"""What a process takes; and what it costs, in one of its own, to look at a file."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


def cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def most_memory(pid: int) -> int:
    """In bytes. `resource` would begin with what the parent of the process had."""
    words = Path(f"/proc/{pid}/status").read_text()
    return int(words.partition("VmHWM:")[2].split()[0]) * 1024


class Cost(NamedTuple):
    """What was said of the file, the processor's seconds, and memory at most, in MB."""

    said: str
    seconds: float
    megabytes: float


def cost_of(path: Path, *, makes_pictures: bool = False) -> Cost:
    """To look whether it may be taken, and to make the pictures of it that are kept."""
    run = [sys.executable, "-m", __name__, str(path), *["pictures"][:makes_pictures]]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    return Cost(*json.loads(said))


def measure(path: Path, *, makes_pictures: bool) -> Cost:
    import django

    django.setup()

    from django.core.exceptions import ValidationError
    from django.core.files import File

    from meeting.files.checking import validate_upload
    from meeting.files.images import MATERIAL_SIDE, for_the_web

    before, start, said = most_memory(os.getpid()), time.process_time(), ""
    with path.open("rb") as file:
        try:
            validate_upload(File(file, path.name))
            if makes_pictures:
                for_the_web(File(file, path.name), MATERIAL_SIDE)
        except ValidationError as error:
            said = error.code
    grown = most_memory(os.getpid()) - before
    return Cost(said, time.process_time() - start, grown / 1024**2)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), makes_pictures=len(sys.argv) > 2)))
