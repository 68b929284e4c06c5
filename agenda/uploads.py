"""Where the first migration finds by what files are checked."""

from meeting.files.checking import validate_upload

__all__ = ["validate_upload"]
