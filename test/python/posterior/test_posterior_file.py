"""Posteriors on disk: they survive a restart of the worker, and damage costs a new fit at most."""

import os
import socket
import subprocess
import sys

import pytest
import torch

from python_worker.context.context import Context
from python_worker.posterior.contract.kept_posterior import Snapshot
from python_worker.posterior.posterior_file import read_posterior, write_posterior
from python_worker.protocol.messages import ExternalFitData, ExternalFitParams, StoreRef

PARAMS = ExternalFitParams(
    store=StoreRef(path="/store", id="a" * 64), module="/model.py", module_sha256="b" * 64, name="Two",
    options={"width": 8, "name": "模型"}, seed=9, round=3,
)  # fmt: skip
HANDLES = ["1" * 64, "2" * 64, "3" * 64, "4" * 64]


def snapshot(handle, **tensors):
    return Snapshot("external", PARAMS, ExternalFitData(posterior=handle), tensors)


def files(run_dir):
    return sorted(file.name[0] for file in (run_dir / "posteriors").iterdir())


def test_write_posterior_is_read_back_bit_for_bit(tmp_path):
    tied = torch.randn(4, 3)
    tensors = {"tied": tied, "again": tied, "half": tied.bfloat16(), "scalar": torch.tensor(3), "none": torch.empty(0, 2),
               "flags": torch.tensor([True, False]), "transposed": tied.T}  # fmt: skip
    write_posterior(tmp_path, HANDLES[0], snapshot(HANDLES[0], **tensors))
    found = read_posterior(tmp_path, HANDLES[0])
    assert (found.kind, found.params, found.report) == ("external", PARAMS, ExternalFitData(posterior=HANDLES[0]))
    assert found.tensors.keys() == tensors.keys()
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in tensors.items())


def test_write_posterior_keeps_the_two_newest(tmp_path):
    for time, handle in enumerate(HANDLES):
        write_posterior(tmp_path, handle, snapshot(handle))
        os.utime(tmp_path / "posteriors" / f"{handle}.safetensors", (time, time))
    assert files(tmp_path) == ["3", "4"]
    assert read_posterior(tmp_path, HANDLES[0]) is None


def test_write_posterior_removes_what_a_killed_writer_left(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = tmp_path / "posteriors"
    folder.mkdir()
    host = socket.gethostname()
    left, foreign = (folder / f"x.safetensors.{host}.{pid}.00c0ffee.tmp" for pid in (ended.pid, os.getppid()))
    left.touch(), foreign.touch()
    write_posterior(tmp_path, HANDLES[0], snapshot(HANDLES[0]))
    assert not left.exists() and foreign.exists()


def test_write_posterior_goes_on_where_the_disk_takes_nothing(tmp_path, caplog):
    (tmp_path / "posteriors").write_text("in the way")
    write_posterior(tmp_path, HANDLES[0], snapshot(HANDLES[0]))
    assert "is not kept on disk" in caplog.text


@pytest.mark.parametrize("step", [1, 7, 31])
def test_read_posterior_takes_no_damaged_file(tmp_path, step, caplog):
    write_posterior(tmp_path, HANDLES[0], snapshot(HANDLES[0], weight=torch.arange(12.0)))
    file = tmp_path / "posteriors" / f"{HANDLES[0]}.safetensors"
    whole = file.read_bytes()
    for position in range(0, len(whole), step):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        found = read_posterior(tmp_path, HANDLES[0])
        assert found is None or found.tensors["weight"].tolist() == list(range(12)), position
        assert found is None or (found.params, found.report) == (PARAMS, ExternalFitData(posterior=HANDLES[0])), position
    file.write_bytes(whole[:-1])
    assert read_posterior(tmp_path, HANDLES[0]) is None and not file.exists()
    assert "is damaged and is made again" in caplog.text


@pytest.mark.parametrize("handle", ["../../etc/passwd", "", "gone", "1" * 65])
def test_read_posterior_reads_handles_only(tmp_path, handle):
    assert read_posterior(tmp_path, handle) is None
