"""What pictures are made of, counted before anything opens them.

A picture can be put together of so many parts, each of next to nothing, that whoever
opens it is kept busy for minutes.
"""

import re

# Of a JPEG's segments none has more than 64 KB; photos have some dozens, and most of
# those that are shown bit by bit are drawn in ten scans.
MOST_SEGMENTS, MOST_SCANS = 256, 20
# Programs that write PNG cut the pixels into chunks of 8 KB or more.
MOST_CHUNKS, MOST_BESIDE_PIXELS = 20_000, 8 * 1024**2
JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
SCAN, END = 0xDA, 0xD9
# Not those that stand within the pixels.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
# What says its length after the marker.
WITH_LENGTH = {*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE} - {0xC8}


def count_scans(content: bytes) -> int:
    """How many times the pixels are gone over; raises ValueError on too many parts."""
    if content.startswith(JPEG):
        return _scans_of_jpeg(content)
    if content.startswith(PNG):
        _check_png(content)
    return 1


def _scans_of_jpeg(content: bytes) -> int:
    at, parts, scans = len(JPEG), 0, 0
    while found := MARKER.search(content, at):
        marker, end = found[1][0], found.end()
        # Before the pixels, each byte that is of no segment is looked at one by one.
        parts += 1 if scans else end - at - 1
        scans += marker == SCAN
        if parts > MOST_SEGMENTS or scans > MOST_SCANS:
            raise ValueError(f"{parts} segments, {scans} scans")
        if marker == END and scans:
            break
        has_length = marker in WITH_LENGTH
        at = end + (int.from_bytes(content[end : end + 2]) if has_length else 0)
    return scans


def _check_png(content: bytes) -> None:
    at, chunks, beside = len(PNG), 0, 0
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        chunks += 1
        beside += 0 if kind == b"IDAT" else length
        if chunks > MOST_CHUNKS or beside > MOST_BESIDE_PIXELS:
            raise ValueError(f"{chunks} chunks, {beside} bytes beside the pixels")
        if kind == b"IEND":
            break
        at += 12 + length  # With its length, its kind and its checksum.
