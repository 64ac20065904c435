"""Which model an operation asks for, found and described."""

from __future__ import annotations

import torch

from ...base.errors import invalid_argument
from ...context.context import Context
from ...protocol.messages import FeaturesExtractParams, FeaturesUncertaintyParams
from ..adapter_heads import adapter_heads
from ..pretrained import Pretrained
from ..quantisation import refuse_missing_library
from .hub_directory import commit_of, published_name
from .model_files import find_adapter, find_model


def find_source(
    params: FeaturesExtractParams | FeaturesUncertaintyParams, device: torch.device, context: Context
) -> Pretrained:
    """The directories of model and adapter and how they are to be read.

    Raises INVALID_DATA, INVALID_ARGUMENT, and START_FAILED for a quantisation without its library.
    """
    if params.device_map is not None and params.device != "auto":
        raise invalid_argument(
            f"Cannot use --device-map {params.device_map} with --device {params.device}: the map chooses among all GPUs, "
            "--device auto is needed (CUDA_VISIBLE_DEVICES leaves some out)"
        )
    refuse_missing_library(params.quantisation, params.model)
    return Pretrained(
        folder=find_model(params.model, params.revision, params.trust_remote_code, context),
        name=params.model,
        dtype=params.dtype,
        device=device,
        trust_remote_code=params.trust_remote_code,
        adapter=None if params.adapter is None else find_adapter(params.adapter, context),
        attention=params.attention,
        quantisation=params.quantisation,
        device_map=params.device_map,
    )


def describe_switches(source: Pretrained) -> dict[str, str]:
    """What else features depend on besides the model's name and files: what was asked for, and commits where known.

    The devices are no part of it.
    """
    adapter = source.adapter
    switches = {
        "commit": commit_of(source.folder),
        "adapter": None if adapter is None else published_name(adapter.name),
        "adapterCommit": None if adapter is None else commit_of(adapter.folder),
        "adapterHeadLeftAside": None if adapter is None else ", ".join(adapter_heads(adapter)) or None,
        "attention": source.attention,
        "quantisation": source.quantisation,
    }
    return {name: value for name, value in switches.items() if value is not None}
