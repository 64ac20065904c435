"""Models whose layers lie on several devices."""

from __future__ import annotations

from typing import Any

import torch

from ..base.errors import WorkerError
from ..protocol.error_codes import ErrorCode


def input_device(network: Any) -> torch.device:
    """Where token ids go: the device of the input embeddings, or of the first weights where these are not known."""
    try:
        return network.get_input_embeddings().weight.device
    except (AttributeError, NotImplementedError):
        return next(network.parameters()).device


def return_to_input_device(network: Any) -> Any:
    """The network, giving its last states back where its ids came from; only a whole model does so by itself."""
    if len({parameter.device for parameter in network.parameters()}) < 2:
        return network
    from accelerate.hooks import AlignDevicesHook, add_hook_to_module

    hook = AlignDevicesHook(execution_device=input_device(network), io_same_device=True)
    return add_hook_to_module(network, hook, append=True)


def refuse_offload(network: Any, model: str) -> None:
    """Refuses a map that left layers in slower memory: each of them would be copied for every batch.

    Raises OOM_GPU, OOM_CPU.
    """
    devices = {name: str(device) for name, device in getattr(network, "hf_device_map", {}).items()}
    # Where there is no GPU the CPU is what a model runs on.
    slower = ("cpu", "disk") if torch.cuda.is_available() or set(devices.values()) - {"cpu", "disk"} else ("disk",)
    slow = [name for name, device in devices.items() if device in slower]
    if slow:
        raise WorkerError(
            ErrorCode.OOM_GPU if torch.cuda.is_available() else ErrorCode.OOM_CPU,
            f"Cannot load model '{model}' over the devices here: {len(slow)} of its {len(devices)} parts, the first of "
            f"them '{slow[0]}', find no room, more memory, a smaller dtype or --load-in is needed",
        )

