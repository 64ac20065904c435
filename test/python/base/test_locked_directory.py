"""Directories that live as long as their process."""

import os
import subprocess
import sys

from python_worker.base.locked_directory import make_locked_directory, remove_deserted
from python_worker.tensors.tensor_places import TensorPlaces

_HOLD = """
import sys
from python_worker.base.locked_directory import make_locked_directory
make_locked_directory(sys.argv[1])
print('held', flush=True)
sys.stdin.read()
"""


def _make_old(path: str) -> None:
    os.utime(path, (1, 1))


def test_remove_deserted_leaves_a_directory_while_its_process_lives(tmp_path):
    path = str(tmp_path / "balpm-a")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", _HOLD, path], **pipes) as holder:
        assert holder.stdout.readline() == b"held\n"
        (tmp_path / "balpm-a" / "x.tensor").write_bytes(b"1")
        _make_old(path)
        remove_deserted(str(tmp_path), "balpm-")
        assert sorted(os.listdir(path)) == ["lock", "x.tensor"]
        holder.kill()
        holder.wait()
        remove_deserted(str(tmp_path), "balpm-")
        assert not os.path.exists(path)


def test_remove_deserted_leaves_what_is_not_such_a_directory(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "balpm-file").write_text("mine")
    (tmp_path / "balpm-link").symlink_to(tmp_path / "other")
    (tmp_path / "balpm-mine").mkdir()
    (tmp_path / "balpm-mine" / "notes").write_text("mine")
    (tmp_path / "balpm-young").mkdir()
    (tmp_path / "balpm-x.making").mkdir()
    (tmp_path / "balpm-x.making" / "lock").touch()
    _make_old(str(tmp_path / "balpm-mine"))
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    remove_deserted(str(tmp_path), "balpm-")
    remove_deserted(str(tmp_path / "missing"), "balpm-")
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_remove_deserted_finishes_interrupted_work(tmp_path):
    for name, content in [("balpm-a", "x.tensor"), ("balpm-b.making", "lock"), ("balpm-c", "y.tensor.partial")]:
        (tmp_path / name).mkdir()
        (tmp_path / name / content).touch()
        _make_old(str(tmp_path / name))
    remove_deserted(str(tmp_path), "balpm-")
    assert os.listdir(tmp_path) == []


def test_make_locked_directory_is_for_this_user_alone(tmp_path):
    path = str(tmp_path / "balpm-a")
    lock = make_locked_directory(path)
    assert os.stat(path).st_mode & 0o777 == 0o700
    assert os.listdir(tmp_path) == ["balpm-a"] and os.listdir(path) == ["lock"]
    os.close(lock)


def test_tensor_places_leaves_out_a_place_that_cannot_be_made(tmp_path, caplog):
    places = TensorPlaces()
    places.open(str(tmp_path / "missing" / "balpm-s"), str(tmp_path / "run"), "s")
    assert [place.on_disk for place in places] == [True]
    assert "Cannot exchange arrays through" in caplog.text
    places.remove()
    assert not (tmp_path / "run" / "tensors").exists()
