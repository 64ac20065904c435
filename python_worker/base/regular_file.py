"""Regular files only: reading a pipe or a device may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

# O_NONBLOCK: opening a pipe must not wait for whoever writes into it.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS = ((stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"))


def open_regular(path: str | os.PathLike[str], buffering: int = -1) -> BinaryIO:
    """The file, opened for reading. Raises OSError, whose words are "it is a FIFO" and the like for anything else."""
    descriptor = open_descriptor(path)
    return os.fdopen(descriptor, "rb", buffering=buffering)


def open_descriptor(path: str | os.PathLike[str]) -> int:
    """The descriptor of a file opened for reading. Raises as `open_regular`."""
    descriptor = os.open(path, _FLAGS)
    try:
        _check(os.fstat(descriptor), path)
        return descriptor
    except OSError:
        os.close(descriptor)
        raise


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file. Raises as `open_regular`."""
    with open_regular(path) as file:
        return file.read()


def require_regular(path: Path) -> Path:
    """The path, for readers that open it themselves. Raises as `open_regular`."""
    _check(path.stat(), path)
    return path


def _check(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "a device")
    raise OSError(errno.EINVAL, f"it is {kind}", os.fspath(path))
