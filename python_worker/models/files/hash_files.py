"""Hashes files of any size side by side, and tells how far it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event, Lock

from ...base.errors import Cancelled, invalid_data
from ...base.safetensors_file import hash_file, reason_of
from ...context.context import Context

# More readers than this only make a disk seek.
_MOST_THREADS = 8
_SECONDS_BETWEEN_REPORTS = 0.25


def hash_files(files: Mapping[str, Path], context: Context, note: str) -> dict[str, str]:
    """SHA-256 of each file's bytes, by name; progress is in bytes.

    Raises INVALID_DATA for a file that cannot be read, Cancelled and DEADLINE between slices.
    """
    context.check()
    progress = _Bytes(sum(file.stat().st_size for file in files.values()))
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        hashes = {name: pool.submit(_hash_or_say, file, progress) for name, file in files.items()}
        try:
            while wait(hashes.values(), _SECONDS_BETWEEN_REPORTS).not_done:
                context.check()
                context.progress(progress.done, progress.total, note=note)
        except BaseException:
            progress.stop.set()
            raise
    context.progress(progress.total, progress.total, note=note)
    return {name: future.result() for name, future in hashes.items()}


def _hash_or_say(file: Path, progress: _Bytes) -> str:
    try:
        return hash_file(file, progress.add)
    except OSError as error:
        raise invalid_data(
            f"Cannot read '{file}': {reason_of(error)}, a readable file is needed", file=str(file)
        ) from error


class _Bytes:
    """Bytes read by all threads; they end at their next slice once `stop` is set."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.stop = Event()
        self._lock = Lock()

    def add(self, count: int) -> None:
        if self.stop.is_set():
            raise Cancelled()
        with self._lock:
            self.done += count
