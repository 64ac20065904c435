"""Arrays as files beside a message: raw little-endian bytes, one file an array."""

from __future__ import annotations

import hashlib
import mmap
import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..base.errors import WorkerError
from ..base.regular_file import open_regular
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import FileLocation, TensorSpec
from .tensor_places import TensorPlace, TensorPlaces

_SLICE_BYTES = 4 << 20
_THREADS = 4


def read_tensor_file(spec: TensorSpec, location: FileLocation, dtype: np.dtype, places: TensorPlaces) -> np.ndarray:
    """A read-only view of a file of this session. Raises BAD_MESSAGE naming the file and what is wrong with it.

    The view stays good when the file is removed.
    """
    try:
        place = places.containing(location.path)
        if place is None:
            raise ValueError("it is not in a directory of this session")
        return _map(spec, location, dtype, place)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"Cannot read tensor '{spec.name}' from file '{location.path}': {reason}, the file as sent is needed"
        raise WorkerError(ErrorCode.BAD_MESSAGE, message) from error


def write_tensor_file(array: np.ndarray, what: str, places: TensorPlaces) -> FileLocation:
    """Puts a C-contiguous array into a file at the first place with room. Raises UNWRITABLE saying what each place lacks, TOO_LARGE without any."""
    found = []
    for place in places:
        try:
            room = place.room()
            if room >= array.nbytes:
                return _write(array, place)
            found.append(f"'{place.directory}' has room for {max(0, int(room))}")
        except OSError as error:
            found.append(f"'{place.directory}' cannot be used ({error.strerror})")
    places_lack = ", ".join(found) or "there is no directory for files"
    raise WorkerError(
        ErrorCode.UNWRITABLE if found else ErrorCode.TOO_LARGE,
        f"Cannot send {what}: it takes {array.nbytes} bytes and {places_lack};"
        " a run directory or shared memory with that room is needed",
    )


def remove_tensor_files(specs: list[TensorSpec]) -> None:
    """Removes files this worker wrote for a result that is not sent."""
    for spec in specs:
        if isinstance(spec.loc, FileLocation):
            _remove(spec.loc.path)


def _map(spec: TensorSpec, location: FileLocation, dtype: np.dtype, place: TensorPlace) -> np.ndarray:
    if place.on_disk and location.sha256 is None:
        raise ValueError("it has no hash")
    if location.offset % dtype.itemsize != 0:
        raise ValueError(f"its offset is {location.offset}, a multiple of {dtype.itemsize} is needed")
    end = location.offset + spec.nbytes
    with open_regular(location.path, buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size < end:
            raise ValueError(f"it has {size} bytes, {end} are needed")
        content = memoryview(mmap.mmap(file.fileno(), end, access=mmap.ACCESS_READ) if end > 0 else b"")
    content = content[location.offset :]
    if location.sha256 is not None and (found := hashlib.sha256(content).hexdigest()) != location.sha256:
        raise ValueError(f"its hash is {found} instead of {location.sha256}")
    return np.frombuffer(content, dtype).reshape(spec.shape)


def _write(array: np.ndarray, place: TensorPlace) -> FileLocation:
    path = os.path.join(place.directory, f"{uuid.uuid4()}.tensor")
    partial = f"{path}.partial"
    content = memoryview(array.reshape(-1).view(np.uint8))
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        digest = _write_slices(descriptor, content, hashed=place.on_disk)
        if place.on_disk:
            os.fsync(descriptor)
        os.rename(partial, path)
    except BaseException:
        _remove(partial)
        raise
    finally:
        os.close(descriptor)
    return FileLocation(path=path, offset=0, sha256=digest)


def _write_slices(descriptor: int, content: memoryview, hashed: bool) -> str | None:
    """Several threads write while this one hashes: both leave the interpreter to the others meanwhile."""

    def write(offset: int) -> None:
        end = min(offset + _SLICE_BYTES, len(content))
        while offset < end:
            offset += os.pwrite(descriptor, content[offset:end], offset)

    with ThreadPoolExecutor(_THREADS) as pool:
        slices = pool.map(write, range(0, len(content), _SLICE_BYTES))
        digest = hashlib.sha256(content).hexdigest() if hashed else None
        for _ in slices:
            pass  # raises what writing raised
    return digest


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
