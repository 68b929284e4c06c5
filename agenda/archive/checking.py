"""Whether a copy is whole: every link of its own leads to a file that it has."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from agenda.archive import pages


def broken_links(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file, with a link in it that leads to none."""
    folder = folder.resolve()
    for file in sorted(folder.rglob("*")):
        for link in _links_in(file):
            if not _is_whole(link, file, folder):
                yield str(file.relative_to(folder)), link


def _links_in(file: Path) -> Iterator[str]:
    if file.suffix == ".html":
        for *_where, link in pages.links_of(pages.parse(file.read_bytes())):
            yield link
    elif file.suffix == ".css":
        for match in pages.CSS_LINK.finditer(file.read_text("utf-8")):
            yield match[3]


def _is_whole(link: str, file: Path, folder: Path) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return True  # No address at all, as somebody has typed it.
    if parts.scheme or parts.netloc:
        return True  # It leads elsewhere.
    target = (file.parent / unquote(parts.path)).resolve()
    return target.is_relative_to(folder) and target.is_file()
