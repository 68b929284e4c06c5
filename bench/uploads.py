"""A file of 2 GB sent to a form that takes 50 MB, while others read pages.

Run it with `make bench`. One gunicorn, as `manage.py up` starts it; what counts is how
much of the processor and of memory it takes until the form is there again, with the
file refused, and that nobody else waits. It is sent as browsers do, and once more as
only somebody would who wants to keep the server busy.
"""

import statistics
import sys
import time
from threading import Thread
from types import SimpleNamespace

import ground  # isort: skip (sets Django up, so it comes first)
from downloads import SETTINGS
from rates import served, wait_for

from tests.parts.measuring import cpu_seconds, most_memory
from tests.parts.uploading import BOUNDARY, Form, registration_form
from tests.parts.visitor import Visitor

SIZE, MEGABYTE = 2 * 1024**3, 1024**2
# Between two pages that somebody else reads: often enough to meet one that waits.
PAUSE = 0.5
QUIET_PAGES = 20
# What takes longest to be looked for.
DEAREST = "x"
# More than this, in seconds of the processor, in seconds for a page, and in megabytes,
# is a defect.
MOST_SECONDS, LONGEST_PAGE, MOST_MEGABYTES = 5, 2, 150


def worker_of(server: int) -> int:
    """The one that serves: the child of the one that was started."""
    with open(f"/proc/{server}/task/{server}/children") as children:
        return int(children.read().split()[0])


def read_a_page(form: Form) -> float:
    """Seconds until somebody else has the same page."""
    start = time.monotonic()
    Visitor(form.visitor.url).open(form.path)
    return time.monotonic() - start


def send(form: Form, boundary: str) -> tuple[str, float, list[float]]:
    """What was answered, after how long, and how long others waited meanwhile."""
    answers: list[str] = []
    sending = Thread(target=lambda: answers.append(form.send_huge(SIZE, boundary)))
    start, waits = time.monotonic(), []
    sending.start()
    while sending.is_alive():
        sending.join(PAUSE)
        waits.append(read_a_page(form))
    return answers[0], time.monotonic() - start, waits


def is_fine(form: Form, worker: int, boundary: str) -> bool:
    """Whether it is refused, and takes no more than it may; says what it takes."""
    before = cpu_seconds(worker)
    quiet = statistics.median(read_a_page(form) for _each in range(QUIET_PAGES))
    a_page = (cpu_seconds(worker) - before) / QUIET_PAGES
    before, memory = cpu_seconds(worker), most_memory(worker)
    page, seconds, waits = send(form, boundary)
    # Without what the pages of others take.
    cpu = cpu_seconds(worker) - before - len(waits) * a_page
    grown = (most_memory(worker) - memory) / MEGABYTE
    is_refused = "This file is larger than" in page and form.kept in page
    said = "refused, all else kept" if is_refused else "NOT refused"
    middle, longest = statistics.median(waits), max(waits)
    print(f"2 GB: {said}; {cpu:.1f} s of the processor, {seconds:.1f} s by the clock,")
    print(
        f"{grown:.0f} MB more; {len(waits)} pages of others meanwhile: "
        f"{middle * 1000:.0f} ms, at most {longest * 1000:.0f} (else {quiet * 1000:.0f})"
    )
    is_cheap = cpu <= MOST_SECONDS and grown <= MOST_MEGABYTES
    return is_refused and is_cheap and longest <= LONGEST_PAGE


def main() -> int:
    """The exit code: 1 where it takes too much, or is not refused."""
    ground.lay()
    with served(**SETTINGS) as (port, server):
        wait_for(port)
        form = registration_form(SimpleNamespace(url=f"http://127.0.0.1:{port}"))
        read_a_page(form)
        worker = worker_of(server)
        fine = [is_fine(form, worker, each) for each in (BOUNDARY, DEAREST)]
    return int(not all(fine))


if __name__ == "__main__":
    sys.exit(main())
