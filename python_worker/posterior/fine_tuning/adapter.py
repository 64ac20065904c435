"""One member's LoRA adapter, put into the shared model for as long as it is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import init

from ...base.errors import invalid_argument
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

    if kind.target_modules is not None:
        _check_targets(network, kind)
    targets = list(kind.target_modules) if kind.target_modules is not None else "all-linear"
    config = LoraConfig(
        r=kind.rank, lora_alpha=kind.alpha, lora_dropout=0.0, bias="none", target_modules=targets,
        fan_in_fan_out=_keeps_weights_transposed(network),
    )  # fmt: skip
    whole = LoraModel(network, config, _NAME)
    for parameter in trainable(whole).values():
        parameter.data = parameter.data.float()  # small steps are lost in the model's type where that is a short one
    try:
        yield whole.eval()
    finally:
        whole.unload()


def _check_targets(network: torch.nn.Module, kind: FineTunedKind) -> None:
    """Before anything is changed: what fails midway would leave adapters in the shared model."""
    from transformers.pytorch_utils import Conv1D

    for target in kind.target_modules:
        found = [module for name, module in network.named_modules() if name == target or name.endswith(f".{target}")]
        other = next((module for module in found if not isinstance(module, torch.nn.Linear | Conv1D)), None)
        if found and other is None:
            continue
        what = "it has none of that name" if other is None else f"they are of type {type(other).__name__}"
        raise invalid_argument(
            f"Cannot adapt modules '{target}' of model '{kind.model}': {what}, names of its linear layers are needed "
            "(posterior.fineTuned.targetModules)"
        )


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
