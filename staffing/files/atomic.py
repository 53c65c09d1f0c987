"""Files and folders written whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place, on disk, once the block ends well.

    A crash, a full disk or an error in the block leaves the old file as it was. A link stays, what it points to is
    replaced; a pipe or a device has no place to be taken and is written itself.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path = path.resolve() if path.is_symlink() else path
    with half_made(path) as temporary:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)


def write_texts(files: Mapping[Path, str]) -> None:
    """Write text files in UTF-8: none takes its place before all are written."""
    with contextlib.ExitStack() as parts:
        for path, text in files.items():
            parts.enter_context(replacing(path)).write_text(text, "utf-8")


def copy_folder(folder: Path, into: Path) -> None:
    """Copy a folder to a new place, whole or not at all. Raises OSError, so where a folder that holds anything is."""
    with half_made(into, folder=True) as half:
        for found in sorted(folder.rglob("*")):  # copytree would hide what the system refused
            to = half / found.relative_to(folder)
            if found.is_dir():
                to.mkdir()
            else:
                shutil.copyfile(found, to)
        half.rename(into)


@contextmanager
def half_made(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A new hidden file (or ``folder``) beside ``path``, gone when the block ends unless it was renamed.

    It is held by a lock, which the system lets go when the process dies: what killed processes left of the same
    ``path`` is known by it and taken away first, and nobody's work under way is.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}.part"):
        held = _held(left)
        if held is not None:
            _take_away(left)
            os.close(held)
    part, held = _begun(path, folder)
    try:
        yield part
    except OSError as error:
        if error.filename in (None, str(part)):
            error.filename = str(path)
        raise
    finally:
        _take_away(part)
        if held is not None:
            os.close(held)


def _begun(path: Path, folder: bool) -> tuple[Path, int | None]:
    """The part and its lock, None where the system has none; another, should it be swept before it is locked."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        if folder:
            part.mkdir()
        else:
            part.touch(exist_ok=False)
        held = _held(part)
        if part.exists():
            return part, held
        if held is not None:
            os.close(held)


def _held(part: Path) -> int | None:
    """An open handle that alone holds ``part``; None when a living process does, or nothing can be locked here."""
    if sys.platform == "win32":
        return None
    import fcntl

    handle = -1
    try:
        handle = os.open(part, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle >= 0:
            os.close(handle)
        return None
    return handle


def _take_away(part: Path) -> None:
    """Remove a file or a folder, if it is still there."""
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            part.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the system lets folders be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
