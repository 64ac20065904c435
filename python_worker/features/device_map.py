"""Models whose layers lie on several devices."""

from __future__ import annotations

from typing import Any

import torch

from ..errors import WorkerError
from ..protocol.error_codes import ErrorCode


def input_device(network: Any) -> torch.device:
    """Where token ids go: the device of the input embeddings, or of the first weights where these are not known."""
    try:
        return network.get_input_embeddings().weight.device
    except (AttributeError, NotImplementedError):
        return next(network.parameters()).device


def return_to_input_device(network: Any) -> Any:
    """The network, giving its last states back where its ids came from; only a whole model does so by itself."""
    if not _devices(network):
        return network
    from accelerate.hooks import AlignDevicesHook, add_hook_to_module

    hook = AlignDevicesHook(execution_device=input_device(network), io_same_device=True)
    return add_hook_to_module(network, hook, append=True)


def refuse_offload(network: Any, model: str) -> None:
    """Refuses a map that left layers in slower memory: each of them would be copied for every batch.

    Raises OOM_GPU, OOM_CPU.
    """
    devices = getattr(network, "hf_device_map", {})
    slow = [name for name, device in devices.items() if str(device) in ("cpu", "disk")]
    if len(set(devices.values())) > 1 and slow:
        raise WorkerError(
            ErrorCode.OOM_GPU if torch.cuda.is_available() else ErrorCode.OOM_CPU,
            f"Cannot load model '{model}' over the devices here: {len(slow)} of its {len(devices)} parts, the first of "
            f"them '{slow[0]}', find no room, more memory, a smaller dtype or --load-in is needed",
        )


def _devices(network: Any) -> set[torch.device]:
    """More than one, or none."""
    devices = {parameter.device for parameter in network.parameters()}
    return devices if len(devices) > 1 else set()
