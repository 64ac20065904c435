"""What the driver lists, and which device torch computes on."""

import os

import pytest
import torch

from python_worker.base.errors import WorkerError
from python_worker.context.compute_device import compute_device
from python_worker.context.state import WorkerState
from python_worker.server import device

DEVICE_FILE = "/dev/null"


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Installs a program as nvidia-smi; with `/dev/null` as the device file, the machine seems to have a GPU."""

    def install(script: str) -> None:
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return install


def test_list_gpus_gives_names_and_memory(driver):
    driver("echo 'NVIDIA A100, 80GB, 81920'; echo 'NVIDIA T4, [N/A]'; echo noise")
    assert [(gpu.name, gpu.mem_mib) for gpu in device.list_gpus(DEVICE_FILE)] == [("NVIDIA A100, 80GB", 81920)]


def test_list_gpus_gives_none_when_the_driver_does_not_answer(driver):
    driver("exec sleep 60")
    assert device.list_gpus(DEVICE_FILE, seconds=0.05) == []


def test_list_gpus_gives_none_when_the_driver_cannot_be_run(driver, tmp_path):
    driver("")
    (tmp_path / "nvidia-smi").write_bytes(b"\x7fELF not a program")
    assert device.list_gpus(DEVICE_FILE) == []


def test_list_gpus_gives_none_without_a_driver(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert device.list_gpus(DEVICE_FILE) == []


@pytest.mark.parametrize(
    ("torch_version", "cuda"), [("2.13.0+cu130", "cu130"), ("2.13.0+cpu", None), ("2.13.0", "default"), (None, None)]
)
def test_cuda_of_tells_which_cuda_torch_was_built_for(torch_version, cuda):
    assert device.cuda_of(torch_version) == cuda


def test_version_of_is_none_for_a_package_that_is_absent():
    assert device.version_of("no-such-package-anywhere") is None
    assert device.version_of("torch") is not None


@pytest.mark.parametrize(("sees", "chosen"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_the_gpu_exactly_where_torch_sees_one(monkeypatch, sees, chosen):
    # CUDA_VISIBLE_DEVICES may hide what the driver lists, so only torch is asked.
    monkeypatch.setattr(torch.cuda, "is_available", lambda: sees)
    assert WorkerState("auto").device == chosen


def test_cuda_is_refused_where_torch_has_none(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(WorkerError) as caught:
        WorkerState("cuda:0").device
    assert caught.value.code == "INVALID_ARGUMENT"
    assert str(caught.value) == (
        f"Cannot use device 'cuda:0': torch {torch.__version__} has no CUDA here, worker.device=cpu (or auto) is needed"
    )


def test_a_gpu_beyond_the_last_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert compute_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(WorkerError, match="Cannot use device 'cuda:2': there are 2 GPUs, counted from cuda:0"):
        compute_device("cuda:2")


@pytest.mark.parametrize("name", ["banana", "", "cpu:x", "meta", "mps"])
def test_a_device_that_is_no_device_is_refused(name):
    with pytest.raises(WorkerError, match=f"Cannot use device '{name}': there is no such kind, one of auto, cpu, cuda"):
        compute_device(name)


def test_the_first_use_of_the_device_sets_the_threads_of_torch():
    state = WorkerState("cpu", threads=3)
    try:
        assert (state.device, torch.get_num_threads()) == ("cpu", 3)
    finally:
        torch.set_num_threads(1)
