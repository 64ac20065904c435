"""Which device torch computes on; the module loads torch."""

from __future__ import annotations

import torch

from ..base.errors import WorkerError, invalid_argument


def compute_device(wanted: str) -> torch.device:
    """The device of that name; `auto` is the GPU where torch sees one, else the CPU. Raises INVALID_ARGUMENT."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = _parse(wanted)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise _unusable(wanted, f"torch {torch.__version__} has no CUDA here, worker.device=cpu (or auto)")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise _unusable(wanted, f"there are {torch.cuda.device_count()} GPUs, counted from cuda:0, one of these")
    return device


def _parse(wanted: str) -> torch.device:
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise _unknown(wanted) from error
    if device.type not in ("cpu", "cuda"):
        raise _unknown(wanted)
    return device


def _unknown(wanted: str) -> WorkerError:
    return _unusable(wanted, "there is no such kind, one of auto, cpu, cuda, cuda:1")


def _unusable(wanted: str, found_and_needed: str) -> WorkerError:
    return invalid_argument(f"Cannot use device '{wanted}': {found_and_needed} is needed")
