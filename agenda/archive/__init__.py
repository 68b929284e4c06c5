"""A static copy of a meeting, for the archive: files that open without a server."""
