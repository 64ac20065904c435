"""Directories that belong to a living process: their file `lock` is locked (flock) for as long as it lives.

The kernel keeps the lock, so it ends with the process however that ends, and it is seen through every mount and from
every PID namespace that shares the directory.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time

from .owner import MARK, owner_state

_LOCK = "lock"
_MARKED = re.compile(rf"balpm-({MARK})-[0-9a-f-]{{36}}(?:\.making)?$")
_MAKING = ".making"
_CONTENT = (".tensor", ".partial")
_YOUNG_SECONDS = 60.0


def make_locked_directory(path: str) -> int:
    """Makes a directory for this user alone and gives the descriptor that holds its lock.

    It appears under its name when it is locked. Raises OSError.
    """
    making = path + _MAKING
    os.mkdir(making, 0o700)
    lock = os.open(os.path.join(making, _LOCK), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(making, path)
    except OSError:
        os.close(lock)
        shutil.rmtree(making, ignore_errors=True)
        raise
    return lock


def remove_deserted(parent: str, prefix: str) -> None:
    """Removes directories of this user whose names begin with `prefix` and whose owner is gone; others are left alone."""
    try:
        entries = list(os.scandir(parent))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(prefix) and _is_own_directory(entry):
            _remove_if_deserted(entry.path)


def _is_own_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:
        return False


def _remove_if_deserted(path: str) -> None:
    try:
        if _is_young(path) and not _is_orphan(path):
            return  # not locked yet, or its orchestrator still reads what the worker left there
        lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        _remove(path)  # its removal was interrupted
        return
    except OSError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    except OSError:
        pass  # its owner lives, or nobody can tell
    finally:
        os.close(lock)


def _remove(path: str) -> None:
    """Removes what may be in such a directory, and the directory if nothing else is."""
    try:
        names = os.listdir(path)
        for name in [name for name in names if name.endswith(_CONTENT)] + [name for name in names if name == _LOCK]:
            os.unlink(os.path.join(path, name))
        os.rmdir(path)
    except OSError:
        pass  # it is somebody's after all, or somebody else is removing it


def _is_orphan(path: str) -> bool:
    """Whether the orchestrator that its name tells of is certainly gone, so that nobody reads what lies there."""
    mark = _MARKED.search(path)
    return mark is not None and owner_state(mark[1]) == "gone"


def _is_young(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime < _YOUNG_SECONDS
    except OSError:
        return True
