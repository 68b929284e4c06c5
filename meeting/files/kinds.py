"""Which kinds of files are taken, and what each of them is called by machines."""

from pathlib import PurePosixPath

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
KINDS = {
    ".pdf": "application/pdf",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".pptx": f"{OFFICE}.presentationml.presentation",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".odt": f"{OPEN_DOCUMENT}.text",
    ".odp": f"{OPEN_DOCUMENT}.presentation",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
}
PICTURES = [".jpg", ".jpeg", ".png"]


def ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def is_picture(name: str) -> bool:
    return ending(name) in PICTURES


def type_of(name: str) -> str:
    """By its ending alone: what a browser said of a file is nothing to go by."""
    return KINDS.get(ending(name), "application/octet-stream")
