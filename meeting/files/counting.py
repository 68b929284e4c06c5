"""Run as a program of its own: prints how many pages the PDF on its input has.

A PDF can be made so that whoever reads it is kept busy for ever, or fills the memory.
Here both have an end, which is no harm to anybody.
"""

import resource
import sys
from contextlib import suppress

from pypdf import PdfReader

SECONDS = 3
MEMORY = 160 * 1024**2


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(ValueError, OSError):  # There are systems that cannot.
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(len(PdfReader(sys.stdin.buffer).pages))


if __name__ == "__main__":
    main()
