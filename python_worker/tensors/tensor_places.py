"""The directories one session exchanges large arrays through; src/worker/tensors/tensor-place.ts has the same."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from ..base.locked_directory import make_locked_directory, remove_deserted

log = logging.getLogger(__name__)

_PREFIX = "balpm-"
_GREATEST_MARGIN = 256 << 20


@dataclass(frozen=True)
class TensorPlace:
    """A directory; files in one on disk carry a hash and are synced, memory cannot be damaged that way."""

    directory: str
    on_disk: bool
    lock: int

    def room(self) -> float:
        """Free bytes beyond a margin for everybody else: a tenth of the whole, at most 256 MiB. Raises OSError."""
        found = os.statvfs(self.directory)
        return found.f_bavail * found.f_frsize - min(_GREATEST_MARGIN, found.f_blocks * found.f_frsize / 10)


class TensorPlaces:
    """The places of this worker, the fastest first; none until `open`."""

    def __init__(self) -> None:
        self._places: list[TensorPlace] = []

    def __iter__(self) -> Iterator[TensorPlace]:
        return iter(self._places)

    def open(self, shared_memory: str | None, run_dir: str | None, session: str) -> None:
        """Makes and locks the directories the orchestrator names, and removes those of workers that are gone.

        A place that cannot be made is logged and not used.
        """
        if shared_memory is not None:
            self._make(shared_memory, on_disk=False)
            _remove_deserted_soon(os.path.dirname(shared_memory))
        if run_dir is not None:
            tensors = os.path.join(run_dir, "tensors")
            self._make(os.path.join(tensors, _PREFIX + session), on_disk=True)
            _remove_deserted_soon(tensors)

    def containing(self, path: str) -> TensorPlace | None:
        """The place a file really lies in, however its path is spelt; None when it lies in none. Raises OSError."""
        parent = os.path.dirname(os.path.realpath(path, strict=True))
        return next((place for place in self if os.path.realpath(place.directory) == parent), None)

    def remove(self) -> None:
        """Removes the directories with everything in them, for a worker whose orchestrator is gone."""
        for place in self:
            shutil.rmtree(place.directory, ignore_errors=True)
            if place.on_disk:
                try:
                    os.rmdir(os.path.dirname(place.directory))
                except OSError:
                    pass  # others use it

    def _make(self, directory: str, on_disk: bool) -> None:
        try:
            if on_disk:
                os.makedirs(os.path.dirname(directory), exist_ok=True)
            self._places.append(TensorPlace(directory, on_disk, make_locked_directory(directory)))
        except OSError as error:
            log.warning("Cannot exchange arrays through '%s': %s, a writable place is needed", directory, error)


def _remove_deserted_soon(parent: str) -> None:
    """In a thread of its own: freeing gigabytes takes its time."""
    threading.Thread(target=remove_deserted, args=(parent, _PREFIX), name="sweep", daemon=True).start()
