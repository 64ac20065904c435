import hashlib
import os

import pytest

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.models.files.hash_files import hash_files


@pytest.fixture
def files(tmp_path):
    """Files of several slices and of none."""
    contents = {"a": b"a" * (20 << 20), "b": b"", "c": b"c" * 5, "d": b"d" * (9 << 20)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def test_hash_files_gives_the_hash_of_each(files):
    expected = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    assert hash_files(files, Context.offline(), "hashing") == expected


def test_hash_files_tells_bytes_done(files):
    reports = []
    hash_files(files, Context.offline(on_progress=reports.append), "hashing the model")
    size = sum(file.stat().st_size for file in files.values())
    assert (reports[-1].done, reports[-1].total, reports[-1].note) == (size, size, "hashing the model")
    assert [report.done for report in reports] == sorted(report.done for report in reports)


def test_hash_files_stops_between_slices_when_cancelled(tmp_path):
    # A hole that takes minutes to read: were the file read on, the call would end without being cancelled.
    large = tmp_path / "large"
    large.touch()
    os.truncate(large, 256 << 30)
    context = Context.offline(on_progress=lambda report: context.cancel())
    with pytest.raises(Cancelled):
        hash_files({"large": large}, context, "hashing")


def test_hash_files_refuses_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(WorkerError, match="it is a FIFO"):
        hash_files({"fifo": tmp_path / "fifo"}, Context.offline(), "hashing")


def test_hash_files_names_a_file_that_cannot_be_read(files, tmp_path):
    with pytest.raises(WorkerError, match=rf"Cannot read '{tmp_path}': .*, a readable file is needed"):
        hash_files({**files, "e": tmp_path}, Context.offline(), "hashing")
