"""The folder an import works in: it outlives a killed process, and belongs to one process at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any

from ..base.content_hash import hash_of
from ..base.errors import invalid_argument

_JOB = "job"


class WorkFolder:
    """A locked folder of parts. The kernel keeps the lock, so it ends with the process however that ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scratch = folder / "scratch"
        self.decoded = folder / "decoded"  # made before the job is known, and named after what it was made of
        self._lock_file = folder / "lock"
        self._lock: int | None = None

    def __enter__(self) -> WorkFolder:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(self._lock).st_ino
            if not self._lock_file.exists() or self._lock_file.stat().st_ino != held:
                raise BlockingIOError  # it was removed meanwhile by the import that worked here
        except BlockingIOError as error:
            os.close(self._lock)
            raise invalid_argument(
                f"Cannot import into '{self.folder}': another import works there, its end is needed"
            ) from error
        return self

    def __exit__(self, *_error: object) -> None:
        """Ends the lock; a folder that holds nothing else goes."""
        assert self._lock is not None, "a folder is left once it was entered"
        if os.listdir(self.folder) == [self._lock_file.name]:
            self._lock_file.unlink()
            self.folder.rmdir()
        os.close(self._lock)

    @property
    def is_begun(self) -> bool:
        """Whether there may be parts of an earlier import; a job without any is of no use."""
        names = {_JOB, self._lock_file.name}
        return (self.folder / _JOB).exists() and any(name not in names for name in os.listdir(self.folder))

    def begin(self, job: dict[str, Any]) -> None:
        """Keeps the parts that are there when they are of the same job, and removes them when not."""
        name = hash_of(job)
        file = self.folder / _JOB
        if file.exists() and file.read_text() == name:
            return
        self._clear({self._lock_file, self.decoded})
        file.write_text(name)

    def clear(self) -> None:
        """Removes everything but the lock; the job first, so that what a kill leaves is taken for nobody's parts."""
        self._clear({self._lock_file})

    def _clear(self, kept: set[Path]) -> None:
        (self.folder / _JOB).unlink(missing_ok=True)
        for entry in self.folder.iterdir():
            if entry in kept:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
