"""Files only this user may read or write, in directories only this user may enter; src/worker/links/remote/private-file.ts does the same."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import BinaryIO

from .left_over import temporary_name

_OTHERS = 0o077
_GREATEST_BYTES = 1 << 20


def read_private(path: str, act: str) -> bytes:
    """The file's bytes. Raises ValueError, in words that begin with `act`, when anybody else may read or write it.

    O_NOFOLLOW: a link may lead to anything. O_NONBLOCK: a pipe must not hold us up.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        found = "it is a symbolic link" if os.path.islink(path) else _reason(error)
        raise ValueError(f"{act}: {found}, a readable file of this user is needed") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{act}: it is not a regular file, one is needed")
        _check_private(status, act, "its", 0o600)
        _check_private(os.stat(os.path.dirname(os.path.abspath(path))), act, "its directory's", 0o700)
        return _content(file, act)


def _content(file: BinaryIO, act: str) -> bytes:
    """On a network file system, one that was replaced meanwhile may be gone."""
    try:
        return file.read(_GREATEST_BYTES)
    except OSError as error:
        raise ValueError(f"{act}: {_reason(error)}, a readable file of this user is needed") from error


def check_private_directory(path: str, act: str) -> None:
    """Raises ValueError, in words that begin with `act`, unless it is a directory that nobody else may enter."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise ValueError(f"{act}: {_reason(error)}, a directory of this user is needed") from error
    if not stat.S_ISDIR(status.st_mode):
        raise ValueError(f"{act}: it is not a directory, one is needed")
    _check_private(status, act, "its", 0o700)


def write_private(path: str, content: bytes) -> None:
    """Writes a whole file (mode 0600): a reader sees the old content or the new one. Raises OSError."""
    temporary = temporary_name(path, "tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.rename(temporary, path)
    except OSError:
        with suppress(OSError):
            os.remove(temporary)
        raise
    _sync_directory(os.path.dirname(os.path.abspath(path)))


def _sync_directory(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_private(status: os.stat_result, act: str, whose: str, needed: int) -> None:
    if status.st_uid != os.getuid():
        raise ValueError(f"{act}: {whose} owner is user {status.st_uid}, user {os.getuid()} is needed")
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        raise ValueError(f"{act}: {whose} mode is {mode & 0o777:04o}, {needed:04o} is needed")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
