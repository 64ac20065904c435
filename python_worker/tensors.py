"""Arrays as frames beside a header: little-endian, C order, checked before a view is made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .errors import WorkerError
from .protocol.constants import FRAME_BYTES, FRAME_COUNT, INLINE_BYTES
from .protocol.error_codes import ErrorCode
from .protocol.messages import FrameLocation, TensorSpec

_NUMPY = {
    "float32": np.dtype("<f4"),
    "float16": np.dtype("<f2"),
    # numpy has no bfloat16: its bits are read as uint16.
    "bfloat16": np.dtype("<u2"),
    "float64": np.dtype("<f8"),
    "int32": np.dtype("<i4"),
    "int64": np.dtype("<i8"),
    "uint8": np.dtype("u1"),
    "bool": np.dtype("?"),
}
# A handler's uint16 would arrive as bfloat16, so it is refused.
WIRE_DTYPES = {dtype: name for name, dtype in _NUMPY.items() if name != "bfloat16"}


def read_tensors(specs: Sequence[TensorSpec], frames: Sequence[memoryview]) -> dict[str, np.ndarray]:
    """Read-only views of the frames by tensor name. Raises BAD_MESSAGE when sizes do not agree."""
    if len({spec.name for spec in specs}) != len(specs):
        raise _bad("the tensors", "two have the same name", "different names")
    if len(frames) != len(specs):
        raise _bad("the tensors", f"{len(specs)} tensors came with {len(frames)} frames", "one frame each")
    return {spec.name: _read(spec, frames) for spec in specs}


def write_tensors(tensors: Mapping[str, np.ndarray], what: str) -> tuple[list[TensorSpec], list[memoryview]]:
    """Specs and frames of arrays. Raises TOO_LARGE beyond the limits of the wire, INTERNAL for another dtype."""
    arrays = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    _check_limits(arrays, what)
    specs = [_spec(name, array, frame, what) for frame, (name, array) in enumerate(arrays.items())]
    return specs, [memoryview(array.reshape(-1).view(np.uint8)) for array in arrays.values()]


def _read(spec: TensorSpec, frames: Sequence[memoryview]) -> np.ndarray:
    if not isinstance(spec.loc, FrameLocation):
        message = f"Cannot read tensor '{spec.name}': it is in a file, a frame is needed"
        raise WorkerError(ErrorCode.UNSUPPORTED, message)
    if spec.loc.frame >= len(frames):
        raise _bad(f"tensor '{spec.name}'", f"it names frame {spec.loc.frame} of {len(frames)}", "a frame that came")
    frame, dtype = frames[spec.loc.frame], _NUMPY[spec.dtype]
    expected = math.prod(spec.shape) * dtype.itemsize
    if not expected == spec.nbytes == len(frame):
        found = f"shape {spec.shape} needs {expected} bytes, the header says {spec.nbytes}, the frame has {len(frame)}"
        raise _bad(f"tensor '{spec.name}'", found, "the same number")
    return np.frombuffer(frame, dtype).reshape(spec.shape)


def _spec(name: str, array: np.ndarray, frame: int, what: str) -> TensorSpec:
    dtype = WIRE_DTYPES.get(array.dtype)
    if dtype is None:
        message = f"Cannot send tensor '{name}' of {what}: it is {array.dtype}, a dtype of the wire is needed"
        raise WorkerError(ErrorCode.INTERNAL, message)
    location = FrameLocation(frame=frame)
    return TensorSpec(
        name=name, dtype=dtype, shape=list(array.shape), order="C", nbytes=array.nbytes, loc=location
    )


def _check_limits(arrays: Mapping[str, np.ndarray], what: str) -> None:
    total = sum(array.nbytes for array in arrays.values())
    if len(arrays) > FRAME_COUNT:
        raise _too_large(what, f"it has {len(arrays)} tensors", f"at most {FRAME_COUNT}")
    if total > min(INLINE_BYTES, FRAME_BYTES):
        raise _too_large(what, f"its tensors take {total} bytes", f"at most {INLINE_BYTES}")


def _bad(what: str, found: str, needed: str) -> WorkerError:
    return WorkerError(ErrorCode.BAD_MESSAGE, f"Cannot read {what}: {found}, {needed} is needed")


def _too_large(what: str, found: str, needed: str) -> WorkerError:
    return WorkerError(ErrorCode.TOO_LARGE, f"Cannot send {what}: {found}, {needed} is needed")
