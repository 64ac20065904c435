"""Answers on disk: a directory each, written whole or not at all, the oldest removed when all take too much room."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from ..base.decode_json import decode_json
from ..base.regular_file import read_regular
from ..protocol.messages import TensorSpec
from .job import Finished

log = logging.getLogger(__name__)

_PARTIAL = ".partial"


class StoredAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """`result.json` of a kept answer; the arrays' bytes stand one after another in `tensors.bin`.

    `sha256` is the hash of the other fields and of those bytes.
    """

    payload: str
    data: msgspec.Raw
    tensors: list[TensorSpec]
    wall_ms: float
    sha256: str


class StoredAnswers:
    """Answers by key below `directory`, which need not exist. At most `limit` bytes together, but for the newest one."""

    def __init__(self, directory: Path, limit: int) -> None:
        self._directory = directory
        self._limit = limit
        self._nbytes: int | None = None  # unknown before the first write; an answer found damaged is counted on

    def read(self, key: str) -> tuple[str, Finished] | None:
        """What was written under the key: the hash of what was asked and the answer. A damaged one is removed.

        What cannot be read for another reason (no permission, a stale handle) counts as absent.
        """
        directory = self._directory / key
        try:
            return _read(directory)
        except (ValueError, FileNotFoundError, NotADirectoryError, msgspec.MsgspecError) as error:
            if os.path.lexists(directory):
                log.warning("removed the kept answer '%s': %s", directory, error)
                _remove(directory)
        except OSError as error:
            log.warning("Cannot read the kept answer '%s': %s, another is made", directory, error)
        return None

    def write(self, key: str, payload: str, finished: Finished) -> None:
        """Keeps an answer, in the place of an earlier one with the key. Raises OSError, and nothing of it is left then."""
        if self._nbytes is None:
            self._nbytes = self._begin()
        replaced = _size_of(self._directory / key)
        self._nbytes += _write(self._directory, key, payload, finished) - replaced
        if self._nbytes > self._limit:
            self._nbytes = self._make_room(self._directory / key)

    def _begin(self) -> int:
        """Removes what writers that were killed have left. Gives the bytes of all answers."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for path in self._directory.glob(f".*{_PARTIAL}"):
            _remove(path)
        return sum(map(_size_of, self._directory.iterdir()))

    def _make_room(self, newest: Path) -> int:
        """Removes the answers written longest ago, some more than needed, so that not each write looks at all of them."""
        others = sorted((path for path in self._directory.iterdir() if path != newest), key=_written_at)
        sizes = {path: _size_of(path) for path in others}
        nbytes = sum(sizes.values()) + _size_of(newest)
        wanted = self._limit - self._limit // 8
        for path in others:
            if nbytes <= wanted:
                break
            _remove(path)
            nbytes -= sizes[path]
        return nbytes


def _write(directory: Path, key: str, payload: str, finished: Finished) -> int:
    """Gives the bytes written."""
    temporary = directory / f".{uuid.uuid4().hex}{_PARTIAL}"
    temporary.mkdir(parents=True)
    try:
        digest = _digest(payload, finished.data, finished.tensors, finished.wall_ms, finished.frames)
        stored = StoredAnswer(payload, finished.data, finished.tensors, finished.wall_ms, digest)
        _write_file(temporary / "tensors.bin", finished.frames)
        _write_file(temporary / "result.json", [msgspec.json.encode(stored)])
        nbytes = _size_of(temporary)
        _remove(directory / key)
        temporary.rename(directory / key)
        return nbytes
    except BaseException:
        _remove(temporary)
        raise


def _write_file(path: Path, parts: Sequence[bytes | memoryview]) -> None:
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _read(directory: Path) -> tuple[str, Finished]:
    """Raises ValueError and MsgspecError for a damaged answer, and OSError."""
    stored = decode_json(read_regular(directory / "result.json"), StoredAnswer)
    content = memoryview(read_regular(directory / "tensors.bin"))
    if _digest(stored.payload, stored.data, stored.tensors, stored.wall_ms, [content]) != stored.sha256:
        raise ValueError("its content has another hash")
    frames = _split(content, stored.tensors)
    return stored.payload, Finished(stored.data, stored.tensors, frames, stored.wall_ms)


def _digest(payload: str, data: Any, tensors: Sequence[TensorSpec], wall_ms: float, parts: Sequence[memoryview]) -> str:
    digest = hashlib.sha256(msgspec.json.encode((payload, data, tensors, wall_ms)))
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _split(content: memoryview, specs: Sequence[TensorSpec]) -> list[memoryview]:
    frames, start = [], 0
    for spec in specs:
        frames.append(content[start : start + spec.nbytes])
        start += spec.nbytes
    if start != len(content):
        raise ValueError(f"its arrays have {len(content)} bytes where {start} are described")
    return frames


def _size_of(path: Path) -> int:
    """Bytes of an answer's files; 0 for what is gone."""
    try:
        return sum(file.stat().st_size for file in path.iterdir())
    except OSError:
        return 0


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _remove(path: Path) -> None:
    """Whatever stands there, as far as that is possible."""
    with suppress(OSError):
        if path.is_symlink() or path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
