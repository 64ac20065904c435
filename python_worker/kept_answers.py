"""Answers for those who ask again: in memory for a while, on disk for as long as the run directory lives."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from .job import Finished, Job, Outcome
from .protocol.messages import Request, TensorSpec
from .state import ByteBoundedCache

log = logging.getLogger(__name__)

_MEMORY_BYTES = 64 << 20
_DISK_BYTES = 1 << 30


class StoredAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """`result.json` of a kept answer; the arrays' bytes stand one after another in `tensors.bin`."""

    payload: str
    data: msgspec.Raw
    tensors: list[TensorSpec]
    wall_ms: float
    sha256: str


@dataclass(frozen=True)
class KeptAnswer:
    """The outcome of a request; `payload` is the hash of what was asked, `asked_by` lists who was told already."""

    payload: str
    outcome: Outcome
    is_shared: bool
    asked_by: Sequence[str] = field(default_factory=tuple)

    @property
    def nbytes(self) -> int:
        """Bytes of the data and the arrays, for the bound of the memory."""
        if not isinstance(self.outcome, Finished):
            return len(self.outcome.message)
        return len(bytes(self.outcome.data)) + sum(frame.nbytes for frame in self.outcome.frames)


class KeptAnswers:
    """Answers by key. One whose request says `keep` serves everyone; the others serve a request that is sent again."""

    def __init__(self, disk_bytes: int = _DISK_BYTES) -> None:
        self._memory: ByteBoundedCache = ByteBoundedCache(_MEMORY_BYTES)
        self._disk_bytes = disk_bytes
        self.directory: Path | None = None

    def find(self, request: Request) -> KeptAnswer | None:
        """What `request` may be answered with at once. An answer on disk that is damaged is removed, not used."""
        kept = self._memory.get(request.key)
        if kept is not None:
            return kept if kept.is_shared or request.id in kept.asked_by else None
        if not request.keep or self.directory is None:
            return None
        kept = _read(self.directory / request.key)
        if kept is not None:
            self._memory[request.key] = kept
        return kept

    def remember(self, job: Job, outcome: Outcome, is_shared: bool) -> None:
        """Keeps an outcome in memory."""
        self._memory[job.request.key] = KeptAnswer(job.payload, outcome, is_shared, tuple(job.asked_by))

    def write(self, job: Job, finished: Finished) -> None:
        """Keeps an answer on disk, whole or not at all; without room it is not kept. Arrays in files are not kept."""
        if self.directory is None or finished.in_files:
            return
        try:
            _write(self.directory, job.request.key, job.payload, finished)
            _make_room(self.directory, self._disk_bytes)
        except OSError as error:
            log.warning("Cannot keep the answer to '%s' in '%s': %s, room is needed", job.request.op, self.directory, error)


def payload_of(request: Request, frames: Sequence[memoryview]) -> str:
    """SHA-256 of what is asked: operation, parameters and arrays. Empty for a request whose key is its own.

    Of arrays in files only the form counts: they lie elsewhere each time, and reading them takes too long here.
    """
    if not request.keep:
        return ""
    forms = [(spec.name, spec.dtype, spec.shape) for spec in request.tensors]
    asked = (request.op, request.op_version, request.params, forms)
    digest = hashlib.sha256(msgspec.json.encode(asked, order="sorted"))
    for frame in frames:
        digest.update(frame)
    return digest.hexdigest()


def _write(directory: Path, key: str, payload: str, finished: Finished) -> None:
    temporary = directory / f".{uuid.uuid4().hex}.partial"
    temporary.mkdir(parents=True)
    try:
        digest = hashlib.sha256()
        with (temporary / "tensors.bin").open("wb") as file:
            for frame in finished.frames:
                digest.update(frame)
                file.write(frame)
            file.flush()
            os.fsync(file.fileno())
        stored = StoredAnswer(payload, finished.data, finished.tensors, finished.wall_ms, digest.hexdigest())
        with (temporary / "result.json").open("wb") as file:
            file.write(msgspec.json.encode(stored))
            file.flush()
            os.fsync(file.fileno())
        shutil.rmtree(directory / key, ignore_errors=True)
        temporary.rename(directory / key)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _read(directory: Path) -> KeptAnswer | None:
    if not directory.is_dir():
        return None
    try:
        stored = msgspec.json.decode((directory / "result.json").read_bytes(), type=StoredAnswer)
        content = (directory / "tensors.bin").read_bytes()
        if hashlib.sha256(content).hexdigest() != stored.sha256:
            raise ValueError("its arrays have another hash")
        frames = _split(memoryview(content), stored.tensors)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        log.warning("removed the kept answer '%s': %s", directory, error)
        shutil.rmtree(directory, ignore_errors=True)
        return None
    return KeptAnswer(stored.payload, Finished(stored.data, stored.tensors, frames, stored.wall_ms), is_shared=True)


def _split(content: memoryview, specs: Sequence[TensorSpec]) -> list[memoryview]:
    frames, start = [], 0
    for spec in specs:
        frames.append(content[start : start + spec.nbytes])
        start += spec.nbytes
    if start != len(content):
        raise ValueError(f"its arrays have {len(content)} bytes where {start} are described")
    return frames


def _make_room(directory: Path, limit: int) -> None:
    """Removes the answers written longest ago once they take more than `limit` bytes together."""
    kept = sorted((path for path in directory.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime_ns)
    sizes = {path: sum(file.stat().st_size for file in path.iterdir()) for path in kept}
    excess = sum(sizes.values()) - limit
    for path in kept[:-1]:
        if excess <= 0:
            return
        shutil.rmtree(path, ignore_errors=True)
        excess -= sizes[path]
