"""What processes that are gone were writing; src/base/files/temporary-files.ts has the same rules."""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
import uuid
from pathlib import Path

from .is_alive import is_alive
from .owner import MARK, own_mark, owner_state

_MARKED = re.compile(rf".*\.({MARK})\.[0-9a-f]{{8}}\.(?:tmp|partial)", re.DOTALL)
# As releases before the marks named them.
_NUMBERED = re.compile(r"(?P<begin>.*)\.(?P<pid>\d+)\.[0-9a-f]{8}\.(?:tmp|partial)", re.DOTALL)
_DAY_SECONDS = 86_400
_swept: set[Path] = set()


def temporary_name(name: str, ending: str) -> str:
    """A name nobody else uses, which tells the process it belongs to; `ending` is tmp or partial."""
    return f"{name}.{socket.gethostname()}.{own_mark()}.{uuid.uuid4().hex[:8]}.{ending}"


def remove_left_over(folder: Path) -> None:
    """Removes what processes that are gone were writing in a folder; a missing folder is an empty one.

    Where nobody can tell (another host, another container) that is what nobody has changed for a day.
    """
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if _is_left_over(folder / name):
            _remove(folder / name)


def remove_left_over_once(folder: Path) -> None:
    """The same, the first time that this process writes into a folder."""
    if folder not in _swept:
        _swept.add(folder)
        remove_left_over(folder)


def _is_left_over(path: Path) -> bool:
    marked = _MARKED.fullmatch(path.name)
    if marked is not None:
        state = owner_state(marked[1])
        return state == "gone" or (state == "unknown" and _is_deserted(path))
    numbered = _NUMBERED.fullmatch(path.name)
    if numbered is None:
        return False
    is_of_this_host = numbered["begin"].endswith(f".{socket.gethostname()}")
    return not is_alive(int(numbered["pid"])) if is_of_this_host else _is_deserted(path)


def _is_deserted(path: Path) -> bool:
    try:
        return time.time() - _last_change(path) > _DAY_SECONDS
    except OSError:
        return False


def _last_change(path: Path) -> float:
    """When a file, or anything in a folder, was changed last. Raises OSError."""
    changes = [os.lstat(path).st_mtime]
    for folder, folders, files in os.walk(path):
        changes += [os.lstat(os.path.join(folder, name)).st_mtime for name in (*folders, *files)]
    return max(changes)


def _remove(path: Path) -> None:
    """A disk that refuses this says so again to whoever writes next."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        pass
