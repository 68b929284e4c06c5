"""Downloads by a real web server: slow ones, large ones, and parts of them."""

import socket
from http.client import HTTPConnection
from itertools import pairwise
from urllib.request import Request, urlopen

import pytest
from django.core.files.storage import default_storage

from agenda.models import Material
from registration.models import Registration
from tests.making import make_material, make_meeting
from tests.parts.plenary import Plenary
from tests.parts.registering import register

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024**2
# More than work at a time, and fewer than there are threads.
READERS = 40
DECK = b"%PDF-1.7\n" + bytes(20 * MEGABYTE)


@pytest.fixture
def site(tmp_path):
    with Plenary(tmp_path, STORAGE_URL=f"file://{default_storage.location}") as plenary:
        plenary.start("web")
        yield plenary


def open_and_read_nothing(site, path):
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", site.port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert reader.recv(15) == b"HTTP/1.1 200 OK"
    return reader


def test_slow_readers_do_not_keep_others_from_registering(site):
    meeting = make_meeting()
    slides = make_material(meeting, file=DECK)
    readers = [open_and_read_nothing(site, slides.href) for _each in range(READERS)]

    taken = register(site, meeting, "ana@example.org")

    assert Registration.objects.count() == 1
    assert taken < 10
    for reader in readers:
        reader.close()


def test_a_broken_download_goes_on_where_it_broke_off(site):
    slides = make_material(make_meeting(), file=DECK)
    address = site.url + slides.href
    with urlopen(address) as whole:
        begun, etag = whole.read(1000), whole.headers["ETag"]

    headers = {"Range": "bytes=1000-", "If-Range": etag}
    with urlopen(Request(address, headers=headers)) as rest:
        assert rest.status == 206
        assert begun + rest.read() == DECK


def test_one_connection_gives_one_file_after_another(site):
    slides = make_material(make_meeting(), file=b"0123456789")
    connection = HTTPConnection("127.0.0.1", site.port)

    for first, last in pairwise((0, 3, 7)):
        asked = {"Range": f"bytes={first}-{last}"}
        connection.request("GET", slides.href, headers=asked)
        assert connection.getresponse().read() == b"0123456789"[first : last + 1]
    connection.request("HEAD", slides.href)
    assert connection.getresponse().read() == b""
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200


def test_a_large_zip_takes_little_memory(site):
    meeting = make_meeting()
    one = make_material(meeting, file=DECK)
    names = ("meeting", "file", "filename", "size")
    same = {name: getattr(one, name) for name in names}
    Material.objects.bulk_create(Material(title=f"T{n}", **same) for n in range(19))
    address = f"{site.url}/15/documents.zip"
    # With all loaded that any first request loads.
    urlopen(Request(address, method="HEAD")).close()
    before, most, read = memory_of(site), 0, 0

    with urlopen(address) as answer:
        while chunk := answer.read(MEGABYTE):
            read += len(chunk)
            most = max(most, memory_of(site))

    assert read > 400 * MEGABYTE
    assert most - before < 20 * MEGABYTE


def memory_of(site):
    """Of the process that serves: the child of the one that was started."""
    started = site.processes["web"].pid
    with open(f"/proc/{started}/task/{started}/children") as children:
        child = children.read().split()[0]
    with open(f"/proc/{child}/statm") as pages:
        return int(pages.read().split()[1]) * 4096
