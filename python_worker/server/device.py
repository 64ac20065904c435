"""What is installed and which GPUs the driver lists, found without importing torch."""

from __future__ import annotations

import glob
import shutil
import subprocess
from importlib import metadata

from ..protocol.messages import Gpu, Versions

# The orchestrator waits for the hello behind this question.
_DRIVER_SECONDS = 3


def list_gpus(device_files: str = "/dev/nvidia[0-9]*", seconds: float = _DRIVER_SECONDS) -> list[Gpu]:
    """Names and memory (MiB) of the GPUs the driver lists; none without device files or an answer within `seconds`."""
    if not glob.glob(device_files) or shutil.which("nvidia-smi") is None:
        return []
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=seconds, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    rows = [line.rsplit(",", 1) for line in answer.splitlines() if "," in line]
    return [Gpu(name=name.strip(), mem_mib=int(memory)) for name, memory in rows if memory.strip().isdigit()]


def versions(python: str, worker: str) -> Versions:
    """Versions of what is installed, from the packages' own records."""
    torch = version_of("torch")
    return Versions(
        python=python, torch=torch, cuda=cuda_of(torch), numpy=version_of("numpy"), worker=worker, git_sha=None
    )


def version_of(package: str) -> str | None:
    """Version of an installed package, None without it."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def cuda_of(torch: str | None) -> str | None:
    """What a torch version was built for: `2.13.0+cu130` → `cu130`; a build without a local part is the one for CUDA, `+cpu` has none."""
    if torch is None:
        return None
    local = torch.partition("+")[2]
    return None if local == "cpu" else local or "default"
