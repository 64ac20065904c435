"""One member's LoRA adapter, put into the shared model for as long as it is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import init

from ...errors import invalid_argument
from ...protocol.messages import FineTunedKind

_NAME = "member"
Weights = Mapping[str, torch.Tensor]


@contextmanager
def adapted(network: torch.nn.Module, kind: FineTunedKind) -> Iterator[Any]:
    """The model with a fresh adapter of kind.rank, taken out again at the end; its own weights never change.

    Raises INVALID_ARGUMENT when the model has none of the modules to adapt.
    """
    from peft import LoraConfig
    from peft.tuners.lora import LoraModel

    targets = list(kind.target_modules) if kind.target_modules is not None else "all-linear"
    config = LoraConfig(
        r=kind.rank, lora_alpha=kind.alpha, lora_dropout=0.0, bias="none", target_modules=targets,
        fan_in_fan_out=_keeps_weights_transposed(network),
    )  # fmt: skip
    try:
        whole = LoraModel(network, config, _NAME)
    except ValueError as error:
        reason = next(iter(str(error).splitlines()), "").strip(" .")
        raise invalid_argument(
            f"Cannot adapt model '{kind.model}': {reason}, modules that it has are needed (posterior.fineTuned.targetModules)"
        ) from error
    try:
        yield whole.eval()
    finally:
        whole.unload()


def _keeps_weights_transposed(network: torch.nn.Module) -> bool:
    """GPT-2 and its kin hold weights as in × out."""
    from transformers.pytorch_utils import Conv1D

    return any(isinstance(module, Conv1D) for module in network.modules())


def draw_adapter(whole: Any, generator: torch.Generator) -> None:
    """Draws A as PyTorch draws a linear layer and sets B to 0 (LoRA, Hu et al. 2021, section 4.1), in order of name."""
    for name, parameter in sorted(trainable(whole).items()):
        if "lora_A" in name:
            start = init.kaiming_uniform_(torch.empty(parameter.shape), a=math.sqrt(5), generator=generator)
            parameter.data.copy_(start)
        else:
            init.zeros_(parameter.data)


def trainable(whole: Any) -> dict[str, torch.nn.Parameter]:
    """The adapter's parameters by name."""
    return {name: parameter for name, parameter in whole.named_parameters() if parameter.requires_grad}


def copy_weights(whole: Any) -> dict[str, torch.Tensor]:
    """A copy of the adapter's numbers."""
    return {name: parameter.detach().clone() for name, parameter in trainable(whole).items()}


def put_weights(whole: Any, weights: Weights) -> None:
    """Overwrites the adapter's numbers by those of another one of the same shape."""
    for name, parameter in trainable(whole).items():
        parameter.data.copy_(weights[name])
