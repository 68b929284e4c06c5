"""The elements of an XML part, one after the other: within limits, and never as a tree."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

# Of one file, with names of elements and attributes: 200 pages full of tables.
MOST_BYTES, MOST_NAMES = 16 * 1024**2, 600_000
# So deep, and so large, is nothing that an office program writes.
MOST_DEPTH, MOST_OF_ONE = 1_000, 1024**2
CHUNK = 256 * 1024

Attributes = dict[str, str]


class TooMuchError(Exception):
    """There is more in it than we look through."""


class Elements:
    """Goes through XML; what all parts of one file may take together is counted here.

    Names are told without their prefix, which whoever writes a file may choose.
    """

    def __init__(self, on_element: Callable[[str, Attributes], None]) -> None:
        self.on_element = on_element
        self.bytes_left, self.names_left = MOST_BYTES, MOST_NAMES
        self.depth = 0

    def read(self, part: IO[bytes]) -> None:
        """Raises TooMuchError, or ValueError where it is no XML as it should be."""
        parser = self._parser()
        fed = 0
        try:
            while chunk := part.read(CHUNK):
                fed += len(chunk)
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise TooMuchError
                parser.Parse(chunk)
                # One tag that never ends would be held, and gone over again and again.
                if fed - parser.CurrentByteIndex > MOST_OF_ONE:
                    raise TooMuchError
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        self.depth = 0
        # Entities can blow up, and fetch; the formats of office files know none.
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def _start(self, name: str, attributes: Attributes) -> None:
        self.names_left -= 1 + len(attributes)
        self.depth += 1
        if self.names_left < 0 or self.depth > MOST_DEPTH:
            raise TooMuchError
        self.on_element(without_prefix(name), attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1


def without_prefix(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_doctype(*said: object) -> None:
    raise ValueError("a document type")
