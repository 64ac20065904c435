"""Arrays as frames or files beside a header: little-endian, C order, checked before a view is made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..base.errors import WorkerError
from ..protocol.constants import FRAME_COUNT
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import FileLocation, FrameLocation, TensorSpec
from .plan_tensors import plan_tensors
from .tensor_files import read_tensor_file, remove_tensor_files, write_tensor_file
from .tensor_places import TensorPlaces

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


def read_tensors(
    specs: Sequence[TensorSpec], frames: Sequence[memoryview], places: TensorPlaces | None = None
) -> dict[str, np.ndarray]:
    """Read-only views of frames and files by tensor name. Raises BAD_MESSAGE when sizes do not agree or a file is wrong."""
    if len({spec.name for spec in specs}) != len(specs):
        raise _bad("the tensors", "two have the same name", "different names")
    inline = sum(isinstance(spec.loc, FrameLocation) for spec in specs)
    if len(frames) != inline:
        raise _bad("the tensors", f"{inline} tensors in frames came with {len(frames)} frames", "one frame each")
    return {spec.name: _read(spec, frames, places or TensorPlaces()) for spec in specs}


def write_tensors(
    tensors: Mapping[str, np.ndarray], what: str, places: TensorPlaces | None = None
) -> tuple[list[TensorSpec], list[memoryview]]:
    """Specs and frames of arrays, the largest in files when all together are too large for frames.

    Raises TOO_LARGE for too many arrays and without room for files, INTERNAL for another dtype; no file is left then.
    """
    arrays = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    if len(arrays) > FRAME_COUNT:
        raise _too_large(what, f"it has {len(arrays)} tensors", f"at most {FRAME_COUNT}")
    dtypes = [_wire_dtype(name, array, what) for name, array in arrays.items()]
    in_files = plan_tensors([array.nbytes for array in arrays.values()])
    specs: list[TensorSpec] = []
    frames: list[memoryview] = []
    try:
        for index, (name, array) in enumerate(arrays.items()):
            if index in in_files:
                location = write_tensor_file(array, f"tensor '{name}' of {what}", places or TensorPlaces())
            else:
                location = FrameLocation(frame=len(frames))
                frames.append(memoryview(array.reshape(-1).view(np.uint8)))
            specs.append(_spec(name, array, dtypes[index], location))
    except BaseException:
        remove_tensor_files(specs)
        raise
    return specs, frames


def _read(spec: TensorSpec, frames: Sequence[memoryview], places: TensorPlaces) -> np.ndarray:
    dtype = _NUMPY[spec.dtype]
    expected = math.prod(spec.shape) * dtype.itemsize
    if isinstance(spec.loc, FileLocation):
        if expected != spec.nbytes:
            raise _bad_size(spec, expected, "")
        return read_tensor_file(spec, spec.loc, dtype, places)
    if spec.loc.frame >= len(frames):
        raise _bad(f"tensor '{spec.name}'", f"it names frame {spec.loc.frame} of {len(frames)}", "a frame that came")
    frame = frames[spec.loc.frame]
    if not expected == spec.nbytes == len(frame):
        raise _bad_size(spec, expected, f", the frame has {len(frame)}")
    return np.frombuffer(frame, dtype).reshape(spec.shape)


def _bad_size(spec: TensorSpec, expected: int, more: str) -> WorkerError:
    found = f"shape {spec.shape} needs {expected} bytes, the header says {spec.nbytes}{more}"
    return _bad(f"tensor '{spec.name}'", found, "the same number")


def _wire_dtype(name: str, array: np.ndarray, what: str) -> str:
    dtype = WIRE_DTYPES.get(array.dtype)
    if dtype is None:
        message = f"Cannot send tensor '{name}' of {what}: it is {array.dtype}, a dtype of the wire is needed"
        raise WorkerError(ErrorCode.INTERNAL, message)
    return dtype


def _spec(name: str, array: np.ndarray, dtype: str, location: FrameLocation | FileLocation) -> TensorSpec:
    return TensorSpec(
        name=name, dtype=dtype, shape=list(array.shape), order="C", nbytes=array.nbytes, loc=location
    )


def _bad(what: str, found: str, needed: str) -> WorkerError:
    return WorkerError(ErrorCode.BAD_MESSAGE, f"Cannot read {what}: {found}, {needed} is needed")


def _too_large(what: str, found: str, needed: str) -> WorkerError:
    return WorkerError(ErrorCode.TOO_LARGE, f"Cannot send {what}: {found}, {needed} is needed")
