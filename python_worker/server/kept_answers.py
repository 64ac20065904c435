"""Answers for those who ask again: in memory for a while, on disk for as long as the run directory lives."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..context.state import ByteBoundedCache
from ..protocol.messages import Request
from .job import Finished, Job, Outcome
from .stored_answers import StoredAnswers

log = logging.getLogger(__name__)

_MEMORY_BYTES = 64 << 20
_DISK_BYTES = 1 << 30
_ENTRY_BYTES = 2048  # key, ids, hash and the objects themselves
_SPEC_BYTES = 1024
_MOST_UNSHARED = 16


@dataclass(frozen=True)
class KeptAnswer:
    """The outcome of a request; `payload` is the hash of what was asked, `asked_by` lists who was told already.

    One that is not shared has no hash: it serves only a request that is sent again.
    """

    payload: str | None
    outcome: Outcome
    asked_by: Sequence[str] = field(default_factory=tuple)

    @property
    def nbytes(self) -> int:
        """Bytes it takes, about, for the bound of the memory."""
        if not isinstance(self.outcome, Finished):
            return _ENTRY_BYTES + len(msgspec.json.encode(self.outcome))
        arrays = sum(frame.nbytes for frame in self.outcome.frames)
        return _ENTRY_BYTES + _SPEC_BYTES * len(self.outcome.tensors) + len(bytes(self.outcome.data)) + arrays


class KeptAnswers:
    """Answers by key. One whose request says `keep` serves everyone; the others serve a request that is sent again."""

    def __init__(self, memory_bytes: int = _MEMORY_BYTES, disk_bytes: int = _DISK_BYTES) -> None:
        self._shared: ByteBoundedCache = ByteBoundedCache(memory_bytes)
        self._unshared: ByteBoundedCache = ByteBoundedCache(memory_bytes)
        self._disk_bytes = disk_bytes
        self._stored: StoredAnswers | None = None

    def open(self, directory: Path) -> None:
        """Keeps answers on disk from now on, below that directory."""
        self._stored = StoredAnswers(directory, self._disk_bytes)

    def find(self, request: Request) -> KeptAnswer | None:
        """What `request` may be answered with at once. An answer on disk that is damaged is removed, not used."""
        shared = self._shared.get(request.key)
        if shared is not None:
            return shared
        unshared = self._unshared.get(request.key)
        if unshared is not None and request.id in unshared.asked_by:
            return unshared
        if not request.keep or self._stored is None:
            return None
        return self._find_stored(self._stored, request.key)

    def remember(self, job: Job, outcome: Outcome, is_shared: bool) -> None:
        """Keeps an outcome in memory; of those that are not shared, the newest few."""
        key, asked_by = job.request.key, tuple(job.asked_by)
        self._unshared.pop(key, None)
        if is_shared:
            self._shared[key] = KeptAnswer(job.payload.sha256, outcome, asked_by)
            return
        self._unshared[key] = KeptAnswer(None, outcome, asked_by)
        if len(self._unshared) > _MOST_UNSHARED:
            del self._unshared[next(iter(self._unshared))]

    def write(self, job: Job, finished: Finished) -> None:
        """Keeps an answer on disk, whole or not at all; without room it is not kept. Arrays in files are not kept."""
        if self._stored is None or finished.in_files:
            return
        try:
            self._stored.write(job.request.key, job.payload.sha256, finished)
        except OSError as error:
            log.warning("Cannot keep the answer to '%s': %s, room is needed", job.request.op, error)

    def _find_stored(self, stored: StoredAnswers, key: str) -> KeptAnswer | None:
        found = stored.read(key)
        if found is None:
            return None
        self._shared[key] = kept = KeptAnswer(*found)
        return kept
