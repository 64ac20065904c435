"""A disk that takes no more is told as such, whichever library met it."""

import errno
import os
import resource

import numpy as np
import pyarrow
import pytest
from safetensors.numpy import save_file

from python_worker.base.errors import WorkerError, invalid_data
from python_worker.base.unwritable import disk_failure, unwritable


def _python(path):
    path.write_bytes(b"x" * (1 << 20))


def _arrow(path):
    with pyarrow.OSFile(str(path), "wb") as file:
        file.write(b"x" * (1 << 20))


def _safetensors(path):
    save_file({"a": np.zeros(1 << 17)}, str(path))


@pytest.fixture
def small_files():
    """No file of this process may grow beyond 64 KiB, as on a disk that is full then."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("act", [_python, _arrow, _safetensors])
def test_disk_failure_knows_a_full_disk_whichever_library_meets_it(act, tmp_path, small_files):
    with pytest.raises(Exception) as caught:
        act(tmp_path / "file")
    told = disk_failure(caught.value, "run 'features.export'")
    assert told is not None, caught.value
    assert (told.code, told.retryable) == ("UNWRITABLE", False)
    assert told.message.endswith(": File too large; make room there or choose another place, then run the same command again")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_disk_failure_knows_the_words_alone(number):
    told = disk_failure(RuntimeError(f"I/O error: {os.strerror(number)} (os error {number})"), "run 'x'")
    assert told.message.startswith(f"Cannot run 'x': {os.strerror(number)}; make room there")


def test_disk_failure_keeps_what_a_handler_said_of_it():
    failure = invalid_data("Cannot load model 'm': the hub's files cannot be kept, room is needed")
    failure.__cause__ = OSError(errno.EDQUOT, "Disk quota exceeded")
    told = disk_failure(failure, "run")
    assert (told.code, told.message) == ("UNWRITABLE", failure.message)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOENT, "No such file or directory"),
        ValueError("3 columns"),
        invalid_data("Cannot read 'x': the text is 'No space left on device', another is needed"),
        unwritable("x", OSError(errno.ENOSPC, "No space left on device")),
    ],
)
def test_disk_failure_leaves_other_failures_alone(error):
    assert disk_failure(error, "run") is None


def test_unwritable_says_what_to_do():
    assert isinstance(told := unwritable("o", OSError(errno.EROFS, "Read-only file system")), WorkerError)
    assert told.message == "Cannot write 'o': Read-only file system; a writable place is needed"
