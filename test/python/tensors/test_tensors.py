"""Arrays as frames."""

import numpy as np
import pytest

from python_worker.base.errors import WorkerError
from python_worker.protocol.messages import FileLocation, FrameLocation, TensorSpec
from python_worker.tensors.tensors import read_tensors, write_tensors

_DTYPES = ["float32", "float16", "float64", "int32", "int64", "uint8", "bool"]


def _spec(**changes) -> TensorSpec:
    fields = dict(name="a", dtype="int32", shape=[2], order="C", nbytes=8, loc=FrameLocation(frame=0)) | changes
    return TensorSpec(**fields)


@pytest.mark.parametrize("dtype", _DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (4,), (2, 3)])
def test_read_tensors_undoes_write_tensors(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    specs, frames = write_tensors({"a": array}, "a test")
    read = read_tensors(specs, frames)["a"]
    assert read.dtype == array.dtype and read.shape == array.shape and np.array_equal(read, array)


def test_write_tensors_sends_a_transposed_array_in_row_major_order():
    specs, frames = write_tensors({"a": np.arange(6, dtype=np.int32).reshape(2, 3).T}, "a test")
    assert specs[0].shape == [3, 2]
    assert np.frombuffer(frames[0], np.int32).tolist() == [0, 3, 1, 4, 2, 5]


def test_read_tensors_gives_views_that_cannot_be_written():
    specs, frames = write_tensors({"a": np.zeros(2)}, "a test")
    array = read_tensors(specs, [memoryview(bytes(frame)) for frame in frames])["a"]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


@pytest.mark.parametrize(
    "specs, lengths",
    [
        ([_spec()], [4]),
        ([_spec(nbytes=4)], [8]),
        ([_spec(shape=[3])], [8]),
        ([_spec(loc=FrameLocation(frame=1))], [8]),
        ([_spec()], []),
        ([_spec(), _spec()], [8, 8]),
    ],
)
def test_read_tensors_refuses_sizes_that_disagree(specs, lengths):
    with pytest.raises(WorkerError) as caught:
        read_tensors(specs, [memoryview(bytes(length)) for length in lengths])
    assert caught.value.code == "BAD_MESSAGE"


def test_read_tensors_refuses_a_file_of_nowhere():
    with pytest.raises(WorkerError, match="tensor 'a' from file 'x'") as caught:
        read_tensors([_spec(loc=FileLocation(path="x", offset=0, sha256="0" * 64))], [])
    assert caught.value.code == "BAD_MESSAGE"


def test_write_tensors_refuses_more_than_64_mib_without_a_place():
    with pytest.raises(WorkerError, match="takes 67108872 bytes and there is no directory for files") as caught:
        write_tensors({"a": np.empty(8 * (1 << 20) + 1)}, "a test")
    assert caught.value.code == "TOO_LARGE"


def test_write_tensors_refuses_more_than_64_arrays():
    with pytest.raises(WorkerError, match="it has 65 tensors"):
        write_tensors({f"t{index}": np.zeros(1) for index in range(65)}, "a test")


def test_write_tensors_names_a_dtype_the_wire_does_not_have():
    with pytest.raises(WorkerError, match="tensor 'a' of a test: it is complex128"):
        write_tensors({"a": np.zeros(1, complex)}, "a test")


def test_write_tensors_refuses_uint16_which_would_arrive_as_bfloat16():
    with pytest.raises(WorkerError, match="tensor 'a' of a test: it is uint16"):
        write_tensors({"a": np.zeros(1, np.uint16)}, "a test")
