"""A copy appears where it was asked for once it is whole, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# No file of a copy has a time of its own, so that the same files make the same ZIP.
FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
FILE_MODE, FOLDER_MODE = 0o666, 0o777


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder to write in, on the same disk; nothing stays of it in the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(folder: Path, target: Path) -> None:
    folder.chmod(FOLDER_MODE & ~_umask())
    folder.replace(target)


def place_packed(folder: Path, target: Path) -> None:
    packed = folder.with_suffix(".part")
    try:
        with ZipFile(packed, "w") as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    _pack(file, f"{target.stem}/{file.relative_to(folder)}", archive)
        packed.replace(target)
    finally:
        packed.unlink(missing_ok=True)


def _pack(file: Path, name: str, archive: ZipFile) -> None:
    info = ZipInfo(name, FIRST_DAY_OF_ZIP)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = FILE_MODE << 16
    info.file_size = file.stat().st_size
    with file.open("rb") as source, archive.open(info, "w") as to:
        shutil.copyfileobj(source, to)


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
