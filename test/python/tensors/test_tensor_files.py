"""Large arrays as files in the directories of a session."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from python_worker.base.errors import WorkerError
from python_worker.protocol.constants import INLINE_BYTES
from python_worker.protocol.messages import FileLocation, FrameLocation, TensorSpec
from python_worker.server.job import Finished
from python_worker.server.link_tensor_files import link_tensor_files
from python_worker.tensors.plan_tensors import plan_tensors
from python_worker.tensors.tensor_places import TensorPlaces
from python_worker.tensors.tensors import read_tensors, write_tensors

_MIB = 1 << 20
_ARRAY = np.arange(9 * _MIB, dtype=np.float64)  # 72 MiB


@pytest.fixture
def places(tmp_path):
    (tmp_path / "shm").mkdir()
    opened = TensorPlaces()
    opened.open(str(tmp_path / "shm" / "balpm-s"), str(tmp_path / "run"), "s")
    yield opened
    opened.remove()


@pytest.fixture
def disk(tmp_path):
    opened = TensorPlaces()
    opened.open(None, str(tmp_path / "run"), "s")
    yield opened
    opened.remove()


def _files(places: TensorPlaces) -> list[str]:
    return [name for place in places for name in os.listdir(place.directory) if name != "lock"]


def _spec(path: Path, **changes) -> TensorSpec:
    location = FileLocation(path=str(path), offset=changes.pop("offset", 0), sha256=changes.pop("sha256", None))
    return TensorSpec(name="a", dtype="int32", shape=[2], order="C", nbytes=8, loc=location)


def test_write_tensors_puts_the_largest_into_shared_memory_and_read_tensors_brings_it_back(places):
    tensors = {"small": np.arange(3), "large": _ARRAY, "empty": np.empty((0, 4), np.float32)}
    specs, frames = write_tensors(tensors, "a test", places)
    assert [type(spec.loc) for spec in specs] == [FrameLocation, FileLocation, FrameLocation]
    assert specs[1].loc.sha256 is None and specs[1].loc.path.startswith(next(iter(places)).directory)
    read = read_tensors(specs, frames, places)
    assert all(np.array_equal(read[name], array) for name, array in tensors.items())
    assert type(read["large"]) is np.ndarray and not read["large"].flags.writeable


def test_an_array_stays_good_when_its_file_is_removed(places):
    specs, frames = write_tensors({"a": _ARRAY}, "a test", places)
    read = read_tensors(specs, frames, places)["a"]
    os.unlink(specs[0].loc.path)
    assert np.array_equal(read, _ARRAY)


def test_a_file_on_disk_carries_its_hash_and_is_refused_when_it_changes(disk):
    specs, frames = write_tensors({"a": _ARRAY}, "a test", disk)
    assert specs[0].loc.sha256 == hashlib.sha256(_ARRAY).hexdigest()
    with open(specs[0].loc.path, "r+b") as file:
        file.seek(1000)
        file.write(b"x")
    with pytest.raises(WorkerError, match=f"from file '{specs[0].loc.path}': its hash is") as caught:
        read_tensors(specs, frames, disk)
    assert caught.value.code == "BAD_MESSAGE"


def test_read_tensors_reads_from_an_offset(places):
    path = Path(next(iter(places)).directory) / "a.tensor"
    path.write_bytes(np.arange(5, dtype=np.int32).tobytes())
    assert read_tensors([_spec(path, offset=8)], [], places)["a"].tolist() == [2, 3]
    for offset, reason in [(6, "its offset is 6"), (16, "it has 20 bytes, 24 are needed")]:
        with pytest.raises(WorkerError, match=reason):
            read_tensors([_spec(path, offset=offset)], [], places)


def test_read_tensors_refuses_files_outside_of_its_directories(places, tmp_path):
    outside = tmp_path / "secret"
    outside.write_bytes(bytes(8))
    inside = Path(next(iter(places)).directory)
    (inside / "link.tensor").symlink_to(outside)
    for path in [outside, inside / "link.tensor", inside / ".." / ".." / "secret"]:
        with pytest.raises(WorkerError, match="it is not in a directory of this session"):
            read_tensors([_spec(path)], [], places)
    with pytest.raises(WorkerError, match="No such file"):
        read_tensors([_spec(inside / "missing")], [], places)


def test_read_tensors_refuses_a_file_on_disk_without_a_hash(disk):
    path = Path(next(iter(disk)).directory) / "a.tensor"
    path.write_bytes(bytes(8))
    with pytest.raises(WorkerError, match="it has no hash"):
        read_tensors([_spec(path)], [], disk)


def test_write_tensors_goes_on_to_the_next_place_and_leaves_nothing_without_one(places):
    first, second = places
    os.unlink(os.path.join(first.directory, "lock"))
    os.rmdir(first.directory)
    specs, _frames = write_tensors({"a": _ARRAY}, "a test", places)
    assert specs[0].loc.path.startswith(second.directory)
    with pytest.raises(WorkerError, match="dtype of the wire"):
        write_tensors({"a": _ARRAY, "b": np.zeros(2, complex)}, "a test", places)
    os.unlink(specs[0].loc.path)
    assert os.listdir(second.directory) == ["lock"]


def test_link_tensor_files_gives_another_reader_names_of_its_own(places):
    specs, frames = write_tensors({"a": _ARRAY, "b": np.zeros(2)}, "a test", places)
    other = link_tensor_files(Finished(b"{}", specs, frames, 1.0))
    assert other.tensors[0].loc.path != specs[0].loc.path and other.tensors[1] == specs[1]
    os.unlink(specs[0].loc.path)
    assert np.array_equal(read_tensors(other.tensors, frames, places)["a"], _ARRAY)


def test_plan_tensors_never_leaves_more_in_frames_than_the_limit():
    assert plan_tensors([3 * _MIB, 40 * _MIB, 30 * _MIB, 20 * _MIB]) == {1}
    assert plan_tensors([INLINE_BYTES]) == set() and plan_tensors([INLINE_BYTES + 1]) == {0}
    assert plan_tensors([5 << 30, 1, 0]) == {0}
    assert plan_tensors([_MIB - 1] * 64) == set()
