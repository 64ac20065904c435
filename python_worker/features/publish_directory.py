"""A directory that appears whole, or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import WorkerError, invalid_argument
from ..is_alive import is_alive
from ..protocol.error_codes import ErrorCode
from ..safetensors_file import reason_of

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def publish_directory(path: str) -> Iterator[Path]:
    """A new directory to fill; it gets its name when the block ends well, and goes away when it does not.

    What a killed process of this host left beside it is removed. Raises INVALID_ARGUMENT when `path` exists or cannot
    be written, UNAVAILABLE when the disk is full.
    """
    target = Path(path).absolute()
    check_place(path)
    temporary = target.parent / f"{_mark()}{os.getpid()}.{uuid.uuid4().hex[:8]}.partial"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(target.parent)
        temporary.mkdir()
        yield temporary
        _refuse_existing(path)
        temporary.rename(target)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    sync(target.parent)


def check_place(path: str) -> None:
    """Raises INVALID_ARGUMENT when something stands at `path` or nothing can be made there; changes nothing."""
    _refuse_existing(path)
    parents = Path(path).absolute().parents
    nearest = next(parent for parent in parents if parent.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise invalid_argument(f"Cannot write '{path}': '{nearest}' takes no new files, a writable place is needed")


def sync(path: Path) -> None:
    """Makes a file or a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mark() -> str:
    """Processes of other hosts may write to the same disk, and their numbers mean nothing here."""
    return f".{socket.gethostname()}."


def _remove_left_over(folder: Path) -> None:
    ours = re.compile(re.escape(_mark()) + r"(\d+)\.[0-9a-f]{8}\.partial")
    for entry in os.listdir(folder):
        left = ours.fullmatch(entry)
        if left is not None and not is_alive(int(left[1])):
            shutil.rmtree(folder / entry, ignore_errors=True)


def _refuse_existing(path: str) -> None:
    if os.path.lexists(path):
        raise invalid_argument(f"Cannot write '{path}': it already exists, a new path is needed")


def unwritable(path: str, error: OSError) -> WorkerError:
    """The error of a failed write: UNAVAILABLE when the disk is full, else INVALID_ARGUMENT."""
    full = error.errno in _FULL
    code, needed = (
        (ErrorCode.UNAVAILABLE, "a place with more room") if full else (ErrorCode.INVALID_ARGUMENT, "a writable place")
    )
    return WorkerError(code, f"Cannot write '{path}': {reason_of(error)}, {needed} is needed")
