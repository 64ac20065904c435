"""A directory that appears whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..protocol.error_codes import ErrorCode
from .errors import WorkerError, invalid_argument
from .left_over import remove_left_over, temporary_name
from .unwritable import unwritable


@contextmanager
def publish_directory(path: str) -> Iterator[Path]:
    """A new directory to fill; it gets its name when the block ends well, and goes away when it does not.

    What processes that are gone left beside it is removed. Raises INVALID_ARGUMENT when `path` exists,
    UNWRITABLE when it cannot be written.
    """
    target = Path(path).absolute()
    check_place(path)
    temporary = target.parent / temporary_name("", "partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_left_over(target.parent)
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
    """Raises INVALID_ARGUMENT when something stands at `path`, UNWRITABLE when nothing can be made there; changes nothing."""
    _refuse_existing(path)
    parents = Path(path).absolute().parents
    nearest = next(parent for parent in parents if parent.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        found = f"'{nearest}' takes no new files; a writable place is needed"
        raise WorkerError(ErrorCode.UNWRITABLE, f"Cannot write '{path}': {found}")


def sync(path: Path) -> None:
    """Makes a file or a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_existing(path: str) -> None:
    if os.path.lexists(path):
        raise invalid_argument(f"Cannot write '{path}': it already exists, a new path is needed")


